import assert from "node:assert/strict";
import fc from "fast-check";
import { SessionTrades } from "../../engine/session_trades.ts";

interface Trade {
  price: bigint;
  size: number;
}

const MAX_PRICE = 2n ** 63n - 1n;

/** All prices, those around 0 and the ends, and some close together. */
const price = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: MAX_PRICE }),
  fc.bigInt({ min: -3n, max: 3n }),
  fc.bigInt({ min: MAX_PRICE - 3n, max: MAX_PRICE }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 63n) + 3n }),
  fc.bigInt({ min: 25_000_000_000_000n, max: 25_000_000_000_003n }),
  fc.bigInt({ min: 2n ** 53n - 2n, max: 2n ** 53n + 6n }),
);

/** All sizes, and those around what is summed as doubles. */
const size = fc.oneof(
  fc.integer({ min: 1, max: 2 ** 32 - 2 }),
  fc.integer({ min: 2 ** 20 - 2, max: 2 ** 20 + 2 }),
  fc.integer({ min: 2 ** 32 - 4, max: 2 ** 32 - 2 }),
  fc.integer({ min: 1, max: 20 }),
);

const trades = fc.array(fc.record({ price, size }), { maxLength: 60, size: "max" });

function add(to: SessionTrades, { price, size }: Trade): void {
  to.add(Number(BigInt.asIntN(32, price)), Number(BigInt.asIntN(32, price >> 32n)), size);
}

/** The same in BigInt. */
function plain(trades: readonly Trade[]) {
  const prices = trades.map(({ price }) => price);
  const sum = (values: bigint[]) => values.reduce((sum, value) => sum + value, 0n);
  const extreme = (isMore: (a: bigint, b: bigint) => boolean) =>
    prices.length === 0 ? null : prices.reduce((a, b) => isMore(b, a) ? b : a);
  return {
    high: extreme((a, b) => a > b),
    low: extreme((a, b) => a < b),
    volume: sum(trades.map(({ size }) => BigInt(size))),
    notional: sum(trades.map(({ price, size }) => price * BigInt(size))),
  };
}

const figures = ({ high, low, volume, notional }: SessionTrades) => ({
  high,
  low,
  volume,
  notional,
});

Deno.test("SessionTrades is exact for all prices and sizes", () => {
  fc.assert(
    fc.property(trades, (trades) => {
      const all = new SessionTrades();
      trades.forEach((trade, i) => {
        add(all, trade);
        if (i % 7 === 0) assert.deepEqual(figures(all), plain(trades.slice(0, i + 1)));
      });
      assert.deepEqual(figures(all), plain(trades));
    }),
    { numRuns: 400 },
  );
});

Deno.test("SessionTrades goes on from a state as if it had never stopped", () => {
  fc.assert(
    fc.property(trades, trades, trades, (before, after, other) => {
      const first = new SessionTrades();
      before.forEach((trade) => add(first, trade));
      // As a cache has it; what the one that takes it up held is gone.
      const state = JSON.parse(JSON.stringify(first.state));
      const second = new SessionTrades();
      other.forEach((trade) => add(second, trade));
      second.restore(state);
      assert.deepEqual(figures(second), figures(first));
      after.forEach((trade) => add(second, trade));
      assert.deepEqual(figures(second), plain([...before, ...after]));
      // Giving the state changed nothing.
      after.forEach((trade) => add(first, trade));
      assert.deepEqual(second.state, first.state);
    }),
    { numRuns: 200 },
  );
});

Deno.test("SessionTrades stays exact over many trades of the greatest sum kept in doubles", () => {
  const all = new SessionTrades();
  const one = { price: -(2n ** 63n) + 0xffffffffn, size: 2 ** 20 - 1 };
  for (let i = 0; i < 5_000; i++) add(all, one);
  assert.equal(all.volume, 5_000n * BigInt(one.size));
  assert.equal(all.notional, 5_000n * BigInt(one.size) * one.price);
  assert.deepEqual([all.high, all.low], [one.price, one.price]);
});
