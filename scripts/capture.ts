/** Writes the grids of a session to a file, or those of several to a partitioned data set. */
import { UserError } from "../engine/errors.ts";
import { configVersion } from "../engine/instrument.ts";
import { VERSION } from "../engine/regime/version.ts";
import { fileMeta } from "../engine/source/file_hash.ts";
import { resolveRequest } from "../engine/request.ts";
import { midnightNs } from "../engine/session.ts";
import { findRawFile } from "../engine/source/lake.ts";
import { BUCKET_FIELDS } from "../engine/wire/fields.ts";
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
import { progressBar } from "../cli/progress.ts";
import { datesOfShare } from "../cli/shard.ts";
import { completeSession, spanNs } from "../cli/session_command.ts";

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
  const { instrument, request, lake } = completeSession(
    { ...flags, dt: dates[0]! },
    flags.throttleMs,
  );
  const { product_type: productType } = instrument;
  const { startTime, endTime, allowTruncated = false } = flags;
  const spanOf = (dt: string) =>
    spanNs(productType, dt, {
      ...(startTime !== undefined && { start: { name: "--start-time", text: startTime } }),
      ...(endTime !== undefined && { end: { name: "--end-time", text: endTime } }),
    });
  for (const dt of dates) spanOf(dt);

  const rules = {
    format: CAPTURES[flags.format],
    force: flags.force === true,
    kept: keptFiles(lake, flags.input),
  };
  const fields = flags.fields ?? BUCKET_FIELDS;
  const jobOf = async (dt: string): Promise<CaptureJob> => {
    const { endNs } = spanOf(dt);
    const resolved = await resolveRequest(instrument, { ...request, dt }, {
      lake,
      input: flags.input,
      follow: flags.follow ? "always" : undefined,
    });
    const meta = {
      version: VERSION,
      config_version: configVersion(instrument),
      parameters: {
        product_type: productType,
        symbol: resolved.symbol,
        dt,
        ...(startTime !== undefined && { start_time: startTime }),
        ...(endTime !== undefined && { end_time: endTime }),
        ...(allowTruncated && { allow_truncated: "true" }),
        throttle_ms: `${flags.throttleMs}`,
        fields: `${fields}`,
      },
      data_source: resolved.source,
      file: await fileMeta(resolved.origin, lake),
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
    const stats = await captureOne(await jobOf(dates[0]!), output);
    if (flags.stats) console.error(JSON.stringify(stats));
    return;
  }
  assertFolder(flags.output, rules.kept);
  const { symbol } = request;
  const days = await datesWithData(
    { ...flags.dt, dates: datesOfShare(flags.dt, flags.shard) },
    (dt) => findRawFile({ lake, productType, symbol, dt }),
    (dt) => console.error(`${dt}: skipped, no data`),
    { mayBeNone: flags.shard !== undefined },
  );
  makeFolder(flags.output);
  const what = flags.fields === "events" ? "events" : "grids";
  const failed = await captureDays({
    dates: days,
    fileOf: (dt) => partitionFile(flags.output, dt, symbol, flags.format, what),
    jobOf,
    what,
    jobs: jobsOf(flags.jobs),
    stats: flags.stats === true,
    rules,
  });
  if (failed.length > 0) {
    throw new UserError(`${failed.length} of ${days.length} days failed: ${failed.join(", ")}`);
  }
}

async function captureOne(job: CaptureJob, output: OutputFile): Promise<CaptureStats> {
  const bar = progressBar();
  try {
    return await captureSession(job, output, {
      onProgress: (share, records) => bar.update(share, `${records} records`),
      say: (line) => bar.past(() => console.error(terminalLine(line))),
    });
  } finally {
    bar.stop();
  }
}
