/** Milliseconds between labels, coarse to fine; each is a whole multiple of the next. */
const STEPS = [3_600_000, 900_000, 300_000, 60_000, 30_000, 10_000, 5_000, 1_000] as const;

/** A place on the time axis that gets a label. */
export interface TimeTick {
  /** First column at or after the time. */
  readonly column: number;
  /** The round time, milliseconds since the epoch. */
  readonly timeMs: number;
}

/**
 * Round times that get a label. Columns are grids and so not evenly spread in time: the axis is
 * filled coarse to fine, and a gap between labels takes the next finer ones only when all of them
 * fit. So a burst gets finer labels than a lull, and labels stay put while the view moves on.
 *
 * @param from First column in view.
 * @param to Column after the last one in view.
 * @param timeOf Event time of a column, milliseconds since the epoch.
 * @param room Least number of columns between labels.
 * @returns Labels from left to right.
 */
export function timeTicks(
  from: number,
  to: number,
  timeOf: (column: number) => number,
  room: number,
): TimeTick[] {
  let placed: TimeTick[] = [];
  for (const step of STEPS) {
    const finer = crossings(from, to, timeOf, step);
    const merged: TimeTick[] = [];
    let next = 0;
    for (let gap = 0; gap <= placed.length; gap++) {
      const right = placed[gap];
      const inside: TimeTick[] = [];
      for (; next < finer.length; next++) {
        const tick = finer[next];
        if (tick === undefined || (right !== undefined && tick.timeMs >= right.timeMs)) break;
        const left = placed[gap - 1];
        if (left === undefined || tick.timeMs > left.timeMs) inside.push(tick);
      }
      if (allFit(placed[gap - 1], inside, right, room)) merged.push(...inside);
      if (right !== undefined) merged.push(right);
    }
    placed = merged;
  }
  return placed;
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
    ticks.push({ column, timeMs: passed * step });
  }
  return ticks;
}

function allFit(
  left: TimeTick | undefined,
  inside: readonly TimeTick[],
  right: TimeTick | undefined,
  room: number,
): boolean {
  let last = left;
  for (const tick of inside) {
    if (last !== undefined && tick.column - last.column < room) return false;
    last = tick;
  }
  return last === undefined || right === undefined || right.column - last.column >= room;
}
