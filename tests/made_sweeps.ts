/** Sweeps over made sessions, in which there is nothing to find, or something. */
import { loadInstrument } from "../engine/instrument.ts";
import { captureDay, subjectOf } from "../engine/regime/analyze_day.ts";
import { REGIME_DEFAULTS } from "../engine/regime/params.ts";
import {
  classesOf,
  combinationsOf,
  longestHold,
  type SweepPlan,
} from "../engine/regime/sweep/combinations.ts";
import { type SideTest, SideTests } from "../engine/regime/sweep/side_tests.ts";
import { SweepCapture } from "../engine/regime/sweep/sweep_capture.ts";
import { sweepDay } from "../engine/regime/sweep/sweep_day.ts";
import { resolveRequest } from "../engine/request.ts";
import { projectFile } from "./project.ts";
import type { Drift } from "../engine/source/simulator/price_path.ts";
import { writeSimulated } from "../engine/source/simulator/simulated_file.ts";

/** Dates of a made sweep. */
export const DATES = ["2026-02-02", "2026-02-03", "2026-02-04", "2026-02-05", "2026-02-06"];

/** Ten minutes of each date, at the very beginning of its session: no quiet hours come before. */
const MINUTES = { from: "19:00", evalStart: "19:01", to: "19:11" };
const THROTTLE_MS = 250;

/** Two bands, two windows, two thresholds, two ways to end: sixteen combinations. */
export const PLAN: SweepPlan = {
  lists: {
    directionalBands: [[4, 8, 16], [4]],
    microWindows: [[5, 10, 20], [20, 40]],
    directionalEdgeThreshold: [0.1, 0.3],
    signalCooldown: [4],
    tpTicks: [4, 8],
    slTicks: [4],
    maxHoldSnapshots: [80],
    maxHoldMs: [null],
    entry: ["mid"],
    exit: ["mid"],
    latencyMs: [0],
    slippageTicks: [0],
    feePerSide: [0],
    spectrumThreshold: [0.15],
  },
  base: { ...REGIME_DEFAULTS, baselines: [], baselineRuns: 2_000, blockMinutes: 2 },
};

/**
 * Simulates a session of each date and sweeps over them.
 *
 * @param seed chooses the sessions
 * @param drift whether there is something to find
 * @param dir folder for a session at a time
 * @returns what the test says of each set of trades
 */
export async function madeSweep(seed: number, drift: Drift, dir: string): Promise<SideTest[]> {
  const instrument = loadInstrument(projectFile("instrument.yaml"));
  const combinations = combinationsOf(PLAN);
  const { spectra, trades } = classesOf(combinations);
  const { seed: coins, baselineRuns } = PLAN.base;
  const tests = new SideTests(trades.first.length, baselineRuns, coins);
  const { from, to, evalStart } = MINUTES;
  for (const dt of DATES) {
    const input = `${dir}/session.dbn`;
    const { symbol } = instrument;
    const session = { symbol, dt, seed, from, to, eventsPerSecond: 30, drift };
    await writeSimulated(session, input);
    const asked = {
      productType: instrument.product_type,
      symbol,
      dt,
      startTime: from,
      throttleMs: THROTTLE_MS,
    };
    const request = await resolveRequest(instrument, asked, { lake: dir, input });
    const window = { startTime: from, evalStart, evalEnd: to };
    const day = { request, lake: dir, instrument, window, params: PLAN.base };
    const subject = subjectOf(day);
    const capture = new SweepCapture(subject, spectra.first.map((i) => combinations[i]!));
    const columns = await captureDay(day, subject, longestHold(PLAN.lists), capture);
    tests.add(dt, sweepDay(subject, columns, combinations).lead);
  }
  return tests.results();
}
