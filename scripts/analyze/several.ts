import { UserError } from "../../engine/errors.ts";
import type { DayRequest } from "../../engine/regime/analyze_day.ts";
import type { EventColumn } from "../../engine/regime/event_table.ts";
import type { RegimePayload } from "../../engine/regime/payload.ts";
import { findRawFile } from "../../engine/source/lake.ts";
import { datesWithData } from "../../cli/session_dates.ts";
import { datesOfShare } from "../../cli/shard.ts";
import { log } from "../../server/log.ts";
import { daysReport, rowOf, withoutLines } from "./days_report.ts";
import { type AnalysisFiles, writeEvents, writeJson, writeText } from "./files.ts";
import { regimePage, titleOf } from "./page.ts";
import { regimeReport } from "./report.ts";
import { type FailedDay, failureNote, runDays } from "./run_days.ts";
import { dayOf, doneIn, metaOf, poolOf, say, sayRolls, type Session, viewOf } from "./session.ts";

/**
 * Analyses several days, prints the report of each and of all, and writes the files asked for: of each
 * day its figures are kept until the end, and its events and view where they are wanted.
 *
 * @param session what is analysed
 * @param files where it goes
 * @throws UserError when a day failed
 */
export async function analyzeSeveral(session: Session, files: AnalysisFiles): Promise<void> {
  const { flags, instrument, rolls } = session;
  const begun = performance.now();
  const failed: FailedDay[] = [];
  const note = failureNote(failed);
  const dates = await datesOf(session);
  const days = await daysOf(session, dates, note);
  const pool = poolOf(session);
  const payloads: RegimePayload[] = [];
  const tables: (readonly EventColumn[])[] = [];
  const views: string[] = [];
  await runDays(session, days, {
    take(_, result) {
      const { payload, study, counts, events } = result;
      const report = regimeReport(result, flags.params, instrument);
      const view = files.html === null ? null : viewOf(session, result, days.length);
      const table = files.events === null ? null : events;
      return () => {
        say(session, `${report}\n`);
        pool.add({ payload, study, counts });
        payloads.push(payload);
        if (table !== null) tables.push(table);
        if (view !== null) views.push(view);
      };
    },
  }, note);
  // Nothing is said of no days, and what was written before stays.
  if (payloads.length === 0) assertNoneFailed(failed, dates);
  const pooled = pool.metrics();
  const meta = metaOf(session, dates);
  sayRolls(session);
  say(session, daysReport(payloads.map(rowOf), pooled, { failed }));
  say(session, `\n${doneIn(begun)}`);
  if (files.json !== null) {
    const contracts = rolls.length > 0 && { contracts: rolls };
    writeJson(files.json, { days: payloads, pooled, failed, ...contracts, meta });
  }
  writeEvents(files.events, tables, { ...meta, days: payloads.map(({ meta }) => meta) });
  if (files.html !== null && views.length > 0) {
    const title = titleOf(payloads.map(({ instrument }) => instrument));
    const warnings = [...withoutLines({ failed }), ...pooled.warnings];
    writeText(files.html, regimePage(views, title, { ...pooled, warnings }));
  }
  assertNoneFailed(failed, dates);
}

/**
 * The dates of this machine's share that have data. Of a share none need have any.
 *
 * @param session what is analysed
 * @throws UserError when a listed date has no data, or no day of a range has
 */
export function datesOf({ flags, lake, instrument, contracts }: Session): Promise<string[]> {
  const { product_type: productType } = instrument;
  return datesWithData(
    { ...flags.dt, dates: datesOfShare(flags.dt, flags.shard) },
    async (dt) => findRawFile({ lake, productType, symbol: await contracts.symbolOn(dt), dt }),
    (dt) => log("WARNING", `${dt}: skipped, no data`),
    { mayBeNone: flags.shard !== undefined },
  );
}

/**
 * @param session what is analysed
 * @param dates with data
 * @param note hears of a day whose file does not serve
 * @returns the others
 */
export async function daysOf(
  session: Session,
  dates: readonly string[],
  note: (dt: string, error: unknown) => void,
): Promise<DayRequest[]> {
  const days: DayRequest[] = [];
  for (const dt of dates) {
    try {
      days.push(await dayOf(session, dt));
    } catch (error) {
      note(dt, error);
    }
  }
  return days;
}

/**
 * @param failed days that failed
 * @param dates all days
 * @throws UserError when one has
 */
export function assertNoneFailed(failed: readonly FailedDay[], dates: readonly string[]): void {
  if (failed.length === 0) return;
  const names = failed.map(({ dt }) => dt).sort().join(", ");
  throw new UserError(`${failed.length} of ${dates.length} days failed: ${names}`);
}
