/** Writes the grids of a session to a file, or those of several to a partitioned data set. */
import { UserError } from "../engine/errors.ts";
import { configVersion } from "../engine/config_version.ts";
import { type FileMeta, fileMeta } from "../engine/source/file_hash.ts";
import { isRecording, type Origin } from "../engine/source/origin.ts";
import { resolveRequest } from "../engine/request.ts";
import { midnightNs } from "../engine/session.ts";
import { findRawFile } from "../engine/source/lake.ts";
import { BUCKET_FIELDS } from "../engine/wire/fields.ts";
import { VERSION } from "../engine/version.ts";
import { runCommand } from "../cli/command.ts";
import { areSeveral } from "../cli/values.ts";
import { terminalLine } from "../cli/error_line.ts";
import { parseCaptureFlags } from "./capture/flags.ts";
import { partitionFile } from "./capture/layout.ts";
import { captureDays } from "./capture/capture_days.ts";
import type { CaptureStats } from "./capture/run_stats.ts";
import { type CaptureJob, captureSession } from "./capture/session_capture.ts";
import { datesWithData } from "../cli/session_dates.ts";
import { CAPTURES } from "../cli/output/format.ts";
import { assertFolder, keptFiles } from "../cli/output/gate.ts";
import { makeFolder, openOutput, type OutputFile } from "../cli/output_file.ts";
import { jobsOf } from "../cli/options.ts";
import { progressBar, reached } from "../cli/progress.ts";
import { datesOfShare } from "../cli/shard.ts";
import type { Contracts } from "../cli/contracts.ts";
import { completeSession, spanNs } from "../cli/session_command.ts";
import { tellSilence } from "../server/live/silence.ts";

if (import.meta.main) await runCommand(() => capture(Deno.args));

/**
 * Captures one session, or several.
 *
 * @param args what the user wrote
 * @throws UserError when it cannot be done
 */
export async function capture(args: readonly string[]): Promise<void> {
  const flags = parseCaptureFlags(args);
  const { dates } = flags.dt;
  const { instrument, request, lake, contracts } = completeSession(
    { ...flags, dt: dates[0]! },
    flags.throttleMs,
  );
  const { product_type: productType } = instrument;
  const { startTime, endTime, allowTruncated = false } = flags;
  const spanOf = (dt: string) =>
    spanNs(productType, dt, {
      ...(startTime !== undefined && { start: { name: "--start-time", text: startTime } }),
      ...(endTime !== undefined && { end: { name: "--end-time", text: endTime } }),
    }, request.cut);
  for (const dt of dates) spanOf(dt);

  const rules = {
    format: CAPTURES[flags.format],
    force: flags.force === true,
    kept: keptFiles(lake, flags.input),
  };
  const fields = flags.fields ?? BUCKET_FIELDS;
  /** Goes to a day: to one after the other, so that rolls are seen. */
  const goTo = (dt: string) => contracts.goTo(dt, (line) => console.error(terminalLine(line)));
  const jobOf = async (dt: string, on: ContractOn): Promise<CaptureJob> => {
    const { endNs } = spanOf(dt);
    const { contract, instrument: { symbol } } = on;
    const resolved = await resolveRequest(on.instrument, { ...request, dt, symbol }, {
      lake,
      input: flags.input,
      follow: flags.follow ? "always" : undefined,
    });
    const meta = {
      version: VERSION,
      config_version: configVersion(instrument),
      parameters: {
        product_type: productType,
        ...(contract === null ? { symbol } : { contracts: symbol }),
        dt,
        ...(resolved.cut && { session: resolved.cut }),
        ...(startTime !== undefined && { start_time: startTime }),
        ...(endTime !== undefined && { end_time: endTime }),
        ...(allowTruncated && { allow_truncated: "true" }),
        throttle_ms: `${flags.throttleMs}`,
        fields: `${fields}`,
      },
      data_source: resolved.source,
      file: await fileOf(resolved.origin, lake),
      ...(resolved.before && { file_before: await fileMeta(resolved.before, lake) }),
    };
    return {
      request: { ...resolved, allowTruncated },
      meta,
      endTs: endNs === null ? Infinity : Number(endNs - midnightNs(dt)),
      lake,
      format: flags.format,
      fields,
    };
  };

  if (!areSeveral(flags.dt)) {
    using output = openOutput(flags.output, rules);
    const on = await goTo(dates[0]!);
    const stats = await captureOne(await jobOf(dates[0]!, on), output);
    if (flags.stats) console.error(JSON.stringify({ ...stats, ...rollOf(on) }));
    return;
  }
  assertFolder(flags.output, rules.kept);
  const days = await datesWithData(
    { ...flags.dt, dates: datesOfShare(flags.dt, flags.shard) },
    async (dt) => findRawFile({ lake, productType, symbol: await contracts.symbolOn(dt), dt }),
    (dt) => console.error(`${dt}: skipped, no data`),
    { mayBeNone: flags.shard !== undefined },
  );
  makeFolder(flags.output);
  const what = flags.fields === "events" ? "events" : "grids";
  const ons = new Map<string, ContractOn | UserError>();
  for (const dt of days) {
    ons.set(
      dt,
      await goTo(dt).catch((error) => {
        if (error instanceof UserError) return error;
        throw error;
      }),
    );
  }
  const onOf = (dt: string) => {
    const on = ons.get(dt)!;
    if (on instanceof UserError) throw on;
    return on;
  };
  const failed = await captureDays({
    dates: days,
    fileOf: (dt) => partitionFile(flags.output, dt, onOf(dt).instrument.symbol, flags.format, what),
    jobOf: (dt) => jobOf(dt, onOf(dt)),
    what,
    jobs: jobsOf(flags.jobs),
    statsOf: flags.stats ? (dt, stats) => ({ ...stats, ...rollOf(onOf(dt)) }) : null,
    rules,
  });
  if (failed.length > 0) {
    throw new UserError(`${failed.length} of ${days.length} days failed: ${failed.join(", ")}`);
  }
}

/** A day's instrument, and how its contract was found. */
type ContractOn = Awaited<ReturnType<Contracts["goTo"]>>;

/** What statistics say of a day's contract. */
function rollOf({ contract }: ContractOn) {
  return contract && { contract_by: contract.by, rolled_from: contract.rolledFrom };
}

/** What tells a file from others; of one that grows not its size, for more is read than is there now. */
async function fileOf(origin: Origin, lake: string): Promise<FileMeta> {
  const file = await fileMeta(origin, lake);
  return isRecording(origin) ? { ...file, size: null } : file;
}

async function captureOne(job: CaptureJob, output: OutputFile): Promise<CaptureStats> {
  const bar = progressBar();
  const say = (line: string) => bar.past(() => console.error(terminalLine(line)));
  try {
    using _ = tellSilence([job.request], say);
    return await captureSession(job, output, {
      onProgress: (share, records, tsNs) => bar.update(share, reached(records, tsNs)),
      say,
    });
  } finally {
    bar.stop();
  }
}
