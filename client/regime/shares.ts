import { countBelow, countUpTo, type Events, type Ribbon } from "./model.ts";

/** A stretch of time that is shown, milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * How much of each column of a picture a ribbon spends in each state.
 *
 * @param ribbon the ribbon
 * @param span what the columns divide equally
 * @param columns how many
 * @param states how many states there are
 * @returns for each column a share of 0 to 1 for each state; all 0 where the ribbon has none
 */
export function sharesOf(
  { bounds, states: runs }: Ribbon,
  { from, to }: Span,
  columns: number,
  states: number,
): Float64Array {
  const shares = new Float64Array(columns * states);
  const width = (to - from) / columns;
  let run = Math.max(0, countUpTo(bounds, from) - 1);
  for (; run < runs.length && bounds[run]! < to; run++) {
    if (runs[run]! < 0) continue;
    const start = Math.max(bounds[run]!, from);
    const end = Math.min(bounds[run + 1]!, to);
    const last = Math.min(columns - 1, Math.floor((end - from) / width));
    for (let column = Math.floor((start - from) / width); column <= last; column++) {
      const left = from + column * width;
      const held = Math.min(end, left + width) - Math.max(start, left);
      if (held > 0) shares[column * states + runs[run]!]! += held / width;
    }
  }
  return shares;
}

/** Numbers that a bin of events has: up by outcome, then down by outcome. */
export const BIN_COUNTS = 6;

/**
 * Counts events by column of a picture, direction and outcome.
 *
 * @param events the events
 * @param span what the columns divide equally, its end included
 * @param columns how many
 * @returns {@link BIN_COUNTS} numbers for each column
 */
export function eventCounts(events: Events, { from, to }: Span, columns: number): Uint32Array {
  const counts = new Uint32Array(columns * BIN_COUNTS);
  const end = countUpTo(events.times, to);
  for (let i = countBelow(events.times, from); i < end; i++) {
    const column = Math.min(
      columns - 1,
      Math.floor((events.times[i]! - from) / (to - from) * columns),
    );
    const side = events.directions[i]! > 0 ? 0 : 3;
    counts[column * BIN_COUNTS + side + events.outcomes[i]!]!++;
  }
  return counts;
}
