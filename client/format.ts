/** What is shown where there is no value yet. */
export const NOTHING = "–";

const NARROW_SPACE = "\u202f";
const MINUS = "\u2212";

const HOUR_MS = 3_600_000;

// The engine has New York by Temporal (engine/session.ts), which not all browsers have, and is not
// the page's to load.
const ET = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/New_York",
  hourCycle: "h23",
  hour: "2-digit",
  timeZoneName: "short",
});

/** Weekdays of times that are written as those of UTC. */
export const WEEKDAY = new Intl.DateTimeFormat("en-US", { weekday: "short", timeZone: "UTC" });

/** A wall-clock reading in America/New_York. */
export interface EasternTime {
  /** HH:MM:SS */
  readonly clock: string;
  /** EST or EDT. */
  readonly zone: string;
}

/** Integer part in groups of three, for counts and prices; a real minus sign. */
function group(digits: string): string {
  const [whole = "", fraction] = digits.replace("-", MINUS).split(".");
  const grouped = whole.replace(/(?<=\d)(?=(\d{3})+$)/g, NARROW_SPACE);
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** A count, its thousands set apart. */
export function formatCount(count: number): string {
  return group(count.toFixed(0));
}

const SHORT = new Intl.NumberFormat("en-US", {
  notation: "compact",
  maximumSignificantDigits: 3,
});

/** A number in three digits, with a letter for its thousands: "-500M". */
export function formatShort(value: number): string {
  return SHORT.format(value);
}

/**
 * A price in dollars with the instrument's decimals, its thousands set apart; 0 has no sign. One that has
 * more of them, as of a share that is traded between two cents, stands whole.
 */
export function formatPrice(dollars: number, decimals: number): string {
  return formatFixed(dollars, priceDecimals(dollars, decimals));
}

/** Decimals with which a price stands whole, up to billionths: the instrument's at least. */
export function priceDecimals(dollars: number, decimals: number): number {
  // A product of doubles may be a hair off.
  const [, fraction = ""] = Number(dollars.toPrecision(14)).toFixed(9).split(".");
  return Math.max(decimals, fraction.replace(/0+$/, "").length);
}

/** A price step in dollars: all of its digits, in billionths at most, and no exponent. */
export function formatStep(dollars: number): string {
  return dollars.toFixed(9).replace(/\.?0+$/, "");
}

/** A force to one decimal, without a sign. */
export function formatForce(value: number): string {
  return formatFixed(value, 1);
}

/** A figure with so many decimals; what rounds to zero has no sign. */
export function formatFixed(value: number, decimals: number): string {
  const digits = value.toFixed(decimals);
  return group(Number(digits) === 0 ? digits.replace("-", "") : digits);
}

/** A force to one decimal that always shows its sign, except for a zero. */
export function formatSigned(value: number): string {
  const digits = value.toFixed(1);
  if (Number(digits) === 0) return "0.0";
  return value > 0 ? `+${group(digits)}` : group(digits);
}

/** A count that always shows its sign, except for a zero. */
export function formatSignedCount(count: number): string {
  const digits = group(count.toFixed(0));
  return count > 0 && digits !== "0" ? `+${digits}` : digits.replace(/^\u22120$/, "0");
}

/** A stretch of time as one reads it: "0.25 s", "12.3 s", "4 min 05 s", "14 h 30 min". */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  // What would be rounded to the next unit is written in it.
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 3600 ? inTwo(whole, "min", "s") : inTwo(Math.round(whole / 60), "h", "min");
}

/** A count of a sixtieth of a unit in both: "4 min 05 s". */
function inTwo(sixtieths: number, unit: string, sixtieth: string): string {
  return `${Math.floor(sixtieths / 60)} ${unit} ${
    String(sixtieths % 60).padStart(2, "0")
  } ${sixtieth}`;
}

