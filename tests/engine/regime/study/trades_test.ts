/** Trades and what they add up to, against the simplest way to say it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Random } from "../../../../engine/source/simulator/random.ts";
import { overlapOf } from "../../../../engine/regime/study/overlap.ts";
import {
  CENSORED,
  costTicks,
  type Execution,
  type PriceColumns,
  STOP,
  TARGET,
  TIMEOUT,
  type TradeRule,
} from "../../../../engine/regime/study/prices.ts";
import { returnFigures, returnSums } from "../../../../engine/regime/study/returns.ts";
import { bothSides, chosen, tradesAt } from "../../../../engine/regime/study/trade_columns.ts";
import { pricesOf, wander } from "./made_prices.ts";

const AT_MID: Execution = {
  entry: "mid",
  exit: "mid",
  latencyMs: 0,
  slippageTicks: 0,
  feePerSide: 0,
};

/** What becomes of a trade, looked up snapshot by snapshot. */
function slowly(
  prices: PriceColumns,
  signal: number,
  sign: 1 | -1,
  rule: TradeRule,
  { entry, exit, latencyMs }: Execution,
) {
  const snapshots = [...prices.ts].map((ts, i) => ({
    i,
    ms: ts / 1e6,
    bid: prices.bid[i]!,
    ask: prices.ask[i]!,
    mid: (prices.bid[i]! + prices.ask[i]!) / 2,
  }));
  const late = (i: number) =>
    snapshots.find(({ i: j, ms }) => j >= i && ms >= snapshots[i]!.ms + latencyMs);
  const begun = late(signal);
  if (begun === undefined) return { outcome: CENSORED, gross: 0 };
  const held = snapshots.filter(({ i, ms }) =>
    i > begun.i &&
    (rule.maxHoldMs === null
      ? i <= begun.i + rule.maxHoldSnapshots
      : ms * 1e6 <= begun.ms * 1e6 + rule.maxHoldMs * 1e6)
  );
  const gained = (mid: number) => sign * (mid - begun.mid);
  const hit = held.find(({ mid }) => gained(mid) >= rule.tpTicks || gained(mid) <= -rule.slTicks);
  const isWhole = rule.maxHoldMs === null
    ? held.length === rule.maxHoldSnapshots
    : snapshots.some(({ ms }) => ms * 1e6 >= begun.ms * 1e6 + rule.maxHoldMs! * 1e6);
  if (hit === undefined && !isWhole) return { outcome: CENSORED, gross: 0 };
  const outcome = hit === undefined ? TIMEOUT : gained(hit.mid) >= rule.tpTicks ? TARGET : STOP;
  const ended = late((hit ?? held.at(-1) ?? begun).i);
  if (ended === undefined) return { outcome: CENSORED, gross: 0 };
  const buy = (at: typeof begun, price: Execution["entry"]) => price === "mid" ? at.mid : at.ask;
  const sell = (at: typeof begun, price: Execution["entry"]) => price === "mid" ? at.mid : at.bid;
  const gross = sign > 0
    ? sell(ended, exit) - buy(begun, entry)
    : sell(begun, entry) - buy(ended, exit);
  return { outcome, gross };
}

const rules = fc.record({
  tpTicks: fc.integer({ min: 1, max: 4 }),
  slTicks: fc.integer({ min: 1, max: 4 }),
  maxHoldSnapshots: fc.integer({ min: 1, max: 30 }),
  maxHoldMs: fc.option(fc.integer({ min: 1, max: 900 }), { nil: null }),
});
const price = fc.constantFrom("mid" as const, "touch" as const);
const executions = fc.record({
  entry: price,
  exit: price,
  latencyMs: fc.constantFrom(0, 3, 120),
  slippageTicks: fc.constant(0),
  feePerSide: fc.constant(0),
});
const seeds = fc.integer({ min: 1, max: 1e6 });

