/** Depth in two windows and a list against one plain map of prices. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Depth } from "../../../engine/book/depth.ts";
import { priceInt } from "../../../engine/book/price.ts";
import { PriceKeys } from "../../../engine/book/price_key.ts";
import { SIDE } from "../../../engine/dbn/constants.ts";

const TICK = 250_000_000;

const price = fc.oneof(
  fc.integer({ min: 60_000, max: 60_040 }).map((tick) => BigInt(tick) * BigInt(TICK)),
  fc.integer({ min: 60_000 * 4, max: 60_040 * 4 }).map((quarter) =>
    BigInt(quarter) * BigInt(TICK / 4)
  ),
  fc.integer({ min: -20_000, max: 90_000 }).map((tick) => BigInt(tick) * BigInt(TICK)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 2n }),
);
const order = fc.record({
  price,
  isBid: fc.boolean(),
  qty: fc.integer({ min: 1, max: 0xffffffff }),
  stays: fc.boolean(),
  spot: fc.integer({ min: 50_000, max: 70_000 }),
});

Deno.test("Depth gives the best prices and bucket depths of a plain map", () => {
  fc.assert(fc.property(fc.array(order, { maxLength: 60 }), (orders) => {
    const keys = new PriceKeys(TICK);
    const depth = new Depth(keys, TICK);
    const plain = { bids: new Map<bigint, number>(), asks: new Map<bigint, number>() };
    const held = orders.map(({ price, isBid, qty }) => {
      const lo = Number(BigInt.asIntN(32, price));
      const hi = Number(BigInt.asIntN(32, price >> 32n));
      const key = keys.retain(lo, hi, isBid ? SIDE.BID : SIDE.ASK);
      const levels = isBid ? plain.bids : plain.asks;
      depth.change(key, qty);
      levels.set(price, (levels.get(price) ?? 0) + qty);
      return { key, levels };
    });
    orders.forEach(({ stays, price, qty, spot }, i) => {
      const { key, levels } = held[i]!;
      depth.follow(spot);
      if (!stays) {
        depth.change(key, -qty);
        keys.release(key);
        levels.set(price, levels.get(price)! - qty);
        if (levels.get(price) === 0) levels.delete(price);
      }
      assert.deepEqual(best(depth.bids), extreme(plain.bids, (a, b) => a > b), "best bid");
      assert.deepEqual(best(depth.asks), extreme(plain.asks, (a, b) => a < b), "best ask");
      for (let tick = spot - 50; tick <= spot + 50; tick++) {
        assert.equal(depth.ofBucket(tick), bucket(plain.bids, tick) + bucket(plain.asks, tick));
      }
    });
  }));
});

function best(side: { present: boolean; bestTick: number; bestRem: number }): bigint | null {
  return side.present ? priceInt(side.bestTick, side.bestRem, TICK) : null;
}

function extreme(
  levels: ReadonlyMap<bigint, number>,
  isBetter: (a: bigint, b: bigint) => boolean,
): bigint | null {
  return levels.keys().reduce<bigint | null>(
    (best, price) => best === null || isBetter(price, best) ? price : best,
    null,
  );
}

function bucket(levels: ReadonlyMap<bigint, number>, tick: number): number {
  const middle = BigInt(tick) * BigInt(TICK);
  const half = BigInt(TICK / 2);
  return levels.entries().reduce(
    (sum, [price, qty]) => price >= middle - half && price < middle + half ? sum + qty : sum,
    0,
  );
}
