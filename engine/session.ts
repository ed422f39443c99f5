import { UserError } from "./errors.ts";
import type { ProductType } from "./instrument.ts";

const EASTERN = "America/New_York";

/** A stretch of event time, UTC nanoseconds since the epoch. */
export interface SessionWindow {
  /** First nanosecond within. */
  startNs: bigint;
  /** First nanosecond after. */
  endNs: bigint;
}

/**
 * Reads a date.
 *
 * @param dt "YYYY-MM-DD", from 1970 on.
 * @returns The date.
 * @throws UserError when it is written otherwise or is no day of the calendar.
 */
export function parseDate(dt: string): Temporal.PlainDate {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(dt) ?? [];
  const fields = { year: Number(year), month: Number(month), day: Number(day) };
  try {
    if (fields.year >= 1970) return Temporal.PlainDate.from(fields, { overflow: "reject" });
  } catch {
    // No such day: the same message as for any other text that is no date.
  }
  throw new UserError(
    `${JSON.stringify(dt)} is not a date from 1970 on; write YYYY-MM-DD, such as 2026-02-06`,
  );
}

/**
 * The part of a date's records that belongs to its session.
 *
 * @param productType Futures have the UTC day, equities 02:00 to 16:00 America/New_York.
 * @param dt Date, "YYYY-MM-DD".
 * @returns The window, its end exclusive.
 * @throws UserError when the date is none.
 */
export function sessionWindow(productType: ProductType, dt: string): SessionWindow {
  const date = parseDate(dt);
  if (productType === "equity_mbo") {
    // On a day whose clock skips 02:00 this is the moment it jumps.
    const hour = (hour: number) =>
      date.toZonedDateTime({ timeZone: EASTERN, plainTime: { hour } }).epochNanoseconds;
    return { startNs: hour(2), endNs: hour(16) };
  }
  const midnight = (day: Temporal.PlainDate) => day.toZonedDateTime("UTC").epochNanoseconds;
  return { startNs: midnight(date), endNs: midnight(date.add({ days: 1 })) };
}

/**
 * Reads the time at which a replay begins to emit.
 *
 * @param dt Date, "YYYY-MM-DD".
 * @param time "HH:MM", America/New_York.
 * @param window The date's session.
 * @returns UTC nanoseconds since the epoch.
 * @throws UserError when it is written otherwise, is a time the clock skips on that date, or is
 * outside the session.
 */
export function startTimeNs(dt: string, time: string, window: SessionWindow): bigint {
  const ns = easternNs(dt, time, "HH:MM", /^([01]\d|2[0-3]):[0-5]\d$/);
  if (ns < window.startNs || ns >= window.endNs) {
    throw new UserError(
      `start_time ${time} on ${dt} is outside the session, which is from ` +
        `${dayAndMinute(window.startNs)} to ${dayAndMinute(window.endNs)} ${EASTERN}`,
    );
  }
  return ns;
}

/**
 * Reads a time of day.
 *
 * @param dt Date, "YYYY-MM-DD".
 * @param time "HH:MM:SS", America/New_York; of a time that comes twice, the first.
 * @returns UTC nanoseconds since the epoch.
 * @throws UserError when it is written otherwise, or is a time the clock skips on that date.
 */
export function etTimeNs(dt: string, time: string): bigint {
  return easternNs(dt, time, "HH:MM:SS", /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/);
}

/**
 * Writes a time the way people of the market read it.
 *
 * @param ns UTC nanoseconds since the epoch.
 * @returns "HH:MM:SS.mmm EST" or "… EDT", America/New_York.
 */
export function formatEt(ns: bigint): string {
  const zoned = eastern(ns);
  const time = zoned.toPlainTime().toString({ smallestUnit: "millisecond" });
  return `${time} ${zoned.offset === "-05:00" ? "EST" : "EDT"}`;
}

function eastern(ns: bigint): Temporal.ZonedDateTime {
  return new Temporal.Instant(ns).toZonedDateTimeISO(EASTERN);
}

function dayAndMinute(ns: bigint): string {
  return eastern(ns).toPlainDateTime().toString({ smallestUnit: "minute" }).replace("T", " ");
}

function easternNs(dt: string, time: string, form: string, pattern: RegExp): bigint {
  const date = parseDate(dt);
  if (!pattern.test(time)) {
    throw new UserError(`${JSON.stringify(time)} is not a time of day; write ${form}`);
  }
  const plainTime = Temporal.PlainTime.from(time);
  const zoned = date.toZonedDateTime({ timeZone: EASTERN, plainTime });
  // A time within the gap comes back moved by its length.
  if (!zoned.toPlainTime().equals(plainTime)) {
    throw new UserError(`${time} on ${dt} does not exist: the clock of ${EASTERN} skips it`);
  }
  return zoned.epochNanoseconds;
}
