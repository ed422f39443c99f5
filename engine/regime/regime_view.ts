import type { InstrumentConfig } from "../instrument.ts";
import { type EventsView, OUTCOME_NAMES, type RegimeView } from "../wire/regime_view.ts";
import { paramsByFlag } from "./parameters.ts";
import type { RegimeParams } from "./params.ts";
import { type Columns, reducedLine, runsOf, stepsOf } from "./downsample.ts";
import type { RegimeResult } from "./result.ts";
import { signOf } from "./states.ts";
import type { Trade } from "./trades.ts";
import { quietNs } from "./warnings.ts";

/** Columns of a page with one day: more than a screen is wide, so that one can look closer. */
const MOST_COLUMNS = 3000;
/** Columns that a day has at least, however many share a page. */
const LEAST_COLUMNS = 600;

/** What a view needs besides the result. */
export interface ViewOptions {
  params: RegimeParams;
  /** Least event time between grids, milliseconds. */
  throttleMs: number;
  instrument: InstrumentConfig;
  /** Days that share a page: the more, the coarser each. */
  days?: number;
}

/**
 * Reduces an analysis to what charts show of it. Events are kept whole.
 *
 * @param result the analysis
 * @param options what it was made with, and how many share a page
 */
export function regimeView(result: RegimeResult, options: ViewOptions): RegimeView {
  const { params, instrument, days = 1 } = options;
  const { series, capture, payload, midnightNs } = result;
  const midnightMs = Number(midnightNs / 1_000_000n);
  const timesMs = series.ts.map((ts) => midnightMs + Math.floor(ts / 1e6));
  const fromMs = timesMs[0]!;
  const toMs = Math.max(timesMs.at(-1)!, fromMs + 1);
  const count = Math.max(LEAST_COLUMNS, Math.floor(MOST_COLUMNS / days));
  const columns: Columns = { fromMs, toMs, count };
  const quietMs = quietNs(options.throttleMs) / 1e6;
  const runs = (states: ArrayLike<number>) => runsOf(timesMs, states, columns, quietMs);
  const sides = (score: Float64Array) =>
    score.map((value) => signOf(value, params.spectrumThreshold) + 1);
  return {
    figures: payload,
    parameters: [
      ["throttle_ms", `${options.throttleMs}`],
      ...Object.entries(paramsByFlag(params)),
    ],
    price_decimals: instrument.price_decimals,
    tick_size: instrument.tick_size,
    snapshots: capture.snapshots,
    eval_snapshots: capture.evalSnapshots,
    from_ms: fromMs,
    to_ms: toMs,
    eval_from_ms: timesMs[capture.evalFrom]!,
    holes_ms: holesOf(timesMs, quietMs),
    column_ms: (toMs - fromMs) / count,
    spectrum_threshold: params.spectrumThreshold,
    edge_threshold: params.directionalEdgeThreshold,
    // A mid lies between two prices: it has a decimal more than they have.
    mid: reducedLine(timesMs, series.mid, columns, instrument.price_decimals + 1),
    edge: reducedLine(timesMs, series.directionEdge, columns, 4),
    lanes: series.lanes.map(({ side, band, score }) => ({
      side,
      band,
      ...runs(sides(score)),
    })),
    direction: runs(series.direction.map((sign) => sign + 1)),
    posture: runs(series.posture),
    events: eventsOf(result.trades, midnightMs, fromMs),
  };
}

/** Stretches between snapshots that are longer than these are apart. */
function holesOf(timesMs: Float64Array, quietMs: number): [number, number][] {
  const holes: [number, number][] = [];
  for (let i = 1; i < timesMs.length; i++) {
    const [from, to] = [timesMs[i - 1]!, timesMs[i]!];
    if (to - from > quietMs) holes.push([from, to]);
  }
  return holes;
}

function eventsOf(trades: readonly Trade[], midnightMs: number, fromMs: number): EventsView {
  const times = trades.map(({ ts }) => midnightMs + Math.floor(ts / 1e6));
  return {
    steps_ms: stepsOf(times, fromMs),
    directions: trades.map(({ direction }) => direction === "up" ? 1 : -1),
    outcomes: trades.map(({ outcome }) => OUTCOME_NAMES.indexOf(outcome)),
    entry_prices: trades.map(({ entryPrice }) => entryPrice),
    exit_prices: trades.map(({ exitPrice }) => exitPrice),
    times_to_outcome_ms: trades.map(({ timeToOutcomeMs }) =>
      Math.round(timeToOutcomeMs * 1e3) / 1e3
    ),
  };
}
