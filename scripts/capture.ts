/** Writes the grids of a session to a file, or those of several to a partitioned data set. */
import { UserError } from "../engine/errors.ts";
import { assertLocked, type ProductType } from "../engine/instrument.ts";
import { resolveRequest } from "../engine/request.ts";
import { sessionWindow, startTimeNs } from "../engine/session.ts";
import { findRawFile } from "../engine/source/lake.ts";
import { midnightNs } from "../engine/source/replay.ts";
import { BUCKET_FIELDS } from "../engine/wire/fields.ts";
import { FlagError, runCommand } from "../server/command.ts";
import { areSeveral } from "../server/values.ts";
import { oneLine } from "../server/error_line.ts";
import { type CaptureFlags, parseCaptureFlags } from "./capture/flags.ts";
import { partitionFile } from "./capture/layout.ts";
import { captureSession } from "./capture/session_capture.ts";
import { datesWithData } from "./session_dates.ts";
import { CAPTURES } from "./output/format.ts";
import { assertFolder, keptFiles } from "./output/gate.ts";
import { makeFolder, openOutput } from "./output_file.ts";
import { completeSession } from "../server/session_command.ts";

await runCommand(async () => {
  const flags = parseCaptureFlags(Deno.args);
  const { dates } = flags.dt;
  const { instrument, request, lake } = completeSession(
    { ...flags, dt: dates[0]! },
    flags.throttleMs,
  );
  const { product_type: productType } = instrument;
  assertLocked(instrument, { product_type: request.productType, symbol: request.symbol });
  for (const dt of dates) endOf(productType, dt, flags);

  const rules = {
    format: CAPTURES[flags.format],
    force: flags.force === true,
    kept: keptFiles(lake, flags.input),
  };
  const capture = async (dt: string, path: string, label: string) => {
    using output = openOutput(path, rules);
    const stats = await captureSession({
      request: await resolveRequest(instrument, { ...request, dt }, { lake, input: flags.input }),
      endTs: endOf(productType, dt, flags),
      lake,
      format: flags.format,
      fields: flags.fields ?? BUCKET_FIELDS,
      output,
      label,
    });
    if (flags.stats) console.error(JSON.stringify(stats));
    return stats;
  };

  if (!areSeveral(flags.dt)) {
    await capture(dates[0]!, flags.output, "");
    return;
  }
  assertFolder(flags.output, rules.kept);
  const { symbol } = request;
  const days = await datesWithData(
    flags.dt,
    (dt) => findRawFile({ lake, productType, symbol, dt }),
    (dt) => console.error(`${dt}: skipped, no data`),
  );
  makeFolder(flags.output);
  const failed: string[] = [];
  for (const [i, dt] of days.entries()) {
    try {
      const file = partitionFile(flags.output, dt, symbol, flags.format);
      makeFolder(file.slice(0, file.lastIndexOf("/")));
      const { grids } = await capture(dt, file, `${dt} (${i + 1} of ${days.length}), `);
      console.error(oneLine(`${dt}: ${grids} grids in ${file}`));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      console.error(oneLine(`${dt}: failed: ${error.message}`));
      failed.push(dt);
    }
  }
  if (failed.length > 0) {
    throw new UserError(`${failed.length} of ${days.length} days failed: ${failed.join(", ")}`);
  }
});

/**
 * When the capture of a day stops, nanoseconds since the session's midnight.
 *
 * @throws UserError when a time is none of that session's
 * @throws FlagError when it stops before it starts
 */
function endOf(
  productType: ProductType,
  dt: string,
  { startTime, endTime }: CaptureFlags,
): number {
  const window = sessionWindow(productType, dt);
  const startNs = startTime === undefined ? null : startTimeNs(dt, startTime, window);
  if (endTime === undefined) return Infinity;
  const endNs = startTimeNs(dt, endTime, window);
  if (startNs !== null && endNs <= startNs) {
    throw new FlagError(`--end-time ${endTime} is not after --start-time`);
  }
  return Number(endNs - midnightNs(dt));
}
