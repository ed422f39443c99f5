/** A globex session the plain way: the kept records of two files, one after the other. */
import { F_SNAPSHOT, type MboRecord, parseDbn } from "./records.ts";
import { selectRecords, type Source } from "./source.ts";

/**
 * @param first the file of the UTC day before
 * @param second the file of the date
 * @param symbol the instrument
 * @param dt the trade date, YYYY-MM-DD
 * @returns what reaches the engine until 17:00 New York, and how many of it come before 18:00 of the
 * evening before
 */
export function globexRecords(
  first: Uint8Array,
  second: Uint8Array,
  symbol: string,
  dt: string,
): { source: Source; early: number } {
  const date = Temporal.PlainDate.from(dt);
  const eve = date.subtract({ days: 1 });
  const newYork = (day: Temporal.PlainDate, plainTime: string) =>
    day.toZonedDateTime({ timeZone: "America/New_York", plainTime }).epochNanoseconds;
  const begin = newYork(eve, "18:00");
  const end = newYork(date, "17:00");
  // A snapshot is of the time at which it was taken, all else of when it was received.
  const windowTime = (record: MboRecord) =>
    (record.flags & F_SNAPSHOT) !== 0 ? record.ts : record.recv;
  const evening = selectRecords(parseDbn(first), "future_mbo", symbol, `${eve}`);
  const rest = selectRecords(parseDbn(second), "future_mbo", symbol, dt);
  const kept = [...evening.kept, ...rest.kept.filter((record) => windowTime(record) < end)];
  const early = kept.findIndex((record) => windowTime(record) >= begin);
  return {
    source: {
      kept,
      skipped: evening.skipped + rest.skipped,
      backwards: kept.filter((record, i) => i > 0 && record.ts < kept[i - 1]!.ts).length,
      beginsInside: evening.beginsInside,
    },
    early: early < 0 ? kept.length : early,
  };
}
