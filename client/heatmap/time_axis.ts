import { NESTED_TIMES } from "../round_numbers.ts";

const SECOND = 1000;

/** A place on the time axis that gets a label. */
export interface TimeTick {
  /** First column at or after the time, from the left edge. */
  readonly column: number;
  /** The round time, or the second at which a column behind a break begins; milliseconds since the epoch. */
  readonly timeMs: number;
}

/**
 * Round times that get a label. By event columns are not evenly spread in time: a round time is
 * labelled at the finest step at which its neighbours leave it room. So a burst gets finer labels
 * than a lull, and labels stay put while the view moves on.
 *
 * @param times event time at which each column begins, milliseconds since the epoch; NaN where there
 * is none, as in a break
 * @param room least number of columns between labels
 * @param leastMs times this close together have no room, milliseconds
 * @returns labels from left to right
 */
export function timeTicks(times: Float64Array, room: number, leastMs: number): TimeTick[] {
  const placed = new Map<number, TimeTick>();
  for (const step of NESTED_TIMES) {
    if (step < leastMs) break;
    const ticks = crossings(times, step);
    ticks.forEach((tick, i) => {
      const left = ticks[i - 1]?.column ?? Number.NEGATIVE_INFINITY;
      const right = ticks[i + 1]?.column ?? Number.POSITIVE_INFINITY;
      // Where a coarser time is passed a finer one is too, so labels of all steps keep apart.
      const fits = tick.column - left >= room && right - tick.column >= room;
      if (fits && !placed.has(tick.column)) placed.set(tick.column, tick);
    });
  }
  return [...placed.values()].sort((a, b) => a.column - b.column);
}

/** The columns at which time passes a whole multiple of `step`. */
function crossings(times: Float64Array, step: number): TimeTick[] {
  const ticks: TimeTick[] = [];
  let latest = NaN;
  for (let column = 0; column < times.length; column++) {
    const timeMs = times[column] ?? NaN;
    if (Number.isNaN(timeMs)) continue;
    const passed = Math.floor(timeMs / step);
    if (passed > latest) {
      const isBehindBreak = Number.isNaN(times[column - 1]);
      const round = isBehindBreak ? Math.min(step, SECOND) : step;
      ticks.push({ column, timeMs: Math.floor(timeMs / round) * round });
    }
    latest = passed;
  }
  return ticks;
}
