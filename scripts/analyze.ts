/** Evaluates directional regimes of one session or several offline (docs/analysis.md). */
import { analystThread } from "../engine/regime/analyst_thread.ts";
import { analyzeDay, subjectOf } from "../engine/regime/analyze_day.ts";
import { secondsOf } from "../engine/regime/cost.ts";
import type { RegimeResult } from "../engine/regime/result.ts";
import { parseAnalyzeFlags } from "../cli/analyze_flags.ts";
import { windowOf } from "../cli/analyze_window.ts";
import { runCommand } from "../cli/command.ts";
import { keptFiles } from "../cli/output/gate.ts";
import { progressBar, reached } from "../cli/progress.ts";
import { completeSession } from "../cli/session_command.ts";
import { areSeveral } from "../cli/values.ts";
import { tellSilence } from "../server/live/silence.ts";
import { configureLog, log } from "../server/log.ts";
import {
  type AnalysisFiles,
  openFiles,
  writeEvents,
  writeJson,
  writeText,
} from "./analyze/files.ts";
import { analyzeIntoFolder } from "./analyze/into_folder.ts";
import { regimePage, titleOf } from "./analyze/page.ts";
import { regimeReport } from "./analyze/report.ts";
import { dayOf, doneIn, say, type Session, viewOf } from "./analyze/session.ts";
import { analyzeSeveral } from "./analyze/several.ts";

/** From this estimate on it is said before the work, seconds. */
const LONG_SECONDS = 120;

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
  const { times: { startTime }, dt: { dates }, folder } = flags;
  const completed = completeSession({ ...flags, dt: dates[0]!, startTime }, flags.throttleMs);
  const { lake, instrument: { product_type: productType } } = completed;
  const window = windowOf(flags, productType);
  const rules = { force: flags.force === true, kept: keptFiles(lake, flags.input) };
  const session = { flags, window, ...completed, rolls: [] };
  if (folder !== null) {
    await analyzeIntoFolder({ ...session, wantsEvents: folder.events !== null }, folder, rules);
    return;
  }
  using files = openFiles(flags, rules);
  const wanted = { ...session, wantsEvents: files.events !== null };
  if (areSeveral(flags.dt)) await analyzeSeveral(wanted, files);
  else await analyzeOne(wanted, files);
}

async function analyzeOne(session: Session, files: AnalysisFiles): Promise<void> {
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
    using _ = tellSilence(
      [day.request],
      (line) => bar.past(() => log("WARNING", line)),
    );
    using analyst = analystThread(subjectOf(day), day.params);
    result = await analyzeDay(day, {
      analyst,
      onProgress: (share, records, tsNs) => bar.update(share, reached(records, tsNs)),
      onWarning: (message) => log("WARNING", message),
    });
  } finally {
    bar.stop();
  }
  say(session, regimeReport(result, flags.params, session.instrument));
  say(session, `\n${doneIn(begun)}`);
  if (files.json !== null) writeJson(files.json, result.payload);
  writeEvents(files.events, [result.events], result.payload.meta);
  if (files.html !== null) {
    writeText(files.html, regimePage([viewOf(session, result)], titleOf([day.request])));
  }
}
