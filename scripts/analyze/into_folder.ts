import { NoRawFile, UserError } from "../../engine/errors.ts";
import { dayMeta } from "../../engine/regime/day_meta.ts";
import { parametersOf } from "../../engine/regime/parameters.ts";
import { findRawFile } from "../../engine/source/lake.ts";
import type { DayRequest } from "../../engine/regime/analyze_day.ts";
import type { FolderFlags } from "../../cli/analyze_folder.ts";
import { FIGURES, PAGE } from "../../cli/output/format.ts";
import { assertFolder } from "../../cli/output/gate.ts";
import { makeFolder, openOutput, type OutputRules } from "../../cli/output_file.ts";
import { log } from "../../server/log.ts";
import { otherSymbols } from "../capture/layout.ts";
import { DayFolder, type MadeOf, madeOfMeta } from "./day_folder.ts";
import { type DayRow, daysReport, pooledReport, rowOf } from "./days_report.ts";
import { writeJson, writeText } from "./files.ts";
import { indexPage } from "./index_page.ts";
import { regimePage, titleOf } from "./page.ts";
import { regimeReport } from "./report.ts";
import { type FailedDay, failureNote, runDays } from "./run_days.ts";
import { dayOf, doneIn, metaOf, poolOf, say, sayRolls, type Session, viewOf } from "./session.ts";
import { assertNoneFailed, datesOf, daysOf } from "./several.ts";

/** A day that is to be in the folder. */
interface WantedDay {
  dt: string;
  symbol: string;
  madeOf: MadeOf;
}

/**
 * Analyses days into a folder, each written as it ends, and adds up what is there: nothing of a day is
 * kept meanwhile. Days that are done already are left as they are.
 *
 * @param session what is analysed
 * @param flags the folder
 * @param rules what may be replaced
 * @throws UserError when a day failed or is missing
 */
export async function analyzeIntoFolder(
  session: Session,
  flags: FolderFlags,
  rules: Omit<OutputRules, "format">,
): Promise<void> {
  assertFolder(flags.dir, rules.kept);
  const begun = performance.now();
  const folder = new DayFolder(flags, rules);
  const failed: FailedDay[] = [];
  const { shard } = session.flags;
  const dates = flags.pool ? await datesToPool(session, folder) : await datesOf(session);
  const wanted = flags.pool
    ? await wantedToPool(session, folder, dates)
    : await analyzeWanted(session, flags, folder, dates, failed);
  if (shard !== undefined) {
    const share = `share ${shard.index}/${shard.count}`;
    say(session, `${share}: ${wanted.length} of ${dates.length} days are in ${flags.dir}`);
    say(session, "when all shares are: the same without --shard and with --pool");
  } else summarize(session, flags, folder, { rules, dates, wanted, failed });
  say(session, `\n${doneIn(begun)}`);
  assertNoneFailed(failed, dates);
}

/** Analyses what is not done, and returns all days that are then. */
async function analyzeWanted(
  session: Session,
  flags: FolderFlags,
  folder: DayFolder,
  dates: readonly string[],
  failed: FailedDay[],
): Promise<WantedDay[]> {
  makeFolder(flags.dir);
  const note = failureNote(failed);
  const days = await daysOf(session, dates, note);
  const left: DayRequest[] = [];
  const wanted: WantedDay[] = [];
  for (const day of days) {
    const { dt, symbol } = day.request;
    try {
      if (session.flags.force || !folder.has(dt, symbol)) left.push(day);
      else {
        const made = await dayMeta(day);
        // What still grows, or was read once, may be more by now.
        if (made.file.sha256 !== null && folder.holds(dt, symbol, made)) {
          log("INFO", `${dt}: done already`);
          wanted.push({ dt, symbol, madeOf: made });
        } else left.push(day);
      }
    } catch (error) {
      note(dt, error);
    }
  }
  await runDays(session, left, {
    take({ request }, result) {
      const { instrument, flags: { params } } = session;
      const page = flags.pages ? regimePage([viewOf(session, result)], titleOf([request])) : null;
      folder.write(result, { report: regimeReport(result, params, instrument), page });
      const { dt, symbol } = request;
      const made = madeOfMeta(result.payload.meta);
      return () => void wanted.push({ dt, symbol, madeOf: made });
    },
  }, note);
  return wanted.sort((a, b) => a.dt < b.dt ? -1 : 1);
}

