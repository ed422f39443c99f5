/** What must hold of any analysis, over made snapshots. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { RegimeAnalysis } from "../../../engine/regime/analysis.ts";
import { BATCH, CHAINS, FORCES, SnapshotBatch } from "../../../engine/regime/snapshot_batch.ts";
import { REGIME_DEFAULTS, type RegimeParams } from "../../../engine/regime/params.ts";
import type { RegimeResult } from "../../../engine/regime/result.ts";
import { stabilityOf } from "../../../engine/regime/stability.ts";
import { tradeMetrics } from "../../../engine/regime/trades.ts";
import { GRID_ROWS } from "../../../engine/wire/fields.ts";
import { casesOf } from "../../proof.ts";

/** 09:00 New York on the date, nanoseconds since midnight UTC. */
const START_TS = 14 * 3600e9;

const SUBJECT = {
  productType: "future_mbo",
  symbol: "MNQH6",
  dt: "2026-02-06",
  dataSource: "simulator",
  window: { startTime: "09:00", evalStart: "09:00", evalEnd: "12:00" },
  throttleMs: 25,
  tickInt: 250_000_000,
  contractMultiplier: 2,
} as const;

const PARAMS: RegimeParams = {
  ...REGIME_DEFAULTS,
  normalizationWindow: 60,
  normalizationMinPeriods: 10,
  microWindows: [2, 5],
  tpTicks: 3,
  slTicks: 2,
  maxHoldSnapshots: 60,
};

interface Snapshot {
  ts: number;
  /** best bid + best ask, ticks. */
  touchTicks: number;
  forces: Float64Array;
  chains: Float64Array;
}

/** Snapshots that wander: forces far above 1e-12, so that scaling by a power of 2 changes no bit. */
function wander(seed: number, length: number): Snapshot[] {
  let state = seed % 0x7ffffffe + 1;
  const random = () => (state = state * 48_271 % 0x7fffffff) / 0x7fffffff;
  let ts = START_TS;
  let touchTicks = 200_001;
  let tilt = 0;
  const values = (length: number, make: (i: number) => number) =>
    Float64Array.from({ length }, (_, i) => make(i));
  return Array.from({ length }, () => {
    ts += Math.round(1e6 + random() * 5e8);
    touchTicks += Math.round(random() * 4 - 2);
    tilt = 0.9 * tilt + random() - 0.5;
    return {
      ts,
      touchTicks,
      forces: values(FORCES, (i) => 2 ** 17 * (1 + random() + Math.max(0, i % 2 ? tilt : -tilt))),
      chains: values(CHAINS, () => 2 ** 14 * (random() - 0.5)),
    };
  });
}

function analysed(snapshots: readonly Snapshot[]): RegimeResult {
  const analysis = new RegimeAnalysis(SUBJECT, PARAMS);
  const batch = new SnapshotBatch();
  for (const { ts, touchTicks, forces, chains } of snapshots) {
    const i = batch.count++;
    batch.ts[i] = ts;
    batch.mid[i] = touchTicks / 8;
    batch.touchTicks[i] = touchTicks;
    // A spread of one tick or two, whichever makes both prices whole.
    batch.bid[i] = Math.floor((touchTicks - 1) / 2);
    batch.ask[i] = touchTicks - batch.bid[i]!;
    batch.forces.set(forces, i * FORCES);
    batch.chains.set(chains, i * CHAINS);
    if (batch.count === BATCH) {
      analysis.push(batch);
      batch.count = 0;
    }
  }
  analysis.push(batch);
  return analysis.finish();
}

/** A grid's columns with k and -k exchanged. */
function mirrored(columns: Float64Array): Float64Array {
  const rows = columns.length / GRID_ROWS;
  const parts = Array.from(
    { length: rows },
    (_, i) => columns.subarray(i * GRID_ROWS, (i + 1) * GRID_ROWS).toReversed(),
  );
  return Float64Array.from(parts.flatMap((part) => [...part]));
}

const seeds = fc.integer({ min: 1, max: 1e9 });

