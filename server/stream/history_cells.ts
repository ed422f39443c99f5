/**
 * How grids before the first one are thinned out: of each cell of event time one, so that a client gets
 * 600 at most, evenly spaced (docs/stream.md, `history`).
 */

/** Grids of warm-up are given from so long before the first one, milliseconds. */
export const MOST_HISTORY_MS = 600_000;
/** Of the last part of them one in each cell of FINE_MS, before that one in COARSE_MS. */
export const FINE_HISTORY_MS = 60_000;
export const FINE_MS = 100;
export const COARSE_MS = 1_000;

/**
 * @param ms event time of a grid of warm-up
 * @param fineFromMs where the fine part begins
 * @returns a number that is the same for grids of one cell, and for no others
 */
export function historyCell(ms: number, fineFromMs: number): number {
  // A half keeps coarse cells from having the number of a fine one.
  return ms < fineFromMs ? Math.floor(ms / COARSE_MS) + 0.5 : Math.floor(ms / FINE_MS);
}
