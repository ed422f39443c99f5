/**
 * Readers of the values that flags and query parameters share. Each takes the name the user wrote
 * (`--dt` or `dt`), returns the value, or throws a UserError of one line that names both.
 */
import { UserError } from "../engine/errors.ts";
import type { ProductType } from "../engine/instrument.ts";
import { isSymbol } from "../engine/symbol.ts";
import { isTimeOfDay, parseDate } from "../engine/session.ts";
import { isHost, isPort } from "./address.ts";
import { LOG_LEVELS, type LogLevel } from "./log_level.ts";
import { standardOf } from "./standard_output.ts";

const PRODUCT_TYPES: readonly ProductType[] = ["future_mbo", "equity_mbo"];

/** Most dates that a list or a range may come to: more than the weekdays of a year. */
export const MOST_DATES = 366;

/** Speeds that a stream can play at, event seconds per wall second. */
export const SPEED_RANGE = { min: 0.1, max: 1000 } as const;

/**
 * @param name What the value is called
 * @param text Its text
 * @returns A product type
 * @throws {UserError} When it is none
 */
export function readProductType(name: string, text: string): ProductType {
  const type = PRODUCT_TYPES.find((known) => known === text);
  if (type !== undefined) return type;
  throw wrong(name, text, `a product type: give ${PRODUCT_TYPES.join(" or ")}`);
}

/**
 * @param name What the value is called
 * @param text Its text
 * @returns A symbol
 * @throws {UserError} When it is none
 */
export function readSymbol(name: string, text: string): string {
  if (isSymbol(text)) return text;
  throw wrong(name, text, "a symbol: give one as the venue writes it, such as MNQH6");
}

/**
 * @param name What the value is called
 * @param text Its text
 * @returns A path, of something that may be or not
 * @throws {UserError} When it can be none
 */
export function readPath(name: string, text: string): string {
  if (text !== "" && !text.includes("\0")) return text;
  throw wrong(name, text, "a path: name a file or a folder");
}

/**
 * @param name What the value is called
 * @param text Its text
 * @returns A path to write, or - for standard output, whichever name that was given
 * @throws {UserError} When it can be none
 */
export function readOutput(name: string, text: string): string {
  return standardOf(readPath(name, text)) === "stdout" ? "-" : text;
}

/**
 * @param name What the value is called
 * @param text Its text
 * @returns A calendar date, YYYY-MM-DD
 * @throws {UserError} When it is none
 */
