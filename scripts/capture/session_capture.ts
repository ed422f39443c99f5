import { originName } from "../../engine/source/origin.ts";
import { ensureBookCache } from "../../engine/cache.ts";
import type { ResolvedRequest } from "../../engine/request.ts";
import { midnightNs } from "../../engine/session.ts";
import { EngineRun, type RunExtras } from "../../engine/run.ts";
import { shareRead } from "../../engine/source/byte_source.ts";
import { terminalLine } from "../../cli/error_line.ts";
import type { CaptureMeta } from "../../engine/encode/capture_meta.ts";
import { type CaptureFormat, gridWriter } from "../../engine/encode/capture_format.ts";
import { extrasOf, type StreamField } from "../../engine/wire/fields.ts";
import { eventWriter } from "../../engine/encode/event_table.ts";
import type { OutputFile } from "../../cli/output_file.ts";
import { type ProgressBar, progressBar } from "../../cli/progress.ts";
import { runStats, type Written } from "./run_stats.ts";

/** A session to capture. */
export interface CaptureJob {
  request: ResolvedRequest;
  /** No grid at or after this time, nanoseconds since the session's midnight. */
  endTs: number;
  /** Folder of the lake. */
  lake: string;
  format: CaptureFormat;
  /** Bucket columns wanted, in any order; or sweeps and reserves in place of grids. */
  fields: readonly StreamField[] | "events";
  /** Where they go, opened by the caller and finished here. */
  output: OutputFile;
  /** What they come from. */
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
  const { request, lake, fields, output } = job;
  if (request.source === "simulator") {
    console.error(`note: ${request.symbol} on ${request.dt} is simulated data`);
  }
  const begun = performance.now();
  const capture = fields === "events" ? eventCapture(job) : gridCapture(job, fields);
  const run = await EngineRun.open(request, capture.extras);
  const bar = progressBar();
  const show = () => showProgress(bar, run, job.label);
  try {
    const cache = await ensureBookCache(run, { lake, onProgress: show });
    if (cache?.problem) console.error(terminalLine(`warning: ${cache.problem}`));
    const bootstrapped = performance.now();
    const written = await capture.write(run, show);
    run.assertUnchanged();
    output.finish();
    bar.stop();
    say(run, written);
    return runStats(run, request.source, cache, written, {
      bootstrap: (bootstrapped - begun) / 1e3,
      engine: (performance.now() - bootstrapped) / 1e3,
    });
  } finally {
    bar.stop();
    run.close();
  }
}

/** Says what a reader of the file would not know. */
function say(run: EngineRun, { grids, events }: Written): void {
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
  if (events === 0) {
    console.error(`warning: no event was written: ${symbol} has none in the hours asked for`);
  } else if (events === undefined && grids === 0) {
    console.error(
      `warning: no grid was written: no event of ${symbol} ends in the hours asked for`,
    );
  }
}

/** What of a run is written. */
interface Capture {
  /** What the run has to give for it. */
  extras: RunExtras;
  /**
   * Drives a run, at its first record or at warm-up, to its end and writes what comes.
   *
   * @returns how much
   */
  write(run: EngineRun, show: () => void): Promise<Written>;
}

function gridCapture(
  { endTs, format, output, meta }: CaptureJob,
  fields: readonly StreamField[],
): Capture {
  const writer = gridWriter(format, fields, meta);
  return {
    extras: extrasOf(fields),
    async write(run, show) {
      let grids = 0;
      for await (const frame of run.grids({ onProgress: show })) {
        if (frame.ts >= endTs) break;
        grids++;
        const bytes = writer.add(frame);
        if (bytes !== null) output.write(bytes);
      }
      output.write(writer.end());
      return { grids };
    },
  };
}

function eventCapture({ request, endTs, format, output, meta }: CaptureJob): Capture {
  const writer = eventWriter(format, meta);
  const midnight = midnightNs(request.dt);
  let events = 0;
  return {
    extras: {
      events: {
        bookEvent(event) {
          if (Number(event.tsNs - midnight) >= endTs) return;
          events++;
          const bytes = writer.add(event);
          if (bytes !== null) output.write(bytes);
        },
      },
    },
    async write(run, show) {
      for await (const frame of run.grids({ onProgress: show })) if (frame.ts >= endTs) break;
      output.write(writer.end());
      return { grids: 0, events };
    },
  };
}

function showProgress(bar: ProgressBar, { session, pipeline }: EngineRun, label: string): void {
  bar.update(shareRead(session.bytes), `${label}${pipeline.book.eventId} records`);
}
