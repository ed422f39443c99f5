import { originIdentity, originName } from "../source/origin.ts";
import { midnightNs, sessionTimeNs } from "../session.ts";
import { RANDOM_BASELINES } from "../wire/regime_study.ts";
import { evaluationOf } from "./evaluation.ts";
import type { DayRequest } from "./analyze_day.ts";

// Microseconds a snapshot on one core, measured with bench/analyze_bench.ts and its parameters
// changed one by one: the engine, then each window, band and horizon.
const SNAPSHOT_US = 4;
const ROLLUP_US = 0.8;
const BAND_US = 1.7;
const HORIZON_US = 0.5;
/** Windows above this many snapshots no longer lie in the processor's caches. */
const LONG_WINDOW = 1_000;
const LONG_US = 20;
/** Microseconds for each snapshot that a trade is followed over, on both sides. */
const HOLD_US = 0.004;
/** Microseconds for each trade of a run of a baseline. */
const RUN_US = 0.2;
/** Records applied in a microsecond, before and beside the snapshots. */
const RECORDS_A_US = 3;

/** Fewest bytes of a file that a record takes, however well it is compressed. */
const LEAST_RECORD_BYTES = 10;

/**
 * Estimates how long an analysis takes, before anything of it is done: from above, as far as the
 * parameters go.
 *
 * @param day what is analysed
 * @returns seconds on a machine like those that it was measured on
 * @throws UserError when its times are not in order
 */
export function secondsOf({ request, window, params }: DayRequest): number {
  const { productType, dt, throttleMs, origin } = request;
  const { endTs } = evaluationOf(productType, dt, window);
  const given = { name: "start_time", text: window.startTime };
  const startTs = Number(sessionTimeNs(productType, dt, given) - midnightNs(dt));
  const bytes = originIdentity(origin)?.size;
  const records = bytes === undefined ? Infinity : Number(bytes) / LEAST_RECORD_BYTES;
  const wanted = (endTs - startTs) / (throttleMs * 1e6);
  // There is no grid without a record; but records of plain files take more bytes.
  const snapshots = Math.min(wanted, originName(origin).endsWith(".zst") ? records : records / 5.6);
  const windows = [...params.projectionRollupWindows, ...params.microWindows];
  const isLong = Math.max(params.normalizationWindow, ...windows) > LONG_WINDOW;
  const trades = snapshots / (params.signalCooldown + 1);
  const random = RANDOM_BASELINES.filter((name) => params.baselines.includes(name)).length;
  const hold = params.maxHoldMs === null ? params.maxHoldSnapshots : params.maxHoldMs / throttleMs;
  const microseconds = snapshots * (
        SNAPSHOT_US + ROLLUP_US * params.projectionRollupWindows.length +
        BAND_US * params.directionalBands.length +
        HORIZON_US * params.projectionHorizonsMs.length + (isLong ? LONG_US : 0)
      ) +
    trades * Math.min(hold, snapshots) * HOLD_US +
    trades * params.baselineRuns * random * RUN_US +
    Math.min(records, (endTs - startTs) / 1e3) / RECORDS_A_US;
  return microseconds / 1e6;
}
