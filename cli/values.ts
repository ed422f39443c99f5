/**
 * Readers of the values that flags and query parameters share. Each takes the name the user wrote
 * (`--dt` or `dt`), returns the value, or throws a UserError of one line that names both.
 */
import { UserError } from "../engine/errors.ts";
import type { ProductType } from "../engine/instrument.ts";
import { isSymbol } from "../engine/symbol.ts";
import { isTimeOfDay, parseDate } from "../engine/session.ts";
import { isHost, isPort } from "./address.ts";
import { type HostPort, parseHostPort } from "./gateway_address.ts";
import { LOG_LEVELS, type LogLevel } from "./log_level.ts";
import { standardOf } from "./standard_output.ts";

const PRODUCT_TYPES: readonly ProductType[] = ["future_mbo", "equity_mbo"];

/** Most dates that a list or a range may come to: more than the weekdays of a year. */
export const MOST_DATES = 366;

/** Speeds that a stream can play at, event seconds per wall second. */
export const SPEED_RANGE = { min: 0.1, max: 1000 } as const;

/**
 * @param name what the value is called
 * @param text its text
 * @returns a product type
 * @throws UserError when it is none
 */
export function readProductType(name: string, text: string): ProductType {
  const type = PRODUCT_TYPES.find((known) => known === text);
  if (type !== undefined) return type;
  throw wrong(name, text, `a product type: give ${PRODUCT_TYPES.join(" or ")}`);
}

/**
 * @param name what the value is called
 * @param text its text
 * @returns a symbol
 * @throws UserError when it is none
 */
export function readSymbol(name: string, text: string): string {
  if (isSymbol(text)) return text;
  throw wrong(name, text, "a symbol: give one as the venue writes it, such as MNQH6");
}

/**
 * @param name what the value is called
 * @param text its text
 * @returns a path, of something that may be or not
 * @throws UserError when it can be none
 */
export function readPath(name: string, text: string): string {
  if (text !== "" && !text.includes("\0")) return text;
  throw wrong(name, text, "a path: name a file or a folder");
}

/**
 * @param name what the value is called
 * @param text its text
 * @returns a path to write, or - for standard output, whichever name that was given
 * @throws UserError when it can be none
 */
export function readOutput(name: string, text: string): string {
  return standardOf(readPath(name, text)) === "stdout" ? "-" : text;
}

/**
 * @param name what the value is called
 * @param text its text
 * @returns a calendar date, YYYY-MM-DD
 * @throws UserError when it is none
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
 * @param name what the value is called
 * @param text its text
 * @returns the dates
 * @throws UserError when a date is none, a range runs backwards or holds no weekday, or there are
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
 * @param dt dates as they were given
 * @returns whether several could be meant: a list or a range, even when one date is left of it
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
 * @param name what the value is called
 * @param text its text
 * @returns a time of day, HH:MM or HH:MM:SS, America/New_York
 * @throws UserError when it is none
 */
export function readTime(name: string, text: string): string {
  if (isTimeOfDay(text)) return text;
  throw wrong(name, text, "a time of day: give HH:MM or HH:MM:SS of New York, such as 09:25");
}

/**
 * @param name what the value is called
 * @param text its text
 * @returns milliseconds, 0 or more
 * @throws UserError when it is none
 */
export function readThrottleMs(name: string, text: string): number {
  const most = Math.floor(Number.MAX_SAFE_INTEGER / 1e6);
  return readNumber(name, text, 0, most, `a time in milliseconds: give 0 to ${most}`);
}

/**
 * @param name what the value is called
 * @param text its text
 * @returns event seconds per wall second
 * @throws UserError when it is out of range or no number
 */
export function readSpeed(name: string, text: string): number {
  const { min, max } = SPEED_RANGE;
  return readNumber(name, text, min, max, `a speed: give a number from ${min} to ${max}`);
}

/**
 * @param name what the value is called
 * @param text its text
 * @returns a TCP port; 0 lets the system choose
 * @throws UserError when it is none
 */
export function readPort(name: string, text: string): number {
  if (isPort(text)) return Number(text);
  throw wrong(name, text, "a port: give 1 to 65535, or 0 for any free one");
}

/**
 * @param name what the value is called
 * @param text its text
 * @returns a name or address to listen on
 * @throws UserError when it is none
 */
export function readHost(name: string, text: string): string {
  if (isHost(text)) return text;
  throw wrong(name, text, "a host: give a name or an address, such as 127.0.0.1");
}

/**
 * @param name what the value is called
 * @param text its text
 * @returns host and port
 * @throws UserError when it is not both
 */
export function readGateway(name: string, text: string): HostPort {
  const found = parseHostPort(text);
  if (found !== null) return found;
  throw wrong(name, text, "a host and a port: give both, such as localhost:13000");
}

/**
 * @param name what the value is called
 * @param text its text
 * @returns a web origin: scheme, host and port, nothing after
 * @throws UserError when it is none
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
 * @param name what the value is called
 * @param text its text
 * @returns a level of the log
 * @throws UserError when it is none
 */
export function readLogLevel(name: string, text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level !== undefined) return level;
  throw wrong(name, text, `a log level: give ${LOG_LEVELS.join(", ")}`);
}

/**
 * @param name what the value is called
 * @param text its text
 * @param least least value
 * @param most greatest value
 * @returns a whole number
 * @throws UserError when it is none or out of range
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
 * @param name what the value is called
 * @param text its text
 * @param readOne reads each of its parts
 * @returns the parts between commas, ascending, each once
 * @throws UserError when one of them is wrong
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
 * @param name what the value is called
 * @param text its text
 * @param min least value
 * @param max greatest value
 * @param what what it has to be, for the message
 * @returns a number
 * @throws UserError when it is none or out of range
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

/**
 * Reads a whole number whose greatest value is a bound on what it costs, and no part of its meaning.
 *
 * @param name what the value is called
 * @param text its text
 * @param least least that makes sense
 * @param most most that is taken
 * @throws UserError that names it when it is none, or out of these
 */
export function readBounded(name: string, text: string, least: number, most: number): number {
  const value = readWhole(name, text, least);
  if (value <= most) return value;
  throw new UserError(`${name}: ${JSON.stringify(text)} is above ${most}, the most that is taken`);
}
