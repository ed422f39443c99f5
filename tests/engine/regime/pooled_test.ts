import assert from "node:assert/strict";
import fc from "fast-check";
import { REGIME_DEFAULTS } from "../../../engine/regime/params.ts";
import { type PooledDay, pooledMetrics, wilson } from "../../../engine/regime/pooled.ts";
import { type Outcome, type Trade, tradeMetrics } from "../../../engine/regime/trades.ts";
import { OUTCOME_NAMES } from "../../../engine/wire/regime_view.ts";

Deno.test("wilson() solves the equation that defines it: (p - rate)² = z² p(1-p)/n", () => {
  const z = 1.959963984540054;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), fc.nat(2_000), (n, some) => {
      const hits = some % (n + 1);
      const { rate, low, high } = wilson(hits, n);
      assert.equal(rate, hits / n);
      for (const p of [low!, high!]) {
        assert.ok(p >= 0 && p <= 1);
        const gap = (p - rate!) ** 2 - z * z * p * (1 - p) / n;
        assert.ok(Math.abs(gap) < 1e-13, `${p} of ${n}`);
      }
      assert.ok(low! <= rate! && rate! <= high!);
    }),
  );
  assert.deepEqual(wilson(0, 0), { rate: null, low: null, high: null });
});

function day(dt: string, outcomes: readonly Outcome[]): PooledDay {
  const trades: Trade[] = outcomes.map((outcome, index) => ({
    index,
    direction: "up",
    ts: index,
    outcome,
    entryPrice: 1,
    exitPrice: 1,
    exitIndex: index,
    timeToOutcomeMs: 1,
  }));
  const payload = {
    instrument: { product_type: "future_mbo", symbol: "MNQH6", dt },
    window: { start_time: "09:00", eval_start: "09:00", eval_end: "10:30" },
    trade_metrics: tradeMetrics(trades, 1.5 * 3600e9),
  } as PooledDay["payload"];
  return { payload, trades };
}

Deno.test("pooledMetrics() counts the events of all days, and holds the days against each other", () => {
  const [tp, sl, timeout] = OUTCOME_NAMES;
  const pooled = pooledMetrics([
    day("2026-02-05", [tp, tp, sl, timeout]),
    day("2026-02-06", [sl, sl]),
  ], REGIME_DEFAULTS);
  assert.deepEqual([pooled.n_days, pooled.n_events, pooled.events_per_hour], [2, 6, 2]);
  assert.equal(pooled.rates.tp_before_sl.rate, 2 / 6);
  assert.equal(pooled.rates.sl_before_tp.rate, 3 / 6);
  // Rates 0.5 and 0 drift by 0.5 / 0.25; events per hour 8/3 and 4/3 by (4/3) / 2.
  assert.equal(pooled.stability.tp_before_sl_rate_drift, 2);
  assert.ok(Math.abs(pooled.stability.events_per_hour_drift! - 2 / 3) < 1e-12);
  assert.deepEqual(pooled.stability.reasons.map((reason) => reason.split(" ")[0]), [
    "tp_before_sl_rate",
    "events_per_hour",
  ]);
  assert.match(pooled.stability.reasons[0]!, /across the days/);
});

Deno.test("pooledMetrics() of no day has no rate and fails no gate", () => {
  const { n_days, events_per_hour, rates, stability } = pooledMetrics([], REGIME_DEFAULTS);
  assert.deepEqual([n_days, events_per_hour, stability.passed], [0, null, true]);
  assert.equal(rates.timeout.rate, null);
});
