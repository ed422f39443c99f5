/** Figures of an analysis as tables and cards show them. */
import type { TradeFigures } from "../../engine/wire/regime_view.ts";
import { formatCount, formatDuration, formatFixed, NOTHING } from "../../client/format.ts";

/** A share of 1 to one decimal, as the report on the terminal has it. */
export function percent(share: number | null): string {
  return share === null ? NOTHING : `${(share * 100).toFixed(1)} %`;
}

/** A figure with so many decimals. */
export function decimal(value: number | null, digits: number): string {
  return value === null ? NOTHING : formatFixed(value, digits);
}

/** Heads of the columns that {@link tradeCells} fills. */
export const TRADE_HEADS = [
  "events",
  "per hour",
  "✓ target first",
  "✗ stop first",
  "○ timed out",
  "median time",
] as const;

/**
 * @param figures of any stretch of time
 * @returns a cell for each figure
 */
export function tradeCells(figures: TradeFigures): string[] {
  const median = figures.median_time_to_outcome_ms;
  return [
    formatCount(figures.n_events),
    formatFixed(figures.events_per_hour, 1),
    percent(figures.tp_before_sl_rate),
    percent(figures.sl_before_tp_rate),
    percent(figures.timeout_rate),
    median === null ? NOTHING : formatDuration(median),
  ];
}
