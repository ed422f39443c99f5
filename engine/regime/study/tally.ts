/**
 * What trades add up to, five sums side by side, so that resamples and days are added by adding
 * numbers: trades that are not censored, targets, stops, timeouts, ticks gained before costs.
 */
import type { TallyFigures } from "../../wire/regime_study.ts";
import { CENSORED } from "./prices.ts";
import type { TradeColumns } from "./trade_columns.ts";

/** Sums of a tally, and where each lies. */
export const TALLY = 5;
export const TRADES = 0;
export const TARGETS = 1;
export const STOPS = 2;
export const TIMEOUTS = 3;
export const GROSS = 4;

/**
 * Counts a trade, unless it is censored.
 *
 * @param sums holds the tally
 * @param at where it begins
 * @param outcome code of the trade's outcome
 * @param gross ticks gained before costs
 */
export function count(sums: Float64Array, at: number, outcome: number, gross: number): void {
  if (outcome === CENSORED) return;
  sums[at + TRADES]! += 1;
  sums[at + TARGETS + outcome]! += 1;
  sums[at + GROSS]! += gross;
}

/** @param trades any @returns their tally */
export function tallyOf({ outcome, gross }: TradeColumns): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(TALLY);
  outcome.forEach((code, i) => count(sums, 0, code, gross[i]!));
  return sums;
}

/**
 * @param sums holds a tally
 * @param at where it begins
 * @param cost of a trade besides its prices, ticks
 */
export function figuresOf(sums: Float64Array, at: number, cost: number): TallyFigures {
  const n = sums[at + TRADES]!;
  const mean = (field: number) => n === 0 ? null : sums[at + field]! / n;
  const gross = mean(GROSS);
  return {
    n_trades: n,
    tp_before_sl_rate: mean(TARGETS),
    sl_before_tp_rate: mean(STOPS),
    timeout_rate: mean(TIMEOUTS),
    gross_ticks_per_trade: gross,
    net_ticks_per_trade: gross === null ? null : gross - cost,
  };
}

/** Adds sums to sums of the same shape. */
export function addSums(to: Float64Array, more: Float64Array): void {
  for (let i = 0; i < more.length; i++) to[i]! += more[i]!;
}
