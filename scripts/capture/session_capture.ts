import { originName } from "../../engine/source/origin.ts";
import { ensureBookCache } from "../../engine/cache.ts";
import { gapWords } from "../../engine/feed_gap.ts";
import { noRecords } from "../../engine/no_records.ts";
import type { ResolvedRequest } from "../../engine/request.ts";
import { midnightNs } from "../../engine/session.ts";
import { EngineRun, type RunExtras } from "../../engine/run.ts";
import { shareRead } from "../../engine/source/byte_source.ts";
import type { CaptureMeta } from "../../engine/encode/capture_meta.ts";
import { type CaptureFormat, gridWriter } from "../../engine/encode/capture_format.ts";
import { extrasOf, type StreamField } from "../../engine/wire/fields.ts";
import { eventWriter } from "../../engine/encode/event_table.ts";
import type { OutputFile } from "../../cli/output_file.ts";
import { type CaptureStats, runStats, type Written } from "./run_stats.ts";

/** A session to capture. It can be cloned to another thread. */
export interface CaptureJob {
  request: ResolvedRequest;
  /** No grid at or after this time, nanoseconds since the session's midnight. */
  endTs: number;
  /** Folder of the lake. */
  lake: string;
  format: CaptureFormat;
  /** Bucket columns wanted, in any order; or sweeps and reserves in place of grids. */
  fields: readonly StreamField[] | "events";
  /** What they come from. */
  meta: CaptureMeta;
}

/** What a caller hears meanwhile. */
export interface CaptureHooks {
  /**
   * @param share of the file that is read, 0 to 1
   * @param records that reached the engine
   * @param tsNs event time reached, UTC nanoseconds since the epoch
   */
  onProgress: (share: number, records: number, tsNs: bigint) => void;
  /** @param line what a reader of the file would not know */
  say: (line: string) => void;
}

/**
 * Writes the grids of a session to a file, whole or not at all.
 *
 * @param job what to write
 * @param output where it goes, opened by the caller and finished here
 * @param hooks progress and notes
 * @returns what was read, kept, dropped and emitted
 * @throws UserError when the session cannot be read or the file not be written
 */
export async function captureSession(
  job: CaptureJob,
  output: OutputFile,
  { onProgress, say }: CaptureHooks,
): Promise<CaptureStats> {
  const { request, lake, fields } = job;
  if (request.source === "simulator") {
    say(`note: ${request.symbol} on ${request.dt} is simulated data`);
  }
  const begun = performance.now();
  const capture = fields === "events"
    ? eventCapture(job, output)
    : gridCapture(job, fields, output);
  const run = await EngineRun.open(request, capture.extras);
  const show = () => {
    const { book, lastTsNs } = run.pipeline;
    onProgress(shareRead(run.session.bytes), book.eventId, lastTsNs);
  };
  try {
    const cache = await ensureBookCache(run, { lake, onProgress: show });
    if (cache?.problem) say(`warning: ${cache.problem}`);
    const bootstrapped = performance.now();
    const written = await capture.write(run, show);
    run.assertUnchanged();
    output.finish();
    for (const warning of warningsOf(run, written)) say(`warning: ${warning}`);
    return runStats(run, request.source, cache, written, {
      bootstrap: (bootstrapped - begun) / 1e3,
      engine: (performance.now() - bootstrapped) / 1e3,
    });
  } finally {
    run.close();
  }
}

/** What a reader of the file would not know. */
function warningsOf(run: EngineRun, { grids, events }: Written): string[] {
  const { origin, symbol, dt, startNs } = run.request;
  const warnings: string[] = [];
  if (run.truncated !== null) warnings.push(`${run.truncated}; what comes before it was taken`);
  if (run.beginsInside) {
    warnings.push(`${originName(origin)} begins inside the session: older orders are missing`);
  }
  const gaps = run.pipeline.takeGaps().filter(({ toNs }) => startNs === null || toNs > startNs);
  if (gaps.length > 0) warnings.push(`the feed had ${gapWords(dt, gaps)}`);
  const none = noRecords(run);
  if (none !== null) warnings.push(`nothing was written: ${none}`);
  else if (events === 0) {
    warnings.push(`no event was written: ${symbol} has none in the hours asked for`);
  } else if (events === undefined && grids === 0) {
    warnings.push(`no grid was written: no event of ${symbol} ends in the hours asked for`);
  }
  return warnings;
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
  { endTs, format, meta }: CaptureJob,
  fields: readonly StreamField[],
  output: OutputFile,
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

function eventCapture({ request, endTs, format, meta }: CaptureJob, output: OutputFile): Capture {
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
