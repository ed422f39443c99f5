import { isRecording, originName } from "../engine/source/origin.ts";
import { ensureBookCache } from "../engine/cache.ts";
import { UserError } from "../engine/errors.ts";
import { noRecords } from "../engine/no_records.ts";
import { resolveRequest } from "../engine/request.ts";
import { EngineRun } from "../engine/run.ts";
import { formatEt, ofOtherDate } from "../engine/session.ts";
import { shareRead } from "../engine/source/byte_source.ts";
import { parseFlags, runCommand } from "../cli/command.ts";
import { terminalLine } from "../cli/error_line.ts";
import { DEFAULT_THROTTLE_MS } from "../cli/defaults.ts";
import { configureLog, log } from "../server/log.ts";
import { progressBar, reached } from "../cli/progress.ts";
import { logLevelOption } from "../cli/options.ts";
import { completeSession, sessionCommand } from "../cli/session_command.ts";

/** Start of the default book: five minutes before the New York stock market opens. */
const DEFAULT_START = "09:25";

/**
 * Builds a book cache.
 *
 * @param args what the user wrote
 * @throws UserError when it cannot be done
 */
export async function warm(args: readonly string[]): Promise<void> {
  const flags = parseFlags(
    sessionCommand("warm", "Builds the book cache of a session, so that a start is quick.", [
      ["--dt 2026-02-06 --start-time 09:25", "the book that a start at 09:25 New York needs"],
      ["--lake /data/lake --start-time 15:00", "in another lake"],
    ], `first grid, HH:MM New York (default: ${DEFAULT_START})`).addOption(logLevelOption()),
    args,
  );
  configureLog(flags.logLevel);
  const startTime = flags.startTime ?? DEFAULT_START;
  const { request, lake, contracts } = completeSession(
    { ...flags, startTime },
    DEFAULT_THROTTLE_MS,
  );
  const begun = performance.now();
  const place = { lake, input: flags.input };
  const { instrument } = await contracts.goTo(
    request.dt,
    (line) => console.error(terminalLine(line)),
  );
  const { symbol } = instrument;
  const resolved = await resolveRequest(instrument, { ...request, symbol }, place);
  log("DEBUG", `${originName(resolved.origin)}: ${resolved.source}`);
  const run = await EngineRun.open({ ...resolved, allowTruncated: flags.allowTruncated ?? false });
  const bar = progressBar();
  try {
    const { session, pipeline } = run;
    if (session.bytes.identity === null) {
      throw new UserError(
        `${originName(session.request.origin)} has no book cache; name a file with --input`,
      );
    }
    if (isRecording(session.request.origin)) {
      throw new UserError(
        `${originName(session.request.origin)} is a recording that has not ended, and has no ` +
          `book cache until then; it plays without one`,
      );
    }
    const onProgress = () => {
      bar.update(shareRead(session.bytes), reached(pipeline.book.eventId, pipeline.lastTsNs));
    };
    const cache = await ensureBookCache(run, { lake, onProgress });
    bar.stop();
    if (pipeline.phase === 1) {
      const none = noRecords(run);
      if (none !== null) throw new UserError(none);
      throw new UserError(
        `${originName(session.request.origin)} ends at ${clock(run)}, before warm-up begins ` +
          `30 minutes ahead of ${startTime}; choose an earlier --start-time`,
      );
    }
    run.assertUnchanged();
    if (!cache!.stored) {
      throw new UserError(
        cache!.problem ??
          `${originName(session.request.origin)} has no book cache for ${startTime}: ` +
            `its warm-up begins within an event; choose a --start-time a minute later`,
      );
    }
    if (cache!.problem !== null) log("WARNING", cache!.problem);
    if (run.beginsInside) {
      log(
        "WARNING",
        `${originName(session.request.origin)} begins inside the session: older orders are missing`,
      );
    }
    const { book } = pipeline;
    console.log(`path     ${cache!.path}`);
    console.log(`result   ${cache!.hit ? "hit" : "built"}`);
    console.log(`records  ${book.eventId}`);
    console.log(`orders   ${book.orderCount}`);
    console.log(`spot     ${spotText(run, instrument.price_decimals)}`);
    console.log(`seconds  ${((performance.now() - begun) / 1e3).toFixed(3)}`);
  } finally {
    bar.stop();
    run.close();
  }
}

function spotText({ pipeline: { book }, request }: EngineRun, decimals: number): string {
  if (!book.spotKnown) return "not known yet";
  return (book.spotTick * request.tickInt * 1e-9).toFixed(decimals);
}

function clock({ pipeline: { lastTsNs }, request: { dt } }: EngineRun): string {
  return formatEt(lastTsNs) + ofOtherDate(dt, lastTsNs);
}

if (import.meta.main) await runCommand(() => warm(Deno.args));