/** How long something has been so, to the second from ten on: "0.5 s", "12 s", "4 min 05 s". */
export function formatHeld(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${(Math.floor(seconds * 10) / 10).toFixed(1)} s`;
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** Words in sentence case: "UP BIAS" reads "Up bias". */
export function sentenceCase(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

/** A share of 0 to 1 as a whole percentage. */
export function formatPercent(share: number): string {
  return `${Math.round(share * 100)}${NARROW_SPACE}%`;
}

const NS_A_MS = 1_000_000n;

/** Milliseconds since the epoch of a decimal string of nanoseconds since the epoch. */
export function millisecondsOf(tsNs: string): number {
  return Number(BigInt(tsNs) / NS_A_MS);
}

/**
 * The moment of nanoseconds since the epoch: milliseconds since the epoch with their fraction, to a
 * quarter of a microsecond, and never in the next millisecond. Of two, the later one is never before
 * the other.
 */
export function momentOf(tsNs: bigint | string): number {
  const ns = BigInt(tsNs);
  return momentIn(Number(ns / NS_A_MS), Number(ns % NS_A_MS));
}

/**
 * The same of nanoseconds in two parts.
 *
 * @param ms whole milliseconds since the epoch
 * @param nanos nanoseconds within the last of them
 */
export function momentIn(ms: number, nanos: number): number {
  return Math.min(ms + nanos / 1e6, numberBefore(ms + 1));
}

/** The greatest number below a positive one. */
function numberBefore(value: number): number {
  return value * (1 - Number.EPSILON / 2);
}

/** The nanoseconds of a moment, as a decimal string: `momentOf` has the same moment of them. */
export function nanosecondsOf(timeMs: number): string {
  const ms = Math.floor(timeMs);
  return `${BigInt(ms) * NS_A_MS + BigInt(Math.round((timeMs - ms) * 1e6))}`;
}

/** An hour since the epoch, and how far New York is behind UTC in it. */
interface ZoneHour {
  readonly hour: number;
  readonly behindHours: number;
  readonly zone: string;
}

/** Clocks change on the hour, and nearly every time asked for lies in the hour of the one before. */
let known: ZoneHour = zoneOf(0);

function zoneOf(hour: number): ZoneHour {
  let local = 0;
  let zone = "";
  for (const part of ET.formatToParts(hour * HOUR_MS)) {
    if (part.type === "timeZoneName") zone = part.value;
    else if (part.type === "hour") local = Number(part.value);
  }
  return { hour, behindHours: hourOfDay(hour - local), zone };
}

function hourOfDay(hours: number): number {
  return ((hours % 24) + 24) % 24;
}

/**
 * The clock in New York.
 *
 * @param epochMs milliseconds since the epoch, UTC
 */
export function easternTime(epochMs: number): EasternTime {
  const hour = Math.floor(epochMs / HOUR_MS);
  if (hour !== known.hour) known = zoneOf(hour);
  const seconds = Math.floor((epochMs - hour * HOUR_MS) / 1000);
  const clock = [hourOfDay(hour - known.behindHours), Math.floor(seconds / 60), seconds % 60]
    .map((part) => String(part).padStart(2, "0")).join(":");
  return { clock, zone: known.zone };
}

/**
 * The zone of a time in New York, and the weekday where its date is not the session's: a session of
 * futures begins in the evening before.
 *
 * @param epochMs milliseconds since the epoch, UTC
 * @param dt session date, YYYY-MM-DD
 * @returns "EST", or "EST, Thu"
 */
export function zoneIn(epochMs: number, dt: string): string {
  const { zone } = easternTime(epochMs);
  const there = new Date(epochMs - known.behindHours * HOUR_MS);
  return there.toISOString().startsWith(dt) ? zone : `${zone}, ${WEEKDAY.format(there)}`;
}

/** The clock in New York with milliseconds: HH:MM:SS.mmm */
export function easternClock(epochMs: number): string {
  const millis = Math.floor(((epochMs % 1000) + 1000) % 1000);
  return `${easternTime(epochMs).clock}.${String(millis).padStart(3, "0")}`;
}
