import type { EngineRun } from "./run.ts";

/**
 * What did not fit the book or went back in time, by the names that capture statistics, the stream's
 * `end` and `/health` share.
 */
export interface Misfits {
  ts_back: number;
  unknown_cancels: number;
  unknown_modifies: number;
  unknown_fills: number;
  duplicate_adds: number;
  /** Boundaries at which the book was locked or crossed. */
  crossed_boundaries: number;
  gaps: number;
}

/**
 * @param run a run, under way or ended
 * @returns counts since the first record, those before a cached book included
 */
export function misfitsOf(run: EngineRun): Misfits {
  const { pipeline: { book, counters }, session: { records } } = run;
  return {
    ts_back: counters.tsBack,
    unknown_cancels: book.counters.unknownCancels,
    unknown_modifies: book.counters.unknownModifies,
    unknown_fills: book.counters.unknownFills,
    duplicate_adds: book.counters.duplicateAdds,
    crossed_boundaries: counters.crossed,
    gaps: records.counters.gaps,
  };
}
