import type { Recording } from "./history.ts";
import { type Reading, readingOf } from "./edge.ts";

/** What the page shows of one grid. */
export interface ColumnSummary {
  /** Its column in the recording. */
  readonly column: number;
  readonly eventId: number;
  /** Event time, milliseconds since the epoch. */
  readonly timeMs: number;
  /** Dollars. */
  readonly spot: number;
  /** Dollars; NaN where a side of the book is missing. */
  readonly mid: number;
  /** Dollars; NaN where there is none. */
  readonly bestBid: number;
  readonly bestAsk: number;
  /** Bits of what may be wrong with the book (reading_history.ts). */
  readonly book: number;
  readonly reading: Reading;
  /** Event time between it and the newest grid, milliseconds; null when it is the newest. */
  readonly behindMs: number | null;
}

/**
 * What the page shows of a column.
 *
 * @param column A column that is kept.
 * @param bucketSize Dollars per bucket.
 */
export function summaryAt(recording: Recording, column: number, bucketSize: number): ColumnSummary {
  const { history, moments } = recording;
  const timeMs = history.time(column);
  const newest = recording.end - 1;
  return {
    column,
    eventId: moments.eventId(column),
    timeMs,
    spot: history.spotTick(column) * bucketSize,
    mid: moments.mid(column),
    bestBid: moments.bestBid(column),
    bestAsk: moments.bestAsk(column),
    book: moments.book(column),
    reading: readingOf(moments.sums(column)),
    behindMs: column === newest ? null : history.time(newest) - timeMs,
  };
}
