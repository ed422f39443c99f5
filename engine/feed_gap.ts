import { clockOf, ofOtherDate } from "./session.ts";

/** Flow that was missed: a snapshot came after flow of the session, and stands for it. */
export interface FeedGap {
  /** Time of the last record before it, UTC nanoseconds since the epoch. */
  fromNs: bigint;
  /** When the snapshot was taken; where it does not say so, time of the first record after it. */
  toNs: bigint;
}

/**
 * @param dt session date, YYYY-MM-DD
 * @param gaps one or more
 * @returns the longest of them in words, the first of equals
 */
export function gapWords(dt: string, gaps: readonly FeedGap[]): string {
  const { fromNs, toNs } = gaps.reduce((longest, gap) =>
    gap.toNs - gap.fromNs > longest.toNs - longest.fromNs ? gap : longest
  );
  const which = gaps.length === 1 ? "" : `, the longest of ${gaps.length}`;
  const clock = (ns: bigint) => clockOf(ns) + ofOtherDate(dt, ns);
  return `a gap from ${clock(fromNs)} to ${clock(toNs)}${which}: what happened in it is missing`;
}
