/** Arabic and Persian digits; those of other widths are the same to Unicode. */
const OTHER_DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/g;

/**
 * Reads a time of day as people write it.
 *
 * @param text "9:41", "09:41:07" or "0941", in the digits of any keyboard
 * @returns "HH:MM:SS", or null when it is no time of day
 */
export function readClock(text: string): string | null {
  const plain = text.normalize("NFKC")
    .replace(OTHER_DIGITS, (digit) => `${digit.charCodeAt(0) & 0xf}`);
  const match = /^\s*(\d{1,2}):?(\d{2})(?::?(\d{2}))?\s*$/.exec(plain);
  if (match === null) return null;
  const [, hour = "", minute = "", second = "00"] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  return `${hour.padStart(2, "0")}:${minute}:${second}`;
}

/** The minute of a time of day: "HH:MM" of "HH:MM:SS". */
export function minuteOf(clock: string): string {
  return clock.slice(0, 5);
}

/** Seconds in a day of the clock. */
export const DAY_SECONDS = 86_400;

/** Seconds since midnight of a time of day, "HH:MM:SS". */
export function secondsOf(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(":").map(Number);
  return (hours * 60 + minutes) * 60 + seconds;
}