export function readDate(name: string, text: string): string {
  try {
    parseDate(text);
    return text;
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${name}: ${error.message}`) : error;
  }
}

/** Dates of a list or a range. */
export interface Dates {
  /** Calendar dates, YYYY-MM-DD, ascending, each once; at least one. */
  dates: readonly string[];
  /** Whether they were written as a range, whose days need not all have data. */
  isRange: boolean;
}

/**
 * Reads several dates: a list (`2026-02-05,2026-02-06`), or a range with both its ends
 * (`2026-02-02..2026-02-06`). A range leaves out Saturdays and Sundays; a list keeps what it names.
 *
 * @param name What the value is called
 * @param text Its text
 * @returns The dates
 * @throws {UserError} When a date is none, a range runs backwards or holds no weekday, or there are
 * more than {@link MOST_DATES}
 */
export function readDates(name: string, text: string): Dates {
  const ends = text.split("..");
  const isRange = ends.length > 1;
  const dates = isRange ? weekdays(name, text, ends) : [
    ...new Set(text.split(",").map((part) => readDate(name, part.trim()))),
  ].sort();
  if (dates.length > MOST_DATES) {
    throw wrong(name, text, `a year or less: give ${MOST_DATES} dates at most`);
  }
  return { dates, isRange };
}

/**
 * @param dt Dates as they were given
 * @returns Whether several could be meant: a list or a range, even when one date is left of it
 */
export function areSeveral({ dates, isRange }: Dates): boolean {
  return isRange || dates.length > 1;
}

/** The weekdays of a range; one more than {@link MOST_DATES} at most. */
function weekdays(name: string, text: string, ends: readonly string[]): string[] {
  const [first, last, ...more] = ends.map((end) => parseDate(readDate(name, end.trim())));
  const order = Temporal.PlainDate.compare(first!, last!);
  if (more.length > 0 || order > 0) {
    throw wrong(name, text, "a range: give the earlier date first, such as 2026-02-02..2026-02-06");
  }
  const dates: string[] = [];
  for (
    let date = first!;
    Temporal.PlainDate.compare(date, last!) <= 0 && dates.length <= MOST_DATES;
    date = date.add({ days: 1 })
  ) {
    if (date.dayOfWeek <= 5) dates.push(`${date}`);
  }
  if (dates.length > 0) return dates;
  throw wrong(name, text, "a range with a weekday in it: list weekend dates, separated by commas");
}

/**
 * @param name What the value is called
 * @param text Its text
 * @returns A time of day, HH:MM or HH:MM:SS, America/New_York
 * @throws {UserError} When it is none
 */
export function readTime(name: string, text: string): string {
  if (isTimeOfDay(text)) return text;
  throw wrong(name, text, "a time of day: give HH:MM or HH:MM:SS of New York, such as 09:25");
}

/**
 * @param name What the value is called
 * @param text Its text
 * @returns Milliseconds, 0 or more
 * @throws {UserError} When it is none
 */
export function readThrottleMs(name: string, text: string): number {
  return readNumber(name, text, 0, Number.MAX_SAFE_INTEGER / 1e6, "milliseconds, 0 or more");
}

/**
 * @param name What the value is called
 * @param text Its text
 * @returns Event seconds per wall second
 * @throws {UserError} When it is out of range or no number
 */
export function readSpeed(name: string, text: string): number {
  const { min, max } = SPEED_RANGE;
  return readNumber(name, text, min, max, `a speed: give a number from ${min} to ${max}`);
}

/**
 * @param name What the value is called
 * @param text Its text
 * @returns A TCP port; 0 lets the system choose
 * @throws {UserError} When it is none
 */
export function readPort(name: string, text: string): number {
  if (isPort(text)) return Number(text);
  throw wrong(name, text, "a port: give 1 to 65535, or 0 for any free one");
}

/**
 * @param name What the value is called
 * @param text Its text
 * @returns A name or address to listen on
 * @throws {UserError} When it is none
 */
export function readHost(name: string, text: string): string {
  if (isHost(text)) return text;
  throw wrong(name, text, "a host: give a name or an address, such as 127.0.0.1");
}

/**
 * @param name What the value is called
 * @param text Its text
 * @returns A web origin: scheme, host and port, nothing after
 * @throws {UserError} When it is none
 */
export function readOrigin(name: string, text: string): string {
  if (URL.canParse(text) && new URL(text).origin === text) return text;
  throw wrong(
    name,
    text,
    "an origin: give scheme, host and port, such as https://example.com:8443",
  );
}

/**
 * @param name What the value is called
 * @param text Its text
 * @returns A level of the log
 * @throws {UserError} When it is none
 */
export function readLogLevel(name: string, text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level !== undefined) return level;
  throw wrong(name, text, `a log level: give ${LOG_LEVELS.join(", ")}`);
}

/**
 * @param name What the value is called
 * @param text Its text
 * @param least Least value
 * @param most Greatest value
 * @returns A whole number
 * @throws {UserError} When it is none or out of range
 */
export function readWhole(
  name: string,
  text: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  const value = /^-?\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER
    ? `, ${least} or more`
    : ` from ${least} to ${most}`;
  throw wrong(name, text, `a whole number${range}`);
}

/**
 * @param name What the value is called
 * @param text Its text
 * @param readOne Reads each of its parts
 * @returns The parts between commas, ascending, each once
 * @throws {UserError} When one of them is wrong
 */
export function readList(
  name: string,
  text: string,
  readOne: (name: string, text: string) => number,
): number[] {
  const values = text.split(",").map((part) => readOne(name, part.trim()));
  return [...new Set(values)].sort((a, b) => a - b);
}

/**
 * @param name What the value is called
 * @param text Its text
 * @param min Least value
 * @param max Greatest value
 * @param what What it has to be, for the message
 * @returns A number
 * @throws {UserError} When it is none or out of range
 */
export function readNumber(
  name: string,
  text: string,
  min: number,
  max: number,
  what: string,
): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw wrong(name, text, what);
}

function wrong(name: string, text: string, what: string): UserError {
  return new UserError(`${name}: ${JSON.stringify(text)} is not ${what}`);
}