/** The dates that have data here, or figures in the folder. */
async function datesToPool(session: Session, folder: DayFolder): Promise<string[]> {
  const { flags: { dt } } = session;
  const dates: string[] = [];
  for (const date of dt.dates) {
    const isDone = folder.has(date, await symbolOf(session, folder, date));
    if (isDone || !await isWithoutData(session, date)) dates.push(date);
    else log("WARNING", `${date}: skipped, no figures and no data`);
  }
  return dates;
}

/** The instrument of a day: where its files are not here, what the folder has of that day. */
async function symbolOf(
  { contracts, request }: Session,
  folder: DayFolder,
  dt: string,
): Promise<string> {
  try {
    return await contracts.symbolOn(dt);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return folder.symbolsOf(dt)[0] ?? request.symbol;
  }
}

async function isWithoutData(
  { contracts, instrument, lake }: Session,
  dt: string,
): Promise<boolean> {
  const { product_type: productType } = instrument;
  try {
    await findRawFile({ lake, productType, symbol: await contracts.symbolOn(dt), dt });
    return false;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error instanceof NoRawFile;
  }
}

/** Days to be added up, whose files need not be here: where they are, they have to be the same. */
async function wantedToPool(
  session: Session,
  folder: DayFolder,
  dates: readonly string[],
): Promise<WantedDay[]> {
  const { flags, window, instrument, request } = session;
  const { params, allowTruncated = false } = flags;
  const wanted: WantedDay[] = [];
  for (const dt of dates) {
    try {
      const day = await dayOf(session, dt);
      wanted.push({ dt, symbol: day.request.symbol, madeOf: await dayMeta(day) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const symbol = await symbolOf(session, folder, dt);
      const contracts = symbol === instrument.symbol ? undefined : [symbol];
      const { version, config_version } = metaOf(session, [dt]);
      const day = { ...request, symbol, contracts, dt, allowTruncated };
      wanted.push({
        ...{ dt, symbol },
        madeOf: {
          ...{ version, config_version },
          parameters: parametersOf({ request: day, window, params }),
        },
      });
    }
  }
  return wanted;
}

/** Adds up what is in the folder, one day after another, and writes what they say together. */
function summarize(
  session: Session,
  { dir, pages, pool: isPool }: FolderFlags,
  folder: DayFolder,
  { rules, dates, wanted, failed }: {
    rules: Omit<OutputRules, "format">;
    dates: readonly string[];
    wanted: readonly WantedDay[];
    failed: FailedDay[];
  },
): void {
  const pool = poolOf(session);
  const rows: DayRow[] = [];
  const withPage: string[] = [];
  const missing: string[] = [];
  for (const { dt, symbol, madeOf } of wanted) {
    const day = folder.read(dt, symbol, madeOf);
    if (day === null) {
      missing.push(dt);
      continue;
    }
    pool.add(day);
    rows.push(rowOf(day.payload));
    if (day.hasPage) withPage.push(dt);
  }
  if (rows.length === 0) {
    // Nothing is said of no days, and a summary that was written before stays.
    assertNoneFailed(failed, dates);
    throw new UserError(`${dir} has no figures of these days with these parameters`);
  }
  const pooled = pool.metrics();
  const days = rows.map(({ dt }) => dt);
  makeFolder(dir);
  const open = (name: string, format: typeof FIGURES) =>
    openOutput(`${dir}/${name}`, { ...rules, format });
  using json = open("summary.json", FIGURES);
  const contracts = session.rolls.length > 0 && { contracts: session.rolls };
  writeJson(json, { days, pooled, failed, missing, ...contracts, meta: metaOf(session, dates) });
  const without = { failed, missing };
  if (pages && rows.length > 0) {
    using html = open("index.html", PAGE);
    writeText(
      html,
      indexPage(session.request.symbol, rows, new Set(withPage), pooledReport(pooled, without)),
    );
  }
  const others = otherSymbols(dir, wanted);
  if (others.length > 0) {
    log(
      "WARNING",
      `${dir} holds other contracts of the same days, which who reads all of it counts twice: ` +
        others.join(", "),
    );
  }
  sayRolls(session);
  say(session, daysReport(rows, pooled, without));
  if (missing.length === 0) return;
  throw new UserError(
    `${missing.length} of ${dates.length} days are missing: ${missing.join(", ")}; ` +
      (isPool ? "analyze them without --pool" : "another run has replaced them: run this again"),
  );
}
