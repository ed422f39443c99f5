import { UserError } from "./errors.ts";
import type { ProductType } from "./instrument.ts";

const EASTERN = "America/New_York";

/** A day of UTC, nanoseconds. */
export const DAY_NS = 86_400_000_000_000n;

/**
 * How sessions of futures are cut: "utc-day" as vendors cut files, "globex" as the exchange trades,
 * from 18:00 New York of the evening before to 17:00 of the date.
 */
export type SessionCut = (typeof SESSION_CUTS)[number];

/** The names of the above, as flags have them. */
export const SESSION_CUTS = ["utc-day", "globex"] as const;

/** A stretch of event time, UTC nanoseconds since the epoch. */
export interface SessionWindow {
  /** First nanosecond within. */
  startNs: bigint;
  /** First nanosecond after. */
  endNs: bigint;
}

/** Years whose every instant has nanoseconds since the epoch of 63 bits, as files and the engine have them. */
const YEARS = { first: 1970, last: 2261 };

/**
 * Reads a date.
 *
 * @param dt "YYYY-MM-DD", from 1970 to 2261
 * @returns the date
 * @throws UserError when it is written otherwise or is no day of the calendar
 */
export function parseDate(dt: string): Temporal.PlainDate {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(dt) ?? [];
  const fields = { year: Number(year), month: Number(month), day: Number(day) };
  try {
    const fits = fields.year >= YEARS.first && fields.year <= YEARS.last;
    if (fits) return Temporal.PlainDate.from(fields, { overflow: "reject" });
  } catch {
    // No such day: the same message as for any other text that is no date.
  }
  throw new UserError(
    `${JSON.stringify(dt)} is not a date from ${YEARS.first} to ${YEARS.last}; write YYYY-MM-DD, ` +
      `such as 2026-02-06`,
  );
}

/**
 * The part of a date's records that belongs to its session.
 *
 * @param productType futures have the UTC day, equities 02:00 to 16:00 America/New_York
 * @param dt date, "YYYY-MM-DD"
 * @param cut how sessions of futures are cut
 * @returns the window, its end exclusive
 * @throws UserError when the date is none, or equities are to be cut as futures
 */
export function sessionWindow(
  productType: ProductType,
  dt: string,
  cut: SessionCut = "utc-day",
): SessionWindow {
  const date = parseDate(dt);
  const hour = (day: Temporal.PlainDate, hour: number) =>
    day.toZonedDateTime({ timeZone: EASTERN, plainTime: { hour } }).epochNanoseconds;
  if (productType === "equity_mbo") {
    if (cut === "globex") throw new UserError("equities have no globex session; leave it out");
    // On a day whose clock skips 02:00 this is the moment it jumps.
    return { startNs: hour(date, 2), endNs: hour(date, 16) };
  }
  if (cut === "globex") {
    return { startNs: hour(parseDate(dayBefore(dt)), 18), endNs: hour(date, 17) };
  }
  const startNs = midnightNs(dt);
  return { startNs, endNs: startNs + DAY_NS };
}

/**
 * @param dt date, "YYYY-MM-DD"
 * @returns midnight UTC of the date, UTC nanoseconds since the epoch: the origin of `ts` in the engine
 */
export function midnightNs(dt: string): bigint {
  return BigInt(Date.parse(`${dt}T00:00:00Z`)) * 1_000_000n;
}

/**
 * @param dt date, "YYYY-MM-DD"
 * @returns the one before, of the calendar: the UTC day in which a globex session begins
 */
export function dayBefore(dt: string): string {
  return `${parseDate(dt).subtract({ days: 1 })}`;
}

/**
 * Whether a text is a time of day as it is written everywhere: HH:MM or HH:MM:SS.
 *
 * @param text what a user wrote
 */
export function isTimeOfDay(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(text);
}

/** A time of day that somebody gave. */
export interface TimeOfDay {
  /** What they gave it as, for messages: "--end-time", "start_time", "seek". */
  name: string;
  /** "HH:MM" or "HH:MM:SS", America/New_York. */
  text: string;
  /** Whether it ends something and is not part of it: the session's own end then counts too. */
  isEnd?: boolean;
}

