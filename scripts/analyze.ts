/** Evaluates directional regimes of a session offline (spec/analysis.md). */
import { ensureBookCache } from "../engine/cache.ts";
import { analyze } from "../engine/regime/analyze.ts";
import type { RegimePayload } from "../engine/regime/payload.ts";
import { otherThread } from "../engine/regime/other_thread.ts";
import { resolveRequest } from "../engine/request.ts";
import { EngineRun } from "../engine/run.ts";
import { runCommand } from "../server/command.ts";
import { log, setLogLevel } from "../server/log.ts";
import { parseAnalyzeFlags } from "./analyze/flags.ts";
import { regimeReport } from "./analyze/report.ts";
import { openOutput } from "./output_file.ts";
import { progressBar } from "./progress.ts";
import { completeSession } from "./session_command.ts";

await runCommand(async () => {
  const flags = parseAnalyzeFlags(Deno.args);
  setLogLevel(flags.logLevel);
  for (const warning of flags.warnings) log("WARNING", warning);
  const { window, params } = flags;
  const session = { ...flags, startTime: window.startTime };
  const { instrument, request, lake } = completeSession(session, flags.throttleMs);
  const begun = performance.now();
  const resolved = await resolveRequest(instrument, request, { lake, input: flags.input });
  log("DEBUG", `${resolved.path}: ${resolved.source}`);
  const run = await EngineRun.open(resolved);
  const bar = progressBar();
  try {
    const onProgress = () => {
      const { position, size } = run.replay.bytes;
      bar.update(position / size, `${run.pipeline.book.eventId} records`);
    };
    const cache = await ensureBookCache(run, { lake, onProgress });
    if (cache?.problem) log("WARNING", cache.problem);
    log("DEBUG", `book cache ${cache?.hit ? "hit" : "built"}`);
    const { productType, symbol, dt, source: dataSource } = resolved;
    const subject = { productType, symbol, dt, dataSource, window };
    using analyst = otherThread(subject, params);
    const result = await analyze(run, subject, params, { onProgress, analyst });
    bar.stop();
    const seconds = (performance.now() - begun) / 1e3;
    // Standard output holds one thing: the figures when they go there, else the report.
    if (flags.jsonOutput !== "-") console.log(regimeReport(result, params, instrument, seconds));
    if (flags.jsonOutput !== undefined) writeJson(flags.jsonOutput, result.payload);
  } finally {
    bar.stop();
    run.close();
  }
});

function writeJson(path: string, payload: RegimePayload): void {
  const output = openOutput(path);
  try {
    output.write(new TextEncoder().encode(`${JSON.stringify(payload, null, 2)}\n`));
  } catch (error) {
    output.discard();
    throw error;
  }
  output.finish();
}
