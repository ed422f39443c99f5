/** The open-addressing table against a Map. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { OrderTable } from "../../../engine/book/order_table.ts";

const word = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer());
const quantity = fc.integer({ min: 0, max: 0xffffffff });
const step = fc.record({
  what: fc.constantFrom("put", "put", "put", "remove", "remove", "clear" as const),
  lo: fc.integer({ min: -40, max: 40 }),
  hi: fc.integer({ min: -1, max: 1 }),
  key: word.filter((key) => key !== 0),
  qty: quantity,
});

Deno.test("OrderTable holds what a Map holds, grown, shifted back and cleared", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400, size: "max" }), (steps) => {
      const table = new OrderTable(4);
      const plain = new Map<string, [lo: number, hi: number, key: number, qty: number]>();
      for (const { what, lo, hi, key, qty } of steps) {
        const slot = table.find(lo, hi);
        const id = `${lo} ${hi}`;
        assert.equal(slot >= 0, plain.has(id));
        if (what === "clear") {
          // Rare enough that tables grow.
          if (lo !== 0) continue;
          table.clear(4);
          plain.clear();
        } else if (what === "put") {
          if (slot < 0) table.insert(slot, lo, hi, key, qty);
          else table.set(slot, key, qty);
          plain.set(id, [lo, hi, key, qty]);
        } else if (slot >= 0) {
          assert.deepEqual([table.keyAt(slot), table.qtyAt(slot)], plain.get(id)!.slice(2));
          table.removeAt(slot);
          plain.delete(id);
        }
      }
      const held: string[] = [];
      table.forEach((...order) => held.push(order.join()));
      assert.equal(table.size, plain.size);
      assert.deepEqual(held.sort(), [...plain.values()].map((order) => order.join()).sort());
    }),
    { numRuns: 300 },
  );
});
