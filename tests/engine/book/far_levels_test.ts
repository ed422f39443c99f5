/** A heap of levels against one plain map of prices. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { FarLevels } from "../../../engine/book/far_levels.ts";
import { PriceNumbers } from "../../../engine/book/price_numbers.ts";

const change = fc.record({
  tick: fc.integer({ min: -40, max: 40 }),
  rem: fc.constantFrom(0, 0, 1, 249_999_999),
  qty: fc.integer({ min: 1, max: 5 }),
  takesAll: fc.boolean(),
});

for (const isBid of [true, false]) {
  Deno.test(`FarLevels holds what a Map holds, the best ${isBid ? "bid" : "ask"} on top`, () => {
    fc.assert(fc.property(fc.array(change, { maxLength: 300, size: "max" }), (changes) => {
      const prices = new PriceNumbers();
      // Somebody else holds a price, and goes on holding it.
      const other = prices.retain(3, 1);
      const far = new FarLevels(isBid, prices);
      const plain = new Map<number, number>();
      for (const { tick, rem, qty, takesAll } of changes) {
        const price = tick + rem / 250_000_000;
        const before = plain.get(price) ?? 0;
        const delta = takesAll && before > 0 ? -before : qty;
        far.change(tick, rem, delta);
        if (before + delta === 0) plain.delete(price);
        else plain.set(price, before + delta);
        assert.equal(far.size, plain.size);
        if (plain.size === 0) continue;
        const best = isBid ? Math.max(...plain.keys()) : Math.min(...plain.keys());
        assert.equal(far.bestTick + far.bestRem / 250_000_000, best);
      }
      const held = new Map<number, number>();
      far.forEach((tick, rem, depth) => held.set(tick + rem / 250_000_000, depth));
      assert.deepEqual([...held].sort(), [...plain].sort());
      // Taken off from the top they come in order.
      const taken: number[] = [];
      while (far.size > 0) {
        const { bestTick, bestRem } = far;
        taken.push(bestTick + bestRem / 250_000_000);
        far.change(bestTick, bestRem, -held.get(taken.at(-1)!)!);
      }
      assert.deepEqual(taken, [...plain.keys()].sort((a, b) => isBid ? b - a : a - b));
      for (const { tick, rem, qty } of changes) far.change(tick, rem, qty);
      far.clear();
      assert.equal(far.size, 0);
      const left = changes.filter(({ tick, rem }) => prices.find(tick, rem) >= 0);
      assert.ok(left.every(({ tick, rem }) => tick === 3 && rem === 1));
      assert.equal(prices.find(3, 1), other);
      far.change(1, 0, 2);
      assert.equal(far.bestTick, 1);
    }));
  });
}
