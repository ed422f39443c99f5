import type { NamedFigures, StabilityFigures } from "../wire/regime_view.ts";
import type { RegimeParams } from "./params.ts";
import { driftOf } from "./study/drift.ts";

/**
 * The gate over the hours of a day, or over days: each has enough events, and neither the rate of
 * targets reached nor that of events drifts too far.
 *
 * @param hours the hours in order
 * @param params least number of events and greatest drift
 * @param across what they are called together
 */
export function stabilityOf(
  hours: readonly NamedFigures[],
  params: RegimeParams,
  across = "hours",
): StabilityFigures {
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
