import type { ReadingMessage, SessionMessage } from "../../engine/wire/messages.ts";
import type { History } from "./history.ts";
import { type Reading, readingOf } from "./edge.ts";
import { readingAt, readingOfBook } from "./state_changes.ts";

/** What the page shows of one grid. */
export interface GridSummary {
  /** Its number in the history. */
  readonly number: number;
  readonly eventId: number;
  /** Event time, milliseconds since the epoch: the grid's, or the instant chosen after it. */
  readonly timeMs: number;
  /** Event time of the moment shown, to which the grid is held. */
  readonly atMs: number;
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
  /** The balance of forces as the stream reads it, and the session's trades; null where they did not come. */
  readonly flow: ReadingMessage | null;
  readonly session: SessionMessage | null;
  /**
   * Event time from it to what the stream has told last, milliseconds, below 0 when it is later; null
   * when that is what is shown.
   */
  readonly behindMs: number | null;
}

/**
 * What the page shows of a grid.
 *
 * @param number number of a grid that is kept
 * @param bucketSize dollars per bucket
 * @param atMs the moment to which it is held, milliseconds since the epoch
 * @param untilMs end of that moment: where the state changes within it, it is what it becomes; null is
 * now, as far as the stream has told
 * @param timeMs what its clock shows
 */
export function summaryAt(
  history: History,
  number: number,
  bucketSize: number,
  atMs: number = history.time(number),
  untilMs: number | null = atMs,
  timeMs: number = history.time(number),
): GridSummary {
  const { readings, now } = history;
  const toldMs = history.flows.became(now).at(-1)?.ms ?? history.time(now);
  const isNow = number === now && (untilMs === null || atMs >= toldMs);
  return {
    number,
    eventId: readings.eventId(number),
    timeMs,
    atMs,
    spot: history.spotTick(number) * bucketSize,
    mid: readings.mid(number),
    bestBid: readings.bestBid(number),
    bestAsk: readings.bestAsk(number),
    book: readings.book(number),
    reading: readingOf(readings.sums(number)),
    flow: readingOfBook(history, number, readingAt(history, number, untilMs)),
    session: history.flows.session(number),
    behindMs: isNow ? null : toldMs - timeMs,
  };
}
