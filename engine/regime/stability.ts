import type { RegimeParams } from "./params.ts";
import type { TradeMetrics } from "./trades.ts";

/** The trade metrics of an hour. */
export interface HourlyMetrics extends TradeMetrics {
  /** "HH:MM-HH:MM", America/New_York. */
  window: string;
}

/** Whether the hours are alike. */
export interface Stability {
  passed: boolean;
  /** (max - min) / max(|mean|, 1e-9) over the hours that have a value; null with fewer than two. */
  tp_before_sl_rate_drift: number | null;
  events_per_hour_drift: number | null;
  /** Why not, in words. */
  reasons: string[];
}

/**
 * The gate over the hours of a day, or over days: each has enough events, and neither the rate of
 * targets reached nor that of events drifts too far.
 *
 * @param hours the hours in order
 * @param params least number of events and greatest drift
 * @param across what they are called together
 */
export function stabilityOf(
  hours: readonly HourlyMetrics[],
  params: RegimeParams,
  across = "hours",
): Stability {
  const { stabilityMaxDrift: limit, stabilityMinSignalsPerHour: least } = params;
  const targets = driftOf(hours.map((hour) => hour.tp_before_sl_rate));
  const events = driftOf(hours.map((hour) => hour.events_per_hour));
  const reasons = hours.filter((hour) => hour.n_events < least).map((hour) =>
    `${hour.window} has ${hour.n_events} events, fewer than ${least}`
  );
  for (
    const [name, drift] of [["tp_before_sl_rate", targets], ["events_per_hour", events]] as const
  ) {
    if (drift !== null && drift > limit) {
      reasons.push(
        `${name} drifts by ${drift.toFixed(3)} across the ${across}, more than ${limit}`,
      );
    }
  }
  return {
    passed: reasons.length === 0,
    tp_before_sl_rate_drift: targets,
    events_per_hour_drift: events,
    reasons,
  };
}

function driftOf(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  if (defined.length < 2) return null;
  const mean = defined.reduce((sum, value) => sum + value, 0) / defined.length;
  return (Math.max(...defined) - Math.min(...defined)) / Math.max(Math.abs(mean), 1e-9);
}
