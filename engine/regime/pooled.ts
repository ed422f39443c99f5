import { OUTCOME_NAMES, type StabilityFigures } from "../wire/regime_view.ts";
import type { RegimeParams } from "./params.ts";
import type { RegimePayload } from "./payload.ts";
import { stabilityOf } from "./stability.ts";
import type { Outcome, Trade } from "./trades.ts";

/** A share with its 95 % interval; all null when there is nothing to count. */
export interface PooledRate {
  rate: number | null;
  low: number | null;
  high: number | null;
}

/** What several days say together. */
export interface PooledMetrics {
  n_days: number;
  n_events: number;
  /** Events of all days over their evaluated hours. */
  events_per_hour: number | null;
  /** Of all events of all days, by outcome. */
  rates: Record<Outcome, PooledRate>;
  /** Drift over the days, as the hours of a day are judged; events are not counted against a least. */
  stability: StabilityFigures;
}

/** The part of a day that pooling takes. */
export interface PooledDay {
  payload: RegimePayload;
  trades: readonly Trade[];
}

/** Quantile of the normal distribution for a two-sided interval of 95 %. */
const Z = 1.959963984540054;

/**
 * Wilson's score interval, which stays within 0 and 1 and holds for few events too: E. B. Wilson,
 * "Probable Inference, the Law of Succession, and Statistical Inference" (1927).
 *
 *     (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)
 *
 * Events of a day overlap in time, so the true uncertainty is larger.
 *
 * @param hits how often it happened
 * @param n out of how many
 */
export function wilson(hits: number, n: number): PooledRate {
  if (n === 0) return { rate: null, low: null, high: null };
  const rate = hits / n;
  const spread = Z * Math.sqrt(rate * (1 - rate) / n + Z * Z / (4 * n * n));
  const middle = rate + Z * Z / (2 * n);
  const scale = 1 + Z * Z / n;
  return {
    rate,
    // Exactly at the ends, where rounding would leave a little.
    low: hits === 0 ? 0 : (middle - spread) / scale,
    high: hits === n ? 1 : (middle + spread) / scale,
  };
}

/**
 * @param days what was found on each day
 * @param params what it was made with
 */
export function pooledMetrics(days: readonly PooledDay[], params: RegimeParams): PooledMetrics {
  const trades = days.flatMap((day) => [...day.trades]);
  const hours = days.reduce((sum, { payload }) => sum + hoursOf(payload), 0);
  const rateOf = (outcome: Outcome) =>
    wilson(trades.filter((trade) => trade.outcome === outcome).length, trades.length);
  return {
    n_days: days.length,
    n_events: trades.length,
    events_per_hour: hours === 0 ? null : trades.length / hours,
    rates: Object.fromEntries(OUTCOME_NAMES.map((outcome) => [outcome, rateOf(outcome)])) as Record<
      Outcome,
      PooledRate
    >,
    stability: stabilityOf(
      days.map(({ payload }) => ({ ...payload.trade_metrics, window: payload.instrument.dt })),
      { ...params, stabilityMinSignalsPerHour: 0 },
      "days",
    ),
  };
}

/** Nominal length of a day's evaluation; HH:MM of one day, so that the clock's own length counts. */
function hoursOf({ window }: RegimePayload): number {
  const hours = (time: string) => Number(time.slice(0, 2)) + Number(time.slice(3)) / 60;
  return hours(window.eval_end) - hours(window.eval_start);
}
