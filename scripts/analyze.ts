/** Evaluates directional regimes of one session or several offline (docs/analysis.md). */
import { originName } from "../engine/source/origin.ts";
import { UserError } from "../engine/errors.ts";
import { configVersion, type InstrumentConfig, tickInt } from "../engine/instrument.ts";
import { secondsOf } from "../engine/regime/cost.ts";
import { analyzeDay, type DayRequest, subjectOf } from "../engine/regime/analyze_day.ts";
import { analyzeDays } from "../engine/regime/analyze_days.ts";
import { analystThread } from "../engine/regime/analyst_thread.ts";
import { EventFileWriter, eventFormatOf } from "../engine/encode/regime_event_file.ts";
import type { EventColumn } from "../engine/regime/event_table.ts";
import { VERSION } from "../engine/regime/version.ts";
import { parametersOf } from "../engine/regime/parameters.ts";
import { PooledDays } from "../engine/regime/pooled.ts";
import type { RegimeWindow } from "../engine/regime/params.ts";
import type { RegimePayload } from "../engine/regime/payload.ts";
import type { RegimeResult } from "../engine/regime/result.ts";
import { regimeView } from "../engine/regime/regime_view.ts";
import { resolveRequest, type SessionRequest } from "../engine/request.ts";
import { findRawFile } from "../engine/source/lake.ts";
import { runCommand } from "../cli/command.ts";
import { messageOf, withFlags } from "../cli/error_line.ts";
import { configureLog, log } from "../server/log.ts";
import { areSeveral } from "../cli/values.ts";
import { daysReport } from "./analyze/days_report.ts";
import { type AnalyzeFlags, parseAnalyzeFlags } from "../cli/analyze_flags.ts";
import { windowOf } from "../cli/analyze_window.ts";
import { regimePage, titleOf } from "./analyze/page.ts";
import { regimeReport } from "./analyze/report.ts";
import { EVENTS, FIGURES, type OutputFormat, PAGE } from "../cli/output/format.ts";
import { keptFiles } from "../cli/output/gate.ts";
import { openOutput, type OutputFile } from "../cli/output_file.ts";
import { progressBar } from "../cli/progress.ts";
import { completeSession } from "../cli/session_command.ts";
import { datesWithData } from "../cli/session_dates.ts";

/** From this estimate on it is said before the work, seconds. */
const LONG_SECONDS = 120;

/** What the flags, the locked instrument and the environment come to. */
interface Session {
  flags: AnalyzeFlags;
  window: RegimeWindow;
  instrument: InstrumentConfig;
  request: SessionRequest;
  lake: string;
  /** Where figures, page and events go; null when they are not asked for. */
  json: OutputFile | null;
  html: OutputFile | null;
  events: OutputFile | null;
}

/** What is kept of one of several days. */
interface DayFinding {
  report: string;
  payload: RegimePayload;
  /** What is added to other days; null once it is. */
  result: Pick<RegimeResult, "study" | "counts"> | null;
  /** For the table of events, when one is asked for. */
  events: readonly EventColumn[] | null;
  /** For the page, when one is asked for. */
  view: string | null;
}

if (import.meta.main) await runCommand(() => analyze(Deno.args));

/**
 * Analyses a day, or several.
 *
 * @param args what the user wrote
 * @throws UserError when it cannot be done
 */
export async function analyze(args: readonly string[]): Promise<void> {
  const flags = parseAnalyzeFlags(args);
  configureLog(flags.logLevel);
  for (const warning of flags.warnings) log("WARNING", warning);
  const { times: { startTime }, dt: { dates } } = flags;
  const completed = completeSession({ ...flags, dt: dates[0]!, startTime }, flags.throttleMs);
  const { lake, instrument: { product_type: productType } } = completed;
  const window = windowOf(flags, productType);
  const kept = keptFiles(lake, flags.input);
  const open = (path: string | undefined, format: OutputFormat) =>
    path === undefined ? null : openOutput(path, { format, force: flags.force === true, kept });
  // What cannot be written is told before the work, not after it.
  using json = open(flags.jsonOutput, FIGURES);
  using html = open(flags.htmlOutput, PAGE);
  const { eventsOutput } = flags;
  using events = open(eventsOutput, EVENTS[eventFormatOf(eventsOutput ?? "") ?? "csv"]);
  const session = { flags, window, ...completed, json, html, events };
  if (areSeveral(flags.dt)) await analyzeSeveral(session);
  else await analyzeOne(session);
}

async function analyzeOne(session: Session): Promise<void> {
  const { flags, request } = session;
  const begun = performance.now();
  const day = await dayOf(session, request.dt);
  const seconds = secondsOf(day);
  if (seconds > LONG_SECONDS) {
    log("WARNING", `this takes about ${Math.ceil(seconds / 60)} minutes`);
  }
  const bar = progressBar();
  let result: RegimeResult;
  try {
    using analyst = analystThread(subjectOf(day), day.params);
    result = await analyzeDay(day, {
      analyst,
      onProgress: (share, records) => bar.update(share, `${records} records`),
      onWarning: (message) => log("WARNING", message),
    });
  } finally {
    bar.stop();
  }
  say(session, regimeReport(result, flags.params, session.instrument));
  say(session, `\n${doneIn(begun)}`);
  if (session.json !== null) writeJson(session.json, result.payload);
  writeEvents(session, [result.events], result.payload.meta);
  if (session.html !== null) {
    writeText(session.html, regimePage([viewOf(session, result)], titleOf([day.request])));
  }
}

/** The view of a day as JSON: of several days, text takes the least room until all are there. */
function viewOf({ flags, instrument }: Session, result: RegimeResult, days = 1): string {
  const { params, throttleMs } = flags;
  return JSON.stringify(regimeView(result, { params, throttleMs, instrument, days }));
}