/**
 * Finds the instant inside a session that has a time of day, the first one where there are two. A
 * futures session of 2026-02-06 runs from 19:00 of the evening before to 19:00, so that 20:30 is the
 * evening of the 5th.
 *
 * @param productType decides the session's window
 * @param dt session date, "YYYY-MM-DD"
 * @param time the time of day
 * @param cut how sessions of futures are cut
 * @returns UTC nanoseconds since the epoch
 * @throws UserError when it is written otherwise, is skipped by the clock or not in the session; the
 * message names it, date and time
 */
export function sessionTimeNs(
  productType: ProductType,
  dt: string,
  time: TimeOfDay,
  cut?: SessionCut,
): bigint {
  const { name, text, isEnd = false } = time;
  const { startNs, endNs } = sessionWindow(productType, dt, cut);
  if (!isTimeOfDay(text)) {
    throw new UserError(
      `${name}: ${JSON.stringify(text)} is not a time of day; give HH:MM or HH:MM:SS of New York`,
    );
  }
  const plainTime = Temporal.PlainTime.from(text);
  const first = eastern(startNs).toPlainDate();
  const last = eastern(endNs).toPlainDate();
  let isSkipped = false;
  for (
    let date = first;
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add({ days: 1 })
  ) {
    for (const disambiguation of ["earlier", "later"] as const) {
      const zoned = date.toPlainDateTime(plainTime)
        .toZonedDateTime(EASTERN, { disambiguation });
      const ns = zoned.epochNanoseconds;
      const isInside = isEnd ? ns > startNs && ns <= endNs : ns >= startNs && ns < endNs;
      if (!isInside) continue;
      // A time within the gap comes back moved by its length.
      if (zoned.toPlainTime().equals(plainTime)) return ns;
      isSkipped = true;
    }
  }
  throw new UserError(
    isSkipped
      ? `${name} ${text} does not exist on ${dt}: the clock of ${EASTERN} skips it`
      : `${name} ${text} is not in the session of ${dt}, which is from ` +
        `${dayAndMinute(startNs)} to ${dayAndMinute(endNs)} ${EASTERN}`,
  );
}

/**
 * @param ns UTC nanoseconds since the epoch
 * @returns "HH:MM", America/New_York; with the seconds where there are any
 */
export function clockOf(ns: bigint): string {
  const time = eastern(ns).toPlainTime();
  return time.toString({ smallestUnit: time.second === 0 ? "minute" : "second" });
}

/**
 * @param ns UTC nanoseconds since the epoch
 * @returns the date in New York, "YYYY-MM-DD"
 */
export function easternDate(ns: bigint): string {
  return `${eastern(ns).toPlainDate()}`;
}

/**
 * Names a session in a message about a time of day, and the date of that time where it is another:
 * the evening before.
 *
 * @param dt session date, "YYYY-MM-DD"
 * @param ns the time, UTC nanoseconds since the epoch
 * @returns "in the session of 2026-02-06", or that and ", whose 20:30 is of 2026-02-05"
 */
export function inSession(dt: string, ns: bigint): string {
  const date = ofOtherDate(dt, ns);
  return `in the session of ${dt}${date === "" ? "" : `, whose ${clockOf(ns)} is${date}`}`;
}

/**
 * @param dt session date, "YYYY-MM-DD"
 * @param ns a time that a message names, UTC nanoseconds since the epoch
 * @returns what follows it there: " of 2026-02-05", or nothing where it is of the session's date
 */
export function ofOtherDate(dt: string, ns: bigint): string {
  const date = easternDate(ns);
  return date === dt ? "" : ` of ${date}`;
}

/**
 * Writes a time the way people of the market read it.
 *
 * @param ns UTC nanoseconds since the epoch
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

/**
 * @param ns UTC nanoseconds since the epoch
 * @returns date and time in New York, "YYYY-MM-DD HH:MM"
 */
export function dayAndMinute(ns: bigint): string {
  return eastern(ns).toPlainDateTime().toString({ smallestUnit: "minute" }).replace("T", " ");
}
