import { UserError } from "../errors.ts";
import type { DataSource } from "./data_source.ts";
import { assertInLake, findRawFile, type LakeRequest, namesIn, rawDirectory } from "./lake.ts";
import { RawInput } from "./raw_input.ts";
import { LIVE_ENDING } from "./recording.ts";

/** A day that the lake has of an instrument. */
export interface LakeDay {
  /** Session date, YYYY-MM-DD. */
  dt: string;
  source: DataSource;
  /** Bytes of its file. */
  size: number;
  /** Whether it was recorded, or is being recorded, from a live feed. */
  isLive: boolean;
}

/** A file is looked into for each of at most so many days that its name speaks of. */
const MOST_DAYS_OF_NAME = 31;

/**
 * The days that a lake has of an instrument: those for which `findRawFile` finds a file.
 *
 * @param request whose days
 * @returns them in order; files that are damaged or do not fit are no days
 */
export async function daysOf(
  request: Omit<LakeRequest, "dt" | "onlyKnown" | "onSkip">,
): Promise<LakeDay[]> {
  const dates = new Set<string>();
  for (const source of ["databento", "simulator"] as const) {
    for (const dt of await datesOf(source, request)) dates.add(dt);
  }
  const days: LakeDay[] = [];
  for (const dt of [...dates].sort()) {
    try {
      const { path, source } = await findRawFile({ ...request, dt });
      const { size } = await Deno.stat(path);
      days.push({ dt, source, size, isLive: path.endsWith(LIVE_ENDING) });
    } catch (error) {
      if (!(error instanceof UserError) && !(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return days;
}

/** Dates that the files of a folder may hold: those in their names, between two of them, or inside. */
async function datesOf(
  source: DataSource,
  request: Omit<LakeRequest, "dt">,
): Promise<Set<string>> {
  const dates = new Set<string>();
  let dir: string;
  let names: string[];
  try {
    dir = await rawDirectory(source, { ...request, dt: "" });
    names = await namesIn(dir);
  } catch (error) {
    if (error instanceof UserError) return dates;
    throw error;
  }
  for (const name of names.filter((name) => /\.dbn(\.zst)?$/.test(name))) {
    const [first, last] = datesIn(name) ?? await rangeOf(`${dir}/${name}`, request.lake) ?? [];
    if (first === undefined || last === undefined) continue;
    let date = first;
    for (let i = 0; i < MOST_DAYS_OF_NAME && Temporal.PlainDate.compare(date, last) <= 0; i++) {
      dates.add(date.toString());
      date = date.add({ days: 1 });
    }
  }
  return dates;
}

/** First and last date in a file's name; null when there is none. */
function datesIn(name: string): [Temporal.PlainDate, Temporal.PlainDate] | null {
  const stamps = [...name.matchAll(/(?<!\d)\d{8}(?!\d)/g)].map(([stamp]) => stamp);
  const dates = stamps.flatMap((stamp) => {
    try {
      return [Temporal.PlainDate.from(stamp)];
    } catch {
      // A number that is no date.
      return [];
    }
  }).sort(Temporal.PlainDate.compare);
  return dates.length === 0 ? null : [dates[0]!, dates.at(-1)!];
}

/** The dates that a file's metadata speak of; null when it cannot be read. */
async function rangeOf(
  path: string,
  lake: string,
): Promise<[Temporal.PlainDate, Temporal.PlainDate] | null> {
  try {
    await assertInLake(path, lake);
    const input = await RawInput.open(path);
    const { start, end } = input.metadata;
    input.close();
    const dateOf = (ns: bigint) => new Temporal.Instant(ns).toZonedDateTimeISO("UTC").toPlainDate();
    // An end that is not known, as that of a recording, is the day of the beginning.
    return [dateOf(start), dateOf(end === null || end <= start ? start : end - 1n)];
  } catch (error) {
    if (error instanceof UserError || error instanceof RangeError) return null;
    throw error;
  }
}
