import type { EngineRun } from "./run.ts";

/**
 * What is worth knowing of a source's soundness, by the names that `--stats`, the stream's `end`
 * and `/health` share.
 *
 * @param run a run, under way or ended
 * @returns counts since the first record, those before a cached book included
 */
export function misfitsOf({ pipeline: { book, counters }, session: { records } }: EngineRun) {
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

/** Counts of {@link misfitsOf}. */
export type Misfits = ReturnType<typeof misfitsOf>;
