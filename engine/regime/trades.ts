import type { OUTCOME_NAMES, TradeFigures } from "../wire/regime_view.ts";
import type { RegimeEvent } from "./events.ts";
import type { RegimeParams } from "./params.ts";

/** How a trade can end. */
export type Outcome = (typeof OUTCOME_NAMES)[number];

/** An event and what became of a trade that was entered there. */
export interface Trade extends RegimeEvent {
  /** Event time, nanoseconds since midnight UTC of the date. */
  ts: number;
  outcome: Outcome;
  /** Mid at the event, dollars. */
  entryPrice: number;
  /** Mid at the snapshot that decided, dollars. */
  exitPrice: number;
  /** Index of that snapshot. */
  exitIndex: number;
  /** From the event to that snapshot, milliseconds. */
  timeToOutcomeMs: number;
}

/** The columns that trades are decided on. */
export interface PriceColumns {
  /** Event time, nanoseconds since midnight UTC of the date. */
  ts: Float64Array;
  /** Mid price, dollars. */
  mid: Float64Array;
  /** best bid + best ask in whole ticks, and what is left in price_int. */
  touchTicks: Float64Array;
  touchRest: Float64Array;
}

/**
 * Follows a trade from the snapshot after its event until its mid is at or beyond target or stop, or
 * `maxHoldSnapshots` are over. Decided in integers: the sum of the best prices against the entry's
 * plus or minus twice the distance.
 *
 * @param prices of all snapshots
 * @param event where it is entered
 * @param params target, stop and longest hold
 */
export function tradeOf(prices: PriceColumns, event: RegimeEvent, params: RegimeParams): Trade {
  const { ts, mid, touchTicks, touchRest } = prices;
  const { index, direction } = event;
  const sign = direction === "up" ? 1 : -1;
  const ticks = touchTicks[index]!;
  const rest = touchRest[index]!;
  const target = 2 * params.tpTicks;
  const stop = -2 * params.slTicks;
  const last = Math.min(ts.length - 1, index + params.maxHoldSnapshots);
  let outcome: Outcome = "timeout";
  let exitIndex = last;
  for (let i = index + 1; i <= last; i++) {
    // How far the sum of both prices has gone the trade's way: whole ticks, and less than one.
    const gained = sign * (touchTicks[i]! - ticks);
    const more = sign * (touchRest[i]! - rest);
    const reachesTarget = gained > target || (gained === target && more >= 0);
    const reachesStop = gained < stop || (gained === stop && more <= 0);
    if (reachesTarget || reachesStop) {
      outcome = reachesTarget ? "tp_before_sl" : "sl_before_tp";
      exitIndex = i;
      break;
    }
  }
  return {
    ...event,
    ts: ts[index]!,
    outcome,
    entryPrice: mid[index]!,
    exitPrice: mid[exitIndex]!,
    exitIndex,
    timeToOutcomeMs: (ts[exitIndex]! - ts[index]!) / 1e6,
  };
}

/**
 * @param trades those of a stretch of time
 * @param ns its nominal length, nanoseconds
 */
export function tradeMetrics(trades: readonly Trade[], ns: number): TradeFigures {
  const n = trades.length;
  const rate = (outcome: Outcome) =>
    n === 0 ? null : trades.filter((trade) => trade.outcome === outcome).length / n;
  return {
    n_events: n,
    events_per_hour: n / (ns / 3600e9),
    tp_before_sl_rate: rate("tp_before_sl"),
    sl_before_tp_rate: rate("sl_before_tp"),
    timeout_rate: rate("timeout"),
    median_time_to_outcome_ms: median(trades.map((trade) => trade.timeToOutcomeMs)),
  };
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