Deno.test("tradesAt() fills and ends trades as a search through all snapshots does", () => {
  fc.assert(
    fc.property(seeds, rules, executions, (seed, rule, execution) => {
      const random = new Random(seed);
      const prices = wander(80, () => random.uniform());
      const signals = Int32Array.from({ length: 80 }, (_, i) => i);
      for (const sign of [1, -1] as const) {
        const { outcome, gross } = tradesAt({ prices, rule, execution }, signals, sign);
        signals.forEach((signal) => {
          const expected = slowly(prices, signal, sign, rule, execution);
          assert.deepEqual(
            { outcome: outcome[signal], gross: gross[signal] },
            expected,
            `${signal}`,
          );
        });
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("mirrored prices make the other side's trades, to the bit", () => {
  fc.assert(
    fc.property(seeds, rules, executions, (seed, rule, execution) => {
      const random = new Random(seed);
      const prices = wander(60, () => random.uniform());
      const mirror = pricesOf(
        [...prices.ts],
        [...prices.bid].map((bid, i) => [-prices.ask[i]!, -bid]),
      );
      const signals = Int32Array.from({ length: 60 }, (_, i) => i);
      const plain = bothSides({ prices, rule, execution }, signals);
      const other = bothSides({ prices: mirror, rule, execution }, signals);
      assert.deepEqual(other.up, plain.down);
      assert.deepEqual(other.down, plain.up);
      const signs = Int8Array.from(signals, () => random.chance(0.5) ? 1 : -1);
      assert.deepEqual(chosen(other, signs), chosen(plain, signs.map((sign) => -sign)));
    }),
    { numRuns: 20 },
  );
});

Deno.test("entry and exit at the touch cost half a spread each, and latency what the price did meanwhile", () => {
  // Spread of two ticks; up by one tick a snapshot, ten milliseconds apart.
  const prices = pricesOf(
    Array.from({ length: 30 }, (_, i) => i * 10e6),
    Array.from({ length: 30 }, (_, i) => [100 + i, 102 + i]),
  );
  const rule = { tpTicks: 4, slTicks: 4, maxHoldSnapshots: 20, maxHoldMs: null };
  const gross = (execution: Partial<Execution>) =>
    tradesAt({ prices, rule, execution: { ...AT_MID, ...execution } }, Int32Array.of(5), 1)
      .gross[0];
  assert.equal(gross({}), 4);
  assert.equal(gross({ entry: "touch" }), 3);
  assert.equal(gross({ entry: "touch", exit: "touch" }), 2);
  // The target is counted from the entry's fill, and it is left a snapshot after it is reached.
  assert.equal(gross({ latencyMs: 10 }), 5);
  assert.equal(costTicks({ ...AT_MID, slippageTicks: 0.25, feePerSide: 0.5 }, 0.5), 2.5);
});

Deno.test("a hold that ends with the last snapshot there is has timed out, whatever it is counted in", () => {
  const prices = pricesOf([0, 10e6, 20e6, 30e6], [[1, 2], [1, 2], [1, 2], [1, 2]]);
  const outcome = (hold: Pick<TradeRule, "maxHoldSnapshots" | "maxHoldMs">) => {
    const rule = { tpTicks: 4, slTicks: 4, ...hold };
    return tradesAt({ prices, rule, execution: AT_MID }, Int32Array.of(1), 1).outcome[0];
  };
  assert.equal(outcome({ maxHoldSnapshots: 2, maxHoldMs: null }), TIMEOUT);
  assert.equal(outcome({ maxHoldSnapshots: 3, maxHoldMs: null }), CENSORED);
  assert.equal(outcome({ maxHoldSnapshots: 3, maxHoldMs: 20 }), TIMEOUT);
  assert.equal(outcome({ maxHoldSnapshots: 2, maxHoldMs: 21 }), CENSORED);
});

Deno.test("trades that overlap are counted, and left out where one position is held at a time", () => {
  const ts = Float64Array.from({ length: 20 }, (_, i) => i * 1e9);
  const signals = Int32Array.of(0, 2, 4, 10, 12);
  const trades = {
    entry: Int32Array.of(0, 2, 4, 10, -1),
    exit: Int32Array.of(4, 6, 8, 19, 19),
    outcome: Int8Array.of(TARGET, STOP, TIMEOUT, CENSORED, CENSORED),
    gross: Float64Array.of(8, -4, 1, 0, 0),
  };
  const { heldNs, busyNs, apart } = overlapOf(trades, signals, ts);
  // Held 4 + 4 + 4 + 9 seconds, within 0 to 8 and 10 to 19.
  assert.deepEqual([heldNs, busyNs, [...apart]], [21e9, 17e9, [1, 0, 1, 1, 0]]);
  const sums = returnSums(trades, 2, apart);
  assert.deepEqual(sums, { trades: 2, censored: 1, gross: 9, won: 6, lost: 1 });
  const all = returnFigures(returnSums(trades, 2), 2, 0.5);
  assert.deepEqual(all, {
    n_trades: 3,
    n_censored: 2,
    gross_ticks_per_trade: 5 / 3,
    net_ticks_per_trade: 5 / 3 - 2,
    gross_dollars_per_trade: 5 / 3 * 0.5,
    net_dollars_per_trade: (5 / 3 - 2) * 0.5,
    net_dollars: -0.5,
    profit_factor: 6 / 7,
    break_even_cost_ticks: 5 / 3,
    break_even_cost_dollars: 5 / 6,
  });
});
