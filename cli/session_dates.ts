import { NoRawFile, UserError } from "../engine/errors.ts";
import { messageOf } from "./error_line.ts";
import type { Dates } from "./values.ts";

/**
 * Finds out which dates have data, before any work: a listed date has to have some, days of a range
 * need not.
 *
 * @param dt dates as they were given
 * @param find looks for a date's file
 * @param onSkip hears of each day of a range that has none
 * @param options whether no day of a range need have any
 * @returns dates with data, at least one unless none need have any; a file that does not fit counts, for its own day says what
 * is wrong with it
 * @throws UserError when a listed date has no data, or no day of a range has
 */
export async function datesWithData(
  { dates, isRange }: Dates,
  find: (dt: string) => Promise<unknown>,
  onSkip: (dt: string) => void,
  { mayBeNone = false }: { mayBeNone?: boolean } = {},
): Promise<string[]> {
  const missing = new Map<string, NoRawFile>();
  for (const dt of dates) {
    try {
      await find(dt);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (error instanceof NoRawFile) missing.set(dt, error);
    }
  }
  const [first] = missing.values();
  if (first !== undefined && !isRange) {
    throw new UserError(`No data for ${[...missing.keys()].join(", ")}: ${messageOf(first)}`);
  }
  if (first !== undefined && missing.size === dates.length && !mayBeNone) {
    throw new UserError(`No data for any day of the range: ${messageOf(first)}`);
  }
  for (const dt of missing.keys()) onSkip(dt);
  return dates.filter((dt) => !missing.has(dt));
}
