import assert from "node:assert/strict";
import fc from "fast-check";
import { InOrder } from "../../cli/in_order.ts";

Deno.test("InOrder does all things in their order, each as soon as it can", () => {
  const orders = fc.integer({ min: 0, max: 12 }).chain((count) =>
    fc.shuffledSubarray(Array.from({ length: count }, (_, i) => i), { minLength: count })
  );
  fc.assert(fc.property(orders, (coming) => {
    const order = new InOrder();
    const done: number[] = [];
    coming.forEach((index, i) => {
      order.put(index, () => done.push(index));
      const come = new Set(coming.slice(0, i + 1));
      let due = 0;
      while (come.has(due)) due++;
      assert.deepEqual(done, Array.from({ length: due }, (_, i) => i));
    });
  }));
});
