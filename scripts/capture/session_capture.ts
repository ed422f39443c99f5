import { originName } from "../../engine/source/origin.ts";
import { ensureBookCache } from "../../engine/cache.ts";
import type { ResolvedRequest } from "../../engine/request.ts";
import { EngineRun } from "../../engine/run.ts";
import { shareRead } from "../../engine/source/byte_source.ts";
import { terminalLine } from "../../cli/error_line.ts";
import type { CaptureMeta } from "../../engine/encode/capture_meta.ts";
import { type CaptureFormat, gridWriter } from "../../engine/encode/capture_format.ts";
import { extrasOf, type StreamField } from "../../engine/wire/fields.ts";
import type { GridWriter } from "../../engine/encode/grid_writer.ts";
import type { OutputFile } from "../../cli/output_file.ts";
import { type ProgressBar, progressBar } from "../../cli/progress.ts";
import { runStats } from "./run_stats.ts";

/** A session to capture. */
export interface CaptureJob {
  request: ResolvedRequest;
  /** No grid at or after this time, nanoseconds since the session's midnight. */
  endTs: number;
  /** Folder of the lake. */
  lake: string;
  format: CaptureFormat;
  /** Bucket columns wanted, in any order. */
  fields: readonly StreamField[];
  /** Where they go, opened by the caller and finished here. */
  output: OutputFile;
  /** What the grids come from. */
  meta: CaptureMeta;
  /** What stands before the progress. */
  label: string;
}

/**
 * Writes the grids of a session to a file, whole or not at all.
 *
 * @param job what to write, and where
 * @returns what was read, kept, dropped and emitted
 * @throws UserError when the session cannot be read or the file not be written
 */
export async function captureSession(job: CaptureJob): Promise<ReturnType<typeof runStats>> {
  const { request, lake, format, fields, output } = job;
  if (request.source === "simulator") {
    console.error(`note: ${request.symbol} on ${request.dt} is simulated data`);
  }
  const begun = performance.now();
  const run = await EngineRun.open(request, extrasOf(fields));
  const bar = progressBar();
  const show = () => showProgress(bar, run, job.label);
  try {
    const cache = await ensureBookCache(run, { lake, onProgress: show });
    if (cache?.problem) console.error(terminalLine(`warning: ${cache.problem}`));
    const bootstrapped = performance.now();
    const grids = await writeGrids(
      run,
      job.endTs,
      gridWriter(format, fields, job.meta),
      output,
      show,
    );
    run.assertUnchanged();
    output.finish();
    bar.stop();
    say(run, grids);
    return runStats(run, request.source, cache, grids, {
      bootstrap: (bootstrapped - begun) / 1e3,
      engine: (performance.now() - bootstrapped) / 1e3,
    });
  } finally {
    bar.stop();
    run.close();
  }
}

/** Says what a reader of the file would not know. */
function say(run: EngineRun, grids: number): void {
  const { origin, symbol } = run.request;
  if (run.truncated !== null) {
    console.error(terminalLine(`warning: ${run.truncated}; what comes before it was taken`));
  }
  if (run.beginsInside) {
    console.error(
      terminalLine(
        `warning: ${originName(origin)} begins inside the session: older orders are missing`,
      ),
    );
  }
  if (grids === 0) {
    console.error(
      `warning: no grid was written: no event of ${symbol} ends in the hours asked for`,
    );
  }
}

/**
 * Drives a run, at its first record or at warm-up, to its end and writes its grids.
 *
 * @returns how many
 */
async function writeGrids(
  run: EngineRun,
  endTs: number,
  writer: GridWriter,
  output: OutputFile,
  show: () => void,
): Promise<number> {
  let grids = 0;
  for await (const frame of run.grids({ onProgress: show })) {
    if (frame.ts >= endTs) break;
    grids++;
    const bytes = writer.add(frame);
    if (bytes !== null) output.write(bytes);
  }
  output.write(writer.end());
  return grids;
}

function showProgress(bar: ProgressBar, { session, pipeline }: EngineRun, label: string): void {
  bar.update(shareRead(session.bytes), `${label}${pipeline.book.eventId} records`);
}
