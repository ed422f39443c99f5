import assert from "node:assert/strict";
import fc from "fast-check";
import { dbn, flow } from "../made_session.ts";
import type { SessionTrades } from "../../engine/session_trades.ts";
import { drive } from "../drive.ts";
import type { SessionTradesFigures } from "./file_run.ts";

interface Trade {
  price: bigint;
  size: number;
}

/** The greatest that is defined. */
const MAX_PRICE = 2n ** 63n - 2n;

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

/** What the engine sums of trades. */
function summed(trades: readonly Trade[]): SessionTradesFigures {
  const { high, low, volume, notional } = sessionTradesOf(trades);
  return { high, low, volume, notional };
}

function sessionTradesOf(trades: readonly Trade[]): SessionTrades {
  const records = trades.map(({ price, size }) =>
    flow({ action: "T", side: "B", at: 1n, price, size })
  );
  const pipeline = drive({
    bytes: dbn(records),
    dt: "2026-02-06",
    productType: "future_mbo",
    symbol: "MNQH6",
    tickInt: 250_000_000n,
    startNs: null,
    throttleNs: 0n,
  }, () => {});
  return pipeline.sessionTrades;
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

Deno.test("what a session traded is exact for all prices and sizes", () => {
  fc.assert(
    fc.property(trades, (trades) => assert.deepEqual(summed(trades), plain(trades))),
    { numRuns: 400 },
  );
});

Deno.test("what a session traded is exact at the ends of prices and sizes", () => {
  for (const price of [-(2n ** 63n), 2n ** 63n - 2n]) {
    const trades = new Array(5_000).fill({ price, size: 2 ** 32 - 2 });
    assert.deepEqual(summed(trades), plain(trades));
  }
});

Deno.test("the mean price is rounded half up, below 0 too", () => {
  const mean = (...trades: [price: bigint, size: number][]) =>
    sessionTradesOf(trades.map(([price, size]) => ({ price, size }))).vwap;
  assert.equal(mean(), null);
  assert.equal(mean([7n, 3]), 7n);
  assert.equal(mean([1n, 1], [2n, 1]), 2n);
  assert.equal(mean([-1n, 1], [-2n, 1]), -1n);
  assert.equal(mean([-1n, 2], [-2n, 1]), -1n);
  assert.equal(mean([-1n, 1], [-2n, 2]), -2n);
  assert.equal(mean([-1n, 1], [1n, 1]), 0n);
  assert.equal(mean([0n, 1], [-1n, 1]), 0n);
  assert.equal(mean([-(2n ** 63n), 2 ** 32 - 2], [-(2n ** 63n), 1]), -(2n ** 63n));
});
