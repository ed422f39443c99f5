/** Long columns made small enough for a chart, without losing what a chart shows of them. */
import type { LineView, RibbonView } from "../wire/regime_view.ts";

/** Stretches of equal length that a capture is cut into. */
export interface Columns {
  /** First and last snapshot, milliseconds. */
  fromMs: number;
  toMs: number;
  /** How many, at least one. */
  count: number;
}

/**
 * Reduces a line to the first, the least, the greatest and the last value of every column, at their
 * own times: drawn as wide as the columns are many, it looks as the whole line does. (M4: Jugel et
 * al., "M4: A Visualization-Oriented Time Series Data Aggregation", 2014.)
 *
 * @param timesMs event times, milliseconds, ascending
 * @param values one for each
 * @param columns the columns; a line of no more than four values for each is kept whole
 * @param digits decimals that values are written with
 */
export function reducedLine(
  timesMs: ArrayLike<number>,
  values: ArrayLike<number>,
  columns: Columns,
  digits: number,
): LineView {
  const kept = values.length <= 4 * columns.count
    ? Array.from({ length: values.length }, (_, i) => i)
    : extremes(timesMs, values, columns);
  const scale = 10 ** digits;
  return {
    steps_ms: stepsOf(kept.map((i) => timesMs[i]!), columns.fromMs),
    values: kept.map((i) => Math.round(values[i]! * scale) / scale),
  };
}

/** Indices of what is kept, ascending. */
function extremes(
  timesMs: ArrayLike<number>,
  values: ArrayLike<number>,
  columns: Columns,
): number[] {
  const kept: number[] = [];
  for (let first = 0; first < values.length;) {
    const column = columnOf(timesMs[first]!, columns);
    let least = first;
    let greatest = first;
    let end = first;
    for (; end < values.length && columnOf(timesMs[end]!, columns) === column; end++) {
      if (values[end]! < values[least]!) least = end;
      if (values[end]! > values[greatest]!) greatest = end;
    }
    kept.push(...new Set([first, least, greatest, end - 1].sort((a, b) => a - b)));
    first = end;
  }
  return kept;
}

function columnOf(ms: number, { fromMs, toMs, count }: Columns): number {
  return Math.min(count - 1, Math.floor((ms - fromMs) / (toMs - fromMs) * count));
}

/**
 * Turns the states of snapshots into runs. A state holds from its snapshot to the next one, unless
 * that is too far: then there is none, which is -1. Where a
 * column has more than three runs, runs of the same state are joined in the order in which the
 * states come first: the order within the column is lost, the time in each state is kept.
 *
 * @param timesMs event times, whole milliseconds, ascending
 * @param states of each snapshot, 0 and up
 * @param columns the columns
 * @param quietMs how far apart snapshots are at most
 */
export function runsOf(
  timesMs: ArrayLike<number>,
  states: ArrayLike<number>,
  columns: Columns,
  quietMs = Infinity,
): RibbonView {
  const all = exactRuns(timesMs, states, columns.toMs, quietMs);
  return all.lengths_ms.length <= 3 * columns.count ? all : joinedRuns(all, columns);
}

interface Runs {
  lengths_ms: number[];
  states: number[];
}

function exactRuns(
  timesMs: ArrayLike<number>,
  states: ArrayLike<number>,
  toMs: number,
  quietMs: number,
): Runs {
  const runs: Runs = { lengths_ms: [], states: [] };
  for (let i = 0; i < states.length; i++) {
    const lengthMs = (i + 1 < states.length ? timesMs[i + 1]! : toMs) - timesMs[i]!;
    push(runs, lengthMs > quietMs ? -1 : states[i]!, lengthMs);
  }
  return runs;
}

/** Adds a run, to the last one when the state goes on. */
function push(runs: Runs, state: number, lengthMs: number): void {
  if (lengthMs === 0) return;
  const last = runs.states.length - 1;
  if (runs.states[last] === state) runs.lengths_ms[last]! += lengthMs;
  else {
    runs.states.push(state);
    runs.lengths_ms.push(lengthMs);
  }
}

function joinedRuns(all: Runs, { fromMs, toMs, count }: Columns): Runs {
  const joined: Runs = { lengths_ms: [], states: [] };
  const total = toMs - fromMs;
  let index = 0;
  let left = all.lengths_ms[0]!;
  for (let column = 0; column < count; column++) {
    // Whole milliseconds, so that the lengths of runs stay whole.
    let room = Math.round((column + 1) / count * total) - Math.round(column / count * total);
    const within: Runs = { lengths_ms: [], states: [] };
    while (room > 0) {
      const taken = Math.min(room, left);
      push(within, all.states[index]!, taken);
      room -= taken;
      left -= taken;
      if (left === 0) left = all.lengths_ms[++index] ?? 0;
    }
    if (within.states.length <= 3) {
      within.states.forEach((state, i) => push(joined, state, within.lengths_ms[i]!));
      continue;
    }
    const lengths = new Map<number, number>();
    within.states.forEach((state, i) =>
      lengths.set(state, (lengths.get(state) ?? 0) + within.lengths_ms[i]!)
    );
    for (const [state, length] of lengths) push(joined, state, length);
  }
  return joined;
}

/**
 * @param values ascending
 * @param from what the first counts from
 * @returns the first from there, each further one from the one before
 */
export function stepsOf(values: readonly number[], from: number): number[] {
  return values.map((value, i) => value - (i === 0 ? from : values[i - 1]!));
}