Deno.test("an analysis does not look ahead: cutting what comes after changes nothing before", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 200, max: 420 }), (seed, cut) => {
      const snapshots = wander(seed, 450);
      const whole = analysed(snapshots);
      const part = analysed(snapshots.slice(0, cut));
      for (const column of ["directionEdge", "aboveScore", "belowScore", "direction"] as const) {
        assert.deepEqual(part.series[column], whole.series[column].slice(0, cut));
      }
      assert.deepEqual(part.series.posture, whole.series.posture.slice(0, cut));
      part.series.lanes.forEach(({ score }, lane) => {
        assert.deepEqual(score, whole.series.lanes[lane]!.score.slice(0, cut));
      });
      const before = whole.trades.filter(({ index }) => index < cut);
      assert.deepEqual(
        part.trades.map(({ index, direction }) => [index, direction]),
        before.map(({ index, direction }) => [index, direction]),
      );
      // What was decided before the cut stays decided.
      before.forEach((trade, i) => {
        if (trade.exitIndex < cut) assert.deepEqual(part.trades[i], trade);
      });
    }),
    { numRuns: casesOf(10, 25) },
  );
});

Deno.test("mirroring the book mirrors up and down, to the bit", () => {
  let events = 0;
  fc.assert(
    fc.property(seeds, (seed) => {
      const snapshots = wander(seed, 300);
      const plain = analysed(snapshots);
      const mirror = analysed(snapshots.map((snapshot) => ({
        ...snapshot,
        touchTicks: -snapshot.touchTicks,
        forces: mirrored(snapshot.forces),
        chains: mirrored(snapshot.chains),
      })));
      assert.deepEqual(mirror.series.aboveScore, plain.series.belowScore);
      assert.deepEqual(mirror.series.belowScore, plain.series.aboveScore);
      assert.deepEqual(
        [...mirror.series.directionEdge].map((edge) => edge + 0),
        [...plain.series.directionEdge].map((edge) => -edge + 0),
      );
      const opposite = { up: "down", down: "up" } as const;
      assert.deepEqual(
        mirror.trades.map((t) => [t.index, t.direction, t.outcome, t.exitIndex]),
        plain.trades.map((t) => [t.index, opposite[t.direction], t.outcome, t.exitIndex]),
      );
      assert.deepEqual(
        mirror.payload.projection_horizon_metrics,
        plain.payload.projection_horizon_metrics,
      );
      events += plain.trades.length;
    }),
    { numRuns: casesOf(10, 25) },
  );
  assert.ok(events > casesOf(40, 100), `only ${events} events`);
});

Deno.test("doubling all forces changes no score, event, outcome or hit rate", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 12 }), (seed, power) => {
      const snapshots = wander(seed, 260);
      const scaled = snapshots.map((snapshot) => ({
        ...snapshot,
        forces: snapshot.forces.map((force) => force * 2 ** power),
        chains: snapshot.chains.map((value) => value * 2 ** power),
      }));
      const { series, payload } = analysed(snapshots);
      const other = analysed(scaled);
      assert.deepEqual(other.series, series);
      assert.deepEqual(other.payload, payload);
    }),
    { numRuns: casesOf(6, 15) },
  );
});

Deno.test("the gate fails exactly for too few events in an hour or too much drift", () => {
  const hour = fc.record({
    n: fc.integer({ min: 0, max: 30 }),
    targets: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const limits = fc.record({
    stabilityMaxDrift: fc.double({ min: 0, max: 3, noNaN: true }),
    stabilityMinSignalsPerHour: fc.integer({ min: 0, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(hour, { minLength: 1, maxLength: 5 }), limits, (hours, limit) => {
      const metrics = hours.map(({ n, targets }, i) => ({
        ...tradeMetrics([], 3600e9),
        n_events: n,
        events_per_hour: n,
        tp_before_sl_rate: n === 0 ? null : targets,
        window: `${i}`,
      }));
      const gate = stabilityOf(metrics, { ...PARAMS, ...limit });
      const drift = (values: number[]) => {
        if (values.length < 2) return null;
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        return (Math.max(...values) - Math.min(...values)) / Math.max(Math.abs(mean), 1e-9);
      };
      const rates = drift(hours.filter(({ n }) => n > 0).map(({ targets }) => targets));
      const events = drift(hours.map(({ n }) => n));
      assert.deepEqual([gate.tp_before_sl_rate_drift, gate.events_per_hour_drift], [rates, events]);
      const few = hours.filter(({ n }) => n < limit.stabilityMinSignalsPerHour).length;
      const drifting = [rates, events].filter((d) => (d ?? 0) > limit.stabilityMaxDrift).length;
      assert.equal(gate.reasons.length, few + drifting);
      assert.equal(gate.passed, few + drifting === 0);
    }),
  );
});
