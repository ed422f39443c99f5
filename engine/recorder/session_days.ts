/** Which days have a session to record, and when. */
import type { ProductType } from "../instrument.ts";
import { type SessionWindow, sessionWindow } from "../session.ts";

/** How long before its window a recording begins, nanoseconds: its snapshot is taken then. */
export const LEAD_NS = 10_000_000_000n;

/** Whose days. */
export interface Days {
  productType: ProductType;
  /** Whether every day counts: the simulator never rests. */
  isEveryDay: boolean;
}

/**
 * @param days whose
 * @param dt a date, YYYY-MM-DD
 * @returns whether it may have trading: of futures any UTC day but Saturday, of equities weekdays
 */
export function isSessionDay({ productType, isEveryDay }: Days, dt: string): boolean {
  if (isEveryDay) return true;
  const { dayOfWeek } = Temporal.PlainDate.from(dt);
  return productType === "future_mbo" ? dayOfWeek !== 6 : dayOfWeek < 6;
}

/**
 * @param days whose
 * @param dt a date, YYYY-MM-DD
 * @returns the next one with a session, and its window
 */
export function nextSession(days: Days, dt: string): { dt: string; window: SessionWindow } {
  let date = Temporal.PlainDate.from(dt);
  do date = date.add({ days: 1 }); while (!isSessionDay(days, `${date}`));
  return { dt: `${date}`, window: sessionWindow(days.productType, `${date}`) };
}

/**
 * The session date by the clock.
 *
 * @param days whose
 * @param nowNs UTC nanoseconds since the epoch
 * @returns the date of the session that is open, or that opens next
 */
export function sessionDateAt(days: Days, nowNs: bigint): string {
  const today = new Temporal.Instant(nowNs).toZonedDateTimeISO("UTC").toPlainDate();
  const dt = `${today.subtract({ days: 1 })}`;
  let next = nextSession(days, dt);
  while (next.window.endNs <= nowNs) next = nextSession(days, next.dt);
  return next.dt;
}
