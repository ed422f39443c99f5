import { NESTED_TIMES } from "../round_numbers.ts";

/** Event time without grids that is shown as a break, milliseconds. */
const BREAK_MS = 60_000;

/** A place on the time axis that gets a label. */
export interface TimeTick {
  /** First column at or after the time. */
  readonly column: number;
  /** The round time, or that of the column behind a break; milliseconds since the epoch. */
  readonly timeMs: number;
}

/**
 * Round times that get a label. Columns are grids and so not evenly spread in time: a round time is
 * labelled at the finest step at which its neighbours leave it room. So a burst gets finer labels
 * than a lull, and labels stay put while the view moves on.
 *
 * @param from first column in view
 * @param to column after the last one in view
 * @param timeOf event time of a column, milliseconds since the epoch
 * @param room least number of columns between labels
 * @returns labels from left to right
 */
export function timeTicks(
  from: number,
  to: number,
  timeOf: (column: number) => number,
  room: number,
): TimeTick[] {
  const placed = new Map<number, TimeTick>();
  for (const step of NESTED_TIMES) {
    const ticks = crossings(from, to, timeOf, step);
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
function crossings(
  from: number,
  to: number,
  timeOf: (column: number) => number,
  step: number,
): TimeTick[] {
  const ticks: TimeTick[] = [];
  let latest = Math.floor(timeOf(from) / step);
  for (let column = from + 1; column < to; column++) {
    const passed = Math.floor(timeOf(column) / step);
    // A time that went back and forth again passes the same boundary once.
    if (passed <= latest) continue;
    latest = passed;
    ticks.push({
      column,
      timeMs: isBreak(column, timeOf) ? secondOf(timeOf(column)) : passed * step,
    });
  }
  return ticks;
}

/**
 * Columns that follow on a stretch without grids, as after a seek: they stand side by side, but not
 * in time.
 *
 * @param from first column in view
 * @param to column after the last one in view
 * @param timeOf event time of a column, milliseconds since the epoch
 */
export function timeBreaks(
  from: number,
  to: number,
  timeOf: (column: number) => number,
): number[] {
  const breaks: number[] = [];
  for (let column = from + 1; column < to; column++) {
    if (isBreak(column, timeOf)) breaks.push(column);
  }
  return breaks;
}

function isBreak(column: number, timeOf: (column: number) => number): boolean {
  return timeOf(column) - timeOf(column - 1) > BREAK_MS;
}

function secondOf(timeMs: number): number {
  return Math.floor(timeMs / 1000) * 1000;
}
