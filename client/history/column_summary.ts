import type { History } from "./history.ts";
import { type Reading, readingOf } from "./edge.ts";

/** What the page shows of one grid. */
export interface ColumnSummary {
  /** Its column in the history. */
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
export function summaryAt(history: History, column: number, bucketSize: number): ColumnSummary {
  const { cells, readings } = history;
  const timeMs = cells.time(column);
  const newest = history.end - 1;
  return {
    column,
    eventId: readings.eventId(column),
    timeMs,
    spot: cells.spotTick(column) * bucketSize,
    mid: readings.mid(column),
    bestBid: readings.bestBid(column),
    bestAsk: readings.bestAsk(column),
    book: readings.book(column),
    reading: readingOf(readings.sums(column)),
    behindMs: column === newest ? null : cells.time(newest) - timeMs,
  };
}
