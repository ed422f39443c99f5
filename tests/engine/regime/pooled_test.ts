import assert from "node:assert/strict";
import { REGIME_DEFAULTS } from "../../../engine/regime/params.ts";
import { type PooledDay, PooledDays } from "../../../engine/regime/pooled.ts";
import { type Trade, tradeMetrics } from "../../../engine/regime/trades.ts";
import { OUTCOME_NAMES } from "../../../engine/wire/regime_view.ts";
import { studyTables } from "../../../engine/wire/study_tables.ts";
import { studyDay } from "../../../engine/regime/study/day_study.ts";
import { tradesAt } from "../../../engine/regime/study/trade_columns.ts";
import { pricesOf } from "./study/made_prices.ts";

type Outcome = (typeof OUTCOME_NAMES)[number];

const HOURS = 1.5;
const HOUR_NS = 3600e9;

/** A day whose events end in given ways: each in a minute of its own. */
function day(dt: string, outcomes: readonly Outcome[], sameAs = dt): PooledDay {
  const trades = outcomes.map((outcome, index) => ({
    index,
    direction: "up",
    ts: index * 60e9,
    outcome,
    timeToOutcomeMs: 1,
  })) as Trade[];
  const prices = pricesOf(outcomes.map((_, i) => i * 60e9), outcomes.map(() => [10, 11]));
  const signals = Int32Array.from(outcomes, (_, i) => i);
  const params = { ...REGIME_DEFAULTS, maxHoldSnapshots: 1 };
  const terms = { prices, rule: params, execution: params };
  const events = tradesAt(terms, signals, 1);
  events.outcome.set(outcomes.map((outcome) => OUTCOME_NAMES.indexOf(outcome)));
  const evaluated = { startTs: 0, endTs: HOURS * HOUR_NS };
  const { study } = studyDay({
    dt,
    prices,
    from: 0,
    end: outcomes.length,
    evaluated,
    hours: [{ startTs: 0, endTs: HOUR_NS }, { startTs: HOUR_NS, endTs: evaluated.endTs }],
    signals,
    signs: new Int8Array(outcomes.length).fill(1),
    events,
    tickValue: 0.5,
  }, params);
  const payload = {
    instrument: { product_type: "future_mbo", symbol: "MNQH6", dt },
    trade_metrics: tradeMetrics(trades, HOURS * HOUR_NS),
    warnings: [`of ${dt}`, "of all"],
    meta: { snapshots_sha256: `hash of ${sameAs}` },
  } as unknown as PooledDay["payload"];
  const count = { pairs: 4, hits: outcomes.length, naive: 1.5 };
  return {
    payload,
    study,
    counts: [{ all: count, still: count, shuffled: { pairs: 10, hits: 5 } }],
  };
}

function pooled(days: readonly PooledDay[]) {
  const pool = new PooledDays({ ...REGIME_DEFAULTS, maxHoldSnapshots: 1 }, 0.5);
  for (const one of days) pool.add(one);
  return pool.metrics();
}

const [tp, sl, timeout] = OUTCOME_NAMES;

Deno.test("PooledDays counts the events of all days, and holds the days against each other", () => {
  const metrics = pooled([
    day("2026-02-05", [tp, tp, sl, timeout]),
    day("2026-02-06", [sl, sl]),
  ]);
  const { n_days, n_events, events_per_hour, rates, stability } = metrics;
  assert.deepEqual([n_days, n_events, events_per_hour], [2, 6, 2]);
  assert.equal(rates.tp_before_sl.rate, 2 / 6);
  assert.equal(rates.sl_before_tp.rate, 3 / 6);
  // Rates 0.5 and 0 drift by 0.5 / 0.25; events per hour 8/3 and 4/3 by (4/3) / 2.
  assert.equal(stability.tp_before_sl_rate_drift, 2);
  assert.ok(Math.abs(stability.events_per_hour_drift! - 2 / 3) < 1e-12);
  assert.deepEqual(stability.reasons.map((reason) => reason.split(" ")[0]), [
    "tp_before_sl_rate",
    "events_per_hour",
  ]);
  assert.match(stability.reasons[0]!, /across the days/);
  // Two days have a t interval around the mean of their rates; t(0.975; 1) is 12.706.
  const { mean, low, high } = metrics.study!.intervals.across_days!.trade_metrics.tp_before_sl_rate;
  assert.equal(mean, 0.25);
  assert.ok(Math.abs(high! - low! - 2 * 12.7062 * 0.25) < 1e-3);
  // It is told no further than shares go.
  const told = studyTables(metrics.study!).find(({ key }) => key === "intervals")!;
  assert.equal(told.rows[0]![told.heads.indexOf("by days")], "0.0 % to 100.0 %");
  const horizon = metrics.projection_horizon_metrics["250"]!;
  assert.deepEqual([horizon.n_pairs, horizon.delta_sign_hit_rate, horizon.skill], [
    8,
    6 / 8,
    3 / 8,
  ]);
});

Deno.test("a day without events is none of the days that an interval by days is of", () => {
  const both = [day("2026-02-05", [tp, tp, sl, timeout]), day("2026-02-06", [sl, sl])];
  const { study, n_days } = pooled([both[0]!, day("2026-02-04", []), both[1]!]);
  const { intervals } = study!;
  assert.deepEqual([n_days, intervals.across_days!.n_days], [3, 2]);
  assert.deepEqual(intervals.across_days, pooled(both).study!.intervals.across_days);
  const told = studyTables(study!).find(({ key }) => key === "intervals")!;
  assert.match(told.notes.join(" "), /Student's t over the 2 days' own figures/);
});

Deno.test("where fewer than two days have events no interval by days is said to be there", () => {
  const { study } = pooled([day("2026-02-04", []), day("2026-02-05", [tp, sl])]);
  const told = studyTables(study!).find(({ key }) => key === "intervals")!;
  assert.ok(told.notes.includes("By days: none, for that takes two days with events."));
  assert.equal(told.rows[0]![told.heads.indexOf("by days")], "– to –");
});

Deno.test("PooledDays says what is said of each day once, and which days are the same data", () => {
  const same = [
    day("2026-02-04", [tp]),
    day("2026-02-05", [tp], "2026-02-04"),
    day("2026-02-06", [sl]),
  ];
  assert.deepEqual(pooled(same).warnings, [
    "of 2026-02-04",
    "of all",
    "of 2026-02-05",
    "of 2026-02-06",
    "2026-02-05 is the same data as 2026-02-04: together they count as one, not as two",
  ]);
});

Deno.test("PooledDays of no day has no rate and fails no gate", () => {
  const { n_days, events_per_hour, rates, stability, study } = pooled([]);
  assert.deepEqual([n_days, events_per_hour, stability.passed, study], [0, null, true, null]);
  assert.equal(rates.timeout.rate, null);
});

Deno.test("a day in a pool by itself says what it says alone", () => {
  const one = day("2026-02-05", [tp, tp, sl, timeout]);
  const { study } = pooled([one]);
  assert.equal(study!.intervals.across_days, null);
  assert.equal(study!.intervals.if_trades_were_independent.tp_before_sl_rate.rate, 0.5);
});
