import type { OUTCOME_NAMES, ResolvedFigures, TradeFigures } from "../wire/regime_view.ts";
import type { RegimeEvent } from "./events.ts";
import {
  CENSORED,
  firstPassage,
  type PriceColumns,
  STOP,
  TARGET,
  type TradeRule,
} from "./study/prices.ts";
import { STOPS, tallyOf, TARGETS, TIMEOUTS, TRADES } from "./study/tally.ts";
import type { TradeColumns } from "./study/trade_columns.ts";

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

/**
 * What becomes of an event as `trade_metrics` counts it: entered at its mid, and over when the evaluation
 * is, if not before.
 *
 * @param prices of all snapshots
 * @param mids mid price of each, dollars
 * @param event where it is entered
 * @param rule target, stop and longest hold
 * @param end index of the snapshot after the last that is looked at
 */
export function tradeOf(
  prices: PriceColumns,
  mids: Float64Array,
  event: RegimeEvent,
  rule: TradeRule,
  end: number,
): Trade {
  const { ts } = prices;
  const { index, direction } = event;
  const decided = firstPassage(prices, index, direction === "up" ? 1 : -1, rule, end);
  const exitIndex = Math.floor(decided / 4);
  const code = decided % 4;
  return {
    ...event,
    ts: ts[index]!,
    outcome: code === TARGET ? "tp_before_sl" : code === STOP ? "sl_before_tp" : "timeout",
    entryPrice: mids[index]!,
    exitPrice: mids[exitIndex]!,
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

/**
 * The figures of trades that were followed past the evaluation's end.
 *
 * @param trades the trades
 * @param signals indices of the snapshots at which they were decided
 * @param ts event time of every snapshot, nanoseconds
 * @param ns nominal length of the evaluation, nanoseconds
 */
export function resolvedMetrics(
  trades: TradeColumns,
  signals: Int32Array,
  ts: Float64Array,
  ns: number,
): ResolvedFigures {
  const { outcome, exit } = trades;
  const sums = tallyOf(trades);
  const n = sums[TRADES]!;
  const rate = (hits: number) => n === 0 ? null : hits / n;
  const times = Array.from(signals, (signal, i) => (ts[exit[i]!]! - ts[signal]!) / 1e6);
  return {
    n_events: signals.length,
    events_per_hour: signals.length / (ns / 3600e9),
    tp_before_sl_rate: rate(sums[TARGETS]!),
    sl_before_tp_rate: rate(sums[STOPS]!),
    timeout_rate: rate(sums[TIMEOUTS]!),
    median_time_to_outcome_ms: median(times.filter((_, i) => outcome[i] !== CENSORED)),
    n_censored: signals.length - n,
  };
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
