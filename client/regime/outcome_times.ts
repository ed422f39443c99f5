import { OUTCOME_NAMES, type RegimeView } from "../../engine/wire/regime_view.ts";
import { ROUND_WHOLE } from "../round_numbers.ts";

/** A class of times to outcome. */
export interface TimeClass {
  /** From, included, and to, excluded: milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Events by outcome, as OUTCOME_NAMES has them. */
  readonly counts: readonly number[];
}

/**
 * Sorts times to outcome into classes that double, roughly, from one to the next: 1, 2, 5, 10 and so
 * on. A time of less than the first bound is in the first class.
 *
 * @param events the events of a view
 * @returns classes from the first to the last that has an event; none without events
 */
export function timeClasses(events: RegimeView["events"]): TimeClass[] {
  const times = events.times_to_outcome_ms;
  if (times.length === 0) return [];
  const classOf = times.map((ms) => classIndex(ms));
  const first = Math.min(...new Set(classOf));
  const last = Math.max(...new Set(classOf));
  const classes = Array.from({ length: last - first + 1 }, (_, i) => ({
    from: first + i === 0 ? 0 : lowerBound(first + i),
    to: lowerBound(first + i + 1),
    counts: OUTCOME_NAMES.map(() => 0),
  }));
  classOf.forEach((index, i) => classes[index - first]!.counts[events.outcomes[i]!]!++);
  return classes;
}

/** Bound i: 1, 2, 5, 10, 20, 50, 100 … milliseconds. */
function lowerBound(i: number): number {
  return ROUND_WHOLE[i % 3]! * 10 ** Math.floor(i / 3);
}

function classIndex(ms: number): number {
  let i = 0;
  while (ms >= lowerBound(i + 1)) i++;
  return i;
}

/** A bound as one reads it: "20 ms", "5 s", "10 min". */
export function boundText(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 120_000) return `${ms / 1000} s`;
  return `${Math.round(ms / 6000) / 10} min`;
}
