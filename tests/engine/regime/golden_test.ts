/** The analysis gives the recorded answers, figure by figure. */
import assert from "node:assert/strict";
import { ensureBookCache } from "../../../engine/cache.ts";
import { RegimeAnalysis } from "../../../engine/regime/analysis.ts";
import { analyzeRun } from "../../../engine/regime/capture_snapshots.ts";
import { SnapshotBatch } from "../../../engine/regime/snapshot_batch.ts";
import { REGIME_DEFAULTS } from "../../../engine/regime/params.ts";
import type { RegimeResult } from "../../../engine/regime/result.ts";
import { direction, sideState, signOf } from "../../../engine/regime/states.ts";
import { POSTURE_NAMES } from "../../../engine/wire/regime_view.ts";
import { EngineRun } from "../../../engine/run.ts";
import { newYorkNs } from "../../new_york.ts";
import { HALF_WIDTH } from "../../../engine/wire/fields.ts";
import { sharedFile } from "../../shared_data.ts";
import {
  differences,
  loadRegimeGolden,
  REGIME_GOLDENS,
  type RegimeGolden,
  windowOf,
} from "./golden.ts";

interface Analysed {
  result: RegimeResult;
  /** Rows of the spectrum as the golden writes them, by index of the snapshot. */
  rows: Map<number, Record<string, number | string>>;
}

/** Runs a golden's input, looking at the spectrum after the snapshots that it shows. */
async function analysed(golden: RegimeGolden): Promise<Analysed> {
  const { symbol, dt, tick_size, throttle_ms } = golden.params;
  const window = windowOf(golden);
  const subject = {
    productType: "future_mbo" as const,
    symbol,
    dt,
    dataSource: "databento" as const,
    window,
    throttleMs: throttle_ms,
    tickInt: Math.round(tick_size / 1e-9),
    contractMultiplier: 2,
  };
  const analysis = new RegimeAnalysis(subject, REGIME_DEFAULTS);
  const shown = new Set([golden.last_snapshot, ...golden.sample_snapshots].map((r) => r["index"]));
  const rows: Analysed["rows"] = new Map();
  const single = new SnapshotBatch();
  let index = 0;
  const lake = await Deno.makeTempDir();
  const run = await EngineRun.open({
    productType: "future_mbo",
    symbol,
    dt,
    startNs: newYorkNs(dt, `${window.startTime}:00`),
    throttleMs: throttle_ms,
    tickInt: Math.round(tick_size / 1e-9),
    origin: { path: sharedFile("data", `${golden.input.file}.zst`) },
  });
  try {
    await ensureBookCache(run, { lake });
    const result = await analyzeRun(run, subject, REGIME_DEFAULTS, {
      analyst: {
        push(batch) {
          for (let i = 0; i < batch.count; i++) {
            single.count = 1;
            copySnapshot(batch, i, single);
            analysis.push(single);
            // What comes after the evaluation moves no figure of it.
            if (shown.has(index)) rows.set(index, spectrumRow(analysis, batch, i));
            index++;
          }
          batch.count = 0;
          return batch;
        },
        finish: () => analysis.finish(),
      },
    });
    return { result, rows };
  } finally {
    run.close();
    await Deno.remove(lake, { recursive: true });
  }
}

function copySnapshot(from: SnapshotBatch, i: number, to: SnapshotBatch): void {
  const fields = ["ts", "mid", "touchTicks", "touchRest", "bid", "ask", "spot", "eventId"] as const;
  for (const field of [...fields, "forces", "chains"] as const) {
    const width = from[field].length / from.ts.length;
    to[field].set(from[field].subarray(i * width, (i + 1) * width));
  }
}

