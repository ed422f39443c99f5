import { UserError } from "../errors.ts";
import type { DataSource } from "./data_source.ts";
import { findRawFile } from "./lake.ts";
import { assertInLake, type LakeRequest, namesIn, rawDirectory } from "./lake_folder.ts";
import { identityOf } from "./raw_file.ts";
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

/** A file is looked into for each of at most so many days that it speaks of. */
const MOST_DAYS = 366;

/** First and last day. */
type Days = [first: Temporal.PlainDate, last: Temporal.PlainDate];

/** What headers of files as they are speak of, least recently asked for first. */
const known = new Map<string, Days | null>();
const MOST_KNOWN = 1_024;

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

/** Dates that the files of a folder may hold: those in their names or between two of them, and inside. */
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
    for (const days of [datesIn(name), await rangeOf(`${dir}/${name}`, request.lake)]) {
      if (days === null) continue;
      let [date, last] = days;
      for (let i = 0; i < MOST_DAYS && Temporal.PlainDate.compare(date, last) <= 0; i++) {
        dates.add(date.toString());
        date = date.add({ days: 1 });
      }
    }
  }
  return dates;
}

/** First and last date in a file's name; null when there is none. */
function datesIn(name: string): Days | null {
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
async function rangeOf(path: string, lake: string): Promise<Days | null> {
  const identity = identityOf(path);
  if (identity === null) return null;
  const { dev, ino, size, mtimeNs } = identity;
  const key = [path, dev, ino, size, mtimeNs].join("\0");
  const days = known.has(key) ? known.get(key)! : await readRange(path, lake);
  known.delete(key);
  known.set(key, days);
  if (known.size > MOST_KNOWN) known.delete(known.keys().next().value!);
  return days;
}

async function readRange(path: string, lake: string): Promise<Days | null> {
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