async function analyzeSeveral(session: Session): Promise<void> {
  const { flags, instrument, request, lake } = session;
  const { product_type: productType } = instrument;
  const begun = performance.now();
  const dates = await datesWithData(
    flags.dt,
    (dt) => findRawFile({ lake, productType, symbol: request.symbol, dt }),
    (dt) => log("WARNING", `${dt}: skipped, no data`),
  );
  const failed: { dt: string; error: string }[] = [];
  const found: DayFinding[] = [];
  const days: DayRequest[] = [];
  const note = (dt: string, error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    log("ERROR", `${dt}: failed: ${messageOf(error)}`);
    failed.push({ dt, error: withFlags(messageOf(error)) });
  };
  for (const dt of dates) {
    try {
      days.push(await dayOf(session, dt));
    } catch (error) {
      note(dt, error);
    }
  }
  const pool = new PooledDays(
    flags.params,
    tickInt(instrument) * instrument.contract_multiplier / 1e9,
  );
  const bar = progressBar();
  const shares = days.map(() => 0);
  try {
    // Of a day its text and its trades are kept, not its series: a year of those is gigabytes.
    const results = analyzeDays(days, Math.max(1, navigator.hardwareConcurrency), {
      onProgress(index, share) {
        shares[index] = share;
        const done = shares.reduce((sum, one) => sum + one, 0) / days.length;
        bar.update(done, `of ${days.length} days`);
      },
      onWarning: (index, message) => log("WARNING", `${days[index]!.request.dt}: ${message}`),
    }).map(async (finding): Promise<DayFinding> => {
      const result = await finding;
      const { payload, study, counts, events } = result;
      return {
        report: regimeReport(result, flags.params, instrument),
        payload,
        result: { study, counts },
        events: session.events === null ? null : events,
        view: flags.htmlOutput === undefined ? null : viewOf(session, result, days.length),
      };
    });
    // All are waited for, so that one that fails stops no other; each is added up in its turn.
    const settled = results.map((result) =>
      result.then(
        (value) => ({ value }),
        (reason: unknown) => ({ reason }),
      )
    );
    for (const [index, settling] of settled.entries()) {
      const ended = await settling;
      if ("reason" in ended) {
        note(days[index]!.request.dt, ended.reason);
        continue;
      }
      const { value } = ended;
      pool.add({ payload: value.payload, ...value.result! });
      value.result = null;
      found.push(value);
    }
  } finally {
    bar.stop();
  }
  for (const { report } of found) say(session, `${report}\n`);
  const payloads = found.map(({ payload }) => payload);
  const pooled = pool.metrics();
  const meta = metaOf(session, dates);
  say(session, daysReport(payloads, pooled));
  say(session, `\n${doneIn(begun)}`);
  if (session.json !== null) writeJson(session.json, { days: payloads, pooled, failed, meta });
  writeEvents(session, found.map(({ events }) => events ?? []), {
    ...meta,
    days: payloads.map(({ meta }) => meta),
  });
  if (session.html !== null && found.length > 0) {
    const views = found.flatMap(({ view }) => view ?? []);
    writeText(
      session.html,
      regimePage(views, titleOf(payloads.map(({ instrument }) => instrument)), pooled),
    );
  }
  if (failed.length > 0) {
    throw new UserError(
      `${failed.length} of ${dates.length} days failed: ${failed.map(({ dt }) => dt).join(", ")}`,
    );
  }
}

async function dayOf(session: Session, dt: string): Promise<DayRequest> {
  const { flags, window, instrument, request, lake, events } = session;
  const resolved = await resolveRequest(instrument, { ...request, dt }, {
    lake,
    input: flags.input,
    follow: flags.follow ? "always" : undefined,
  });
  log("DEBUG", `${originName(resolved.origin)}: ${resolved.source}`);
  const { allowTruncated = false, params } = flags;
  return {
    request: { ...resolved, allowTruncated },
    lake,
    instrument,
    window,
    params,
    wantsEvents: events !== null,
  };
}

/** What it takes to analyse the same days again: those that were looked for, in a range those with data. */
function metaOf({ flags, window, instrument, request }: Session, dates: readonly string[]) {
  const { params, throttleMs, allowTruncated = false } = flags;
  const { productType, symbol } = request;
  const [first] = dates;
  // One date of a range is a range still: a list of one is a day.
  const dt = dates.length === 1 ? `${first}..${first}` : dates.join(",");
  return {
    version: VERSION,
    config_version: configVersion(instrument),
    parameters: parametersOf({
      request: { productType, symbol, dt, throttleMs, allowTruncated },
      window,
      params,
    }),
  };
}

/** Writes the table of events, where one is asked for. */
function writeEvents(
  { events, flags: { eventsOutput } }: Session,
  days: readonly (readonly EventColumn[])[],
  meta: unknown,
): void {
  if (events === null) return;
  const writer = new EventFileWriter(eventFormatOf(eventsOutput!)!, meta);
  for (const day of days) events.write(writer.add(day));
  events.write(writer.end());
  events.finish();
}

/** Prints a part of the report; standard output holds the figures alone when they go there. */
function say({ flags }: Session, text: string): void {
  if (flags.jsonOutput !== "-") console.log(text);
}

function doneIn(begun: number): string {
  return `Done in ${((performance.now() - begun) / 1e3).toFixed(2)} s.`;
}

function writeJson(output: OutputFile, figures: unknown): void {
  writeText(output, `${JSON.stringify(figures, null, 2)}\n`);
}

function writeText(output: OutputFile, text: string): void {
  output.write(new TextEncoder().encode(text));
  output.finish();
}