function spectrumRow(analysis: RegimeAnalysis, batch: SnapshotBatch, i: number) {
  const row: Record<string, number | string> = { mid_price: batch.mid[i]! };
  for (const { side, band, ...figures } of analysis.spectrumRows()) {
    for (const [name, figure] of Object.entries(figures)) row[`${side}_${band}_${name}`] = figure;
  }
  const { aboveScore, belowScore } = analysis.spectrum;
  const { spectrumThreshold, directionalEdgeThreshold } = REGIME_DEFAULTS;
  return {
    ...row,
    above_side_score: aboveScore,
    below_side_score: belowScore,
    above_side_state: sideState(signOf(aboveScore, spectrumThreshold)),
    below_side_state: sideState(signOf(belowScore, spectrumThreshold)),
    direction_edge: belowScore - aboveScore,
    direction_state: direction(signOf(belowScore - aboveScore, directionalEdgeThreshold)),
  };
}

function counts(names: Iterable<string>): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const name of names) counted[name] = (counted[name] ?? 0) + 1;
  return counted;
}

for (const name of REGIME_GOLDENS) {
  Deno.test(`analyzeRun() reproduces ${name}`, async (t) => {
    const golden = loadRegimeGolden(name);
    const { result, rows } = await analysed(golden);
    const { series, capture, trades, midnightNs, projection } = result;
    const tsNs = (i: number) => String(midnightNs + BigInt(series.ts[i]!));

    await t.step("what is captured", () => {
      const { snapshots, evalSnapshots, midMin, midMax } = capture;
      const actual = [snapshots, evalSnapshots, midMin, midMax, tsNs(0), tsNs(snapshots - 1)];
      assert.deepEqual(actual, [
        golden.snapshots,
        golden.eval_snapshots,
        golden.mid_min,
        golden.mid_max,
        String(golden.first_ts_ns),
        String(golden.last_ts_ns),
      ]);
    });
    await t.step("payload", () => {
      assert.deepEqual(differences(result.payload, golden.payload), []);
    });
    await t.step("spectrum of sampled snapshots", () => {
      for (const row of [golden.last_snapshot, ...golden.sample_snapshots]) {
        const { index, ts_ns, posture_state, ...figures } = row;
        const i = index as number;
        assert.equal(tsNs(i), String(ts_ns));
        assert.equal(POSTURE_NAMES[series.posture[i]!], posture_state);
        assert.deepEqual(differences(rows.get(i), figures), [], `snapshot ${i}`);
      }
    });
    await t.step("scores, edges and states of the thinned series", () => {
      assert.ok(golden.directional_series.rows.length > 400);
      for (const row of golden.directional_series.rows) {
        const i = row[0] as number;
        const actual = [
          i,
          tsNs(i),
          series.aboveScore[i]!,
          series.belowScore[i]!,
          series.directionEdge[i]!,
          direction(series.direction[i]!),
          POSTURE_NAMES[series.posture[i]!],
        ];
        assert.deepEqual(differences(actual, row), [], `snapshot ${i}`);
      }
    });
    await t.step("counts of states", () => {
      assert.deepEqual(
        [
          counts([...series.direction].map(direction)),
          counts([...series.posture].map((p) => POSTURE_NAMES[p]!)),
        ],
        [golden.direction_state_counts, golden.posture_state_counts],
      );
    });
    await t.step("every event and outcome", () => {
      assert.deepEqual(trades.map((trade) => [trade.index, trade.direction]), golden.events);
      assert.deepEqual(
        trades.map((trade) => [
          trade.index,
          trade.direction,
          trade.outcome,
          trade.entryPrice,
          trade.exitPrice,
          trade.exitIndex,
          trade.timeToOutcomeMs,
        ]),
        golden.outcomes,
      );
    });
    await t.step("projections of every bucket", () => {
      const expected = golden.projection;
      const close = (actual: Float64Array, row: readonly number[]) =>
        row.forEach((value, i) => {
          const what = `k=${i - HALF_WIDTH}: ${actual[i]} for ${value}`;
          assert.ok(Math.abs(actual[i]! - value) <= 1e-5, what);
        });
      close(projection.current, expected.current_last_all);
      for (const { ms, projected } of projection.horizons) {
        close(projected, expected.projected_last_all[ms]!);
      }
      assert.equal(capture.snapshots - 1, expected.last_eval_idx);
    });
  });
}
