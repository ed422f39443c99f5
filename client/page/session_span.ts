import type { SessionOutlineMessage } from "../../engine/wire/messages.ts";
import { minuteOf } from "../clock_text.ts";
import { easternTime, millisecondsOf } from "../format.ts";
import { fetchJson } from "./fetch_json.ts";

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

/**
 * A span that goes on as the session does.
 *
 * @param toMs a time that it is to hold, milliseconds since the epoch
 */
export function extended(span: SessionSpan, toMs: number): SessionSpan {
  const minutes = Math.floor((toMs - span.toMs) / MINUTE_MS) + 1;
  if (minutes <= 0) return span;
  const records = [...span.records, ...Array<number>(minutes).fill(0)];
  return { fromMs: span.fromMs, toMs: span.toMs + minutes * MINUTE_MS, records };
}

/** Where a time lies in a span, 0 to 1; beyond an end it is that end. */
export function shareOf({ fromMs, toMs }: SessionSpan, timeMs: number): number {
  return Math.min(1, Math.max(0, (timeMs - fromMs) / (toMs - fromMs)));
}

/** The millisecond at a share of a span, since the epoch; the end is exclusive. */
export function timeAt({ fromMs, toMs }: SessionSpan, share: number): number {
  const bounded = Math.min(1, Math.max(0, share));
  return Math.min(toMs - 1, Math.round(fromMs + bounded * (toMs - fromMs)));
}

/**
 * The part of a span in regular trading hours, 09:30 to 16:00 New York.
 *
 * @returns null when it has none, or is nothing else
 */
export function regularHours({ fromMs, toMs, records }: SessionSpan): SessionSpan | null {
  const regular = (i: number) => {
    const minute = minuteOf(easternTime(fromMs + i * MINUTE_MS).clock);
    return minute >= "09:30" && minute < "16:00";
  };
  const first = records.findIndex((_, i) => regular(i));
  const last = records.findLastIndex((_, i) => regular(i));
  if (first < 0 || last - first + 1 === records.length) return null;
  return {
    fromMs: fromMs + first * MINUTE_MS,
    toMs: Math.min(toMs, fromMs + (last + 1) * MINUTE_MS),
    records: records.slice(first, last + 1),
  };
}

/**
 * Asks the server for where a session has data.
 *
 * @returns null when the server has none to give, or is not there; the stream says why it has no data
 */
export async function fetchSpan(url: string): Promise<SessionSpan | null> {
  const message = await fetchJson<SessionOutlineMessage>(url);
  return message === null ? null : spanOf(message);
}
