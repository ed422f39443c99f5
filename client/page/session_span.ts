import type { SessionOutlineMessage } from "../../engine/wire/messages.ts";
import { easternTime, millisecondsOf } from "../format.ts";

const MINUTE_MS = 60_000;

/** Where a session has data: what the scrubber spans. */
export interface SessionSpan {
  /** First and last minute with data, milliseconds since the epoch; the end is exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Records in each minute from `fromMs` on. */
  readonly records: readonly number[];
}

/** A first minute that is followed by so many empty ones is the book's snapshot alone. */
const LONE_MINUTES = 60;

/**
 * Cuts the minutes without data off both ends of a session, and off its beginning a snapshot that
 * stands alone.
 *
 * @returns null when the session has no data at all
 */
export function spanOf(message: SessionOutlineMessage): SessionSpan | null {
  const { records } = message;
  const opening = records.findIndex((count) => count > 0);
  if (opening < 0) return null;
  const second = records.findIndex((count, i) => count > 0 && i > opening);
  const first = second - opening > LONE_MINUTES ? second : opening;
  const last = records.findLastIndex((count) => count > 0);
  const startMs = millisecondsOf(message.window_start_ns);
  return {
    fromMs: startMs + first * MINUTE_MS,
    toMs: startMs + (last + 1) * MINUTE_MS,
    records: records.slice(first, last + 1),
  };
}

/** Where a time lies in a span, 0 to 1; beyond an end it is that end. */
export function shareOf({ fromMs, toMs }: SessionSpan, timeMs: number): number {
  return Math.min(1, Math.max(0, (timeMs - fromMs) / (toMs - fromMs)));
}

/** The whole second at a share of a span, milliseconds since the epoch. */
export function timeAt({ fromMs, toMs }: SessionSpan, share: number): number {
  const bounded = Math.min(1, Math.max(0, share));
  const last = toMs - 1000;
  return Math.min(last, Math.floor((fromMs + bounded * (toMs - fromMs)) / 1000) * 1000);
}

/** A time as a seek names it: the clock in New York. */
export function seekClock(timeMs: number): string {
  return easternTime(timeMs).clock;
}

/**
 * Asks the server for where a session has data.
 *
 * @returns null when the server has none to give; the stream says why it has no data
 */
export async function fetchSpan(url: string): Promise<SessionSpan | null> {
  const response = await fetch(url);
  if (!response.ok) return null;
  const message: SessionOutlineMessage = await response.json();
  return spanOf(message);
}
