import { ensureBookCache } from "../engine/cache.ts";
import type { GridFrame } from "../engine/grid/frame.ts";
import { resolveRequest } from "../engine/request.ts";
import { EngineRun } from "../engine/run.ts";
import { sessionWindow, startTimeNs } from "../engine/session.ts";
import { midnightNs } from "../engine/source/replay.ts";
import { parseFields } from "../engine/wire/field_list.ts";
import { ArrowGridWriter } from "../engine/wire/arrow_file.ts";
import { BUCKET_FIELDS, type BucketField } from "../engine/wire/fields.ts";
import { jsonLines } from "../engine/wire/jsonl.ts";
import { FlagError, parseFlags, runCommand } from "../server/command.ts";
import { DEFAULT_THROTTLE_MS } from "../server/defaults.ts";
import { readStartTime, readThrottleMs } from "../server/values.ts";
import { openOutput, type OutputFile } from "./output_file.ts";
import { type ProgressBar, progressBar } from "./progress.ts";
import { runStats } from "./run_stats.ts";
import { completeSession, sessionCommand } from "./session_command.ts";

/** Records applied between two looks at the progress bar. */
const SLICE = 50_000;

const FORMATS = ["jsonl", "arrow"] as const;
type Format = (typeof FORMATS)[number];

function captureFlags(args: readonly string[]) {
  const command = sessionCommand("capture", "Writes the grids of a session to a file.", [
    ["--start-time 09:25 --output grids.jsonl", "grids from 09:25 New York as JSON lines"],
    ["--format arrow --output grids.arrows", "as an Arrow IPC stream, for Python or DuckDB"],
    ["--input day.dbn.zst --output - --stats", "one file, to standard output, with statistics"],
  ])
    .option(
      "--end-time <time>",
      "stop at this time, HH:MM New York (default: the end of the file)",
      (v) => readStartTime("--end-time", v),
    )
    .option(
      "--throttle-ms <ms>",
      "least event time between grids",
      (v) => readThrottleMs("--throttle-ms", v),
      DEFAULT_THROTTLE_MS,
    )
    .option("--format <format>", FORMATS.join(" or "), readFormat, "jsonl" as Format)
    .option(
      "--fields <names>",
      "bucket columns, separated by commas (default: all)",
      (v) => parseFields(v),
    )
    .option("--stats", "print what was read, kept, dropped and emitted as a JSON line on stderr")
    .requiredOption("--output <file>", "file to write, or - for standard output");
  return parseFlags(command, args);
}

function readFormat(text: string): Format {
  const format = FORMATS.find((known) => known === text);
  if (format !== undefined) return format;
  throw new FlagError(`--format ${JSON.stringify(text)} is not one of ${FORMATS.join(", ")}`);
}

/** Turns grids into bytes of a format. */
interface GridWriter {
  add(frame: GridFrame): Uint8Array | null;
  end(): Uint8Array;
}

function writerOf(format: Format, fields: readonly BucketField[]): GridWriter {
  if (format === "arrow") return new ArrowGridWriter(fields);
  const line = jsonLines(fields);
  const encoder = new TextEncoder();
  return { add: (frame) => encoder.encode(line(frame)), end: () => new Uint8Array(0) };
}

/**
 * Drives a run to its end and writes its grids.
 *
 * @param run the run, at its first record or at warm-up
 * @param endTs no grid at or after this time, nanoseconds since the session's midnight
 */
async function writeGrids(
  run: EngineRun,
  endTs: number,
  writer: GridWriter,
  output: OutputFile,
  bar: ProgressBar,
): Promise<void> {
  const { frame, replay } = run;
  for (;;) {
    const pending = run.advance(SLICE);
    const progress = typeof pending === "string" ? pending : await pending;
    if (progress === "end") break;
    if (progress === "grid") {
      if (frame.ts >= endTs) break;
      const bytes = writer.add(frame);
      if (bytes !== null) output.write(bytes);
    } else {
      bar.update(replay.bytes.position / replay.bytes.size, `${run.pipeline.book.eventId} records`);
    }
  }
  output.write(writer.end());
}

/** When a capture stops, nanoseconds since the session's midnight. */
function endOf({ request }: EngineRun, endTime: string | undefined): number {
  if (endTime === undefined) return Infinity;
  const { productType, dt, startNs } = request;
  const endNs = startTimeNs(dt, endTime, sessionWindow(productType, dt));
  if (startNs !== null && endNs <= startNs) {
    throw new FlagError(`--end-time ${endTime} is not after --start-time`);
  }
  return Number(endNs - midnightNs(dt));
}

async function capture(): Promise<void> {
  const flags = captureFlags(Deno.args);
  const { instrument, request, lake } = completeSession(flags, flags.throttleMs);
  const begun = performance.now();
  const place = { lake, input: flags.input };
  const run = await EngineRun.open(await resolveRequest(instrument, request, place));
  const bar = progressBar();
  let output: OutputFile | null = null;
  try {
    const endTs = endOf(run, flags.endTime);
    output = openOutput(flags.output);
    const cache = await ensureBookCache(run, { lake });
    if (cache?.problem) console.error(`warning: ${cache.problem}`);
    const bootstrapped = performance.now();
    await writeGrids(
      run,
      endTs,
      writerOf(flags.format, flags.fields ?? BUCKET_FIELDS),
      output,
      bar,
    );
    output.finish();
    output = null;
    bar.stop();
    if (flags.stats) {
      const seconds = {
        bootstrap: (bootstrapped - begun) / 1e3,
        engine: (performance.now() - bootstrapped) / 1e3,
      };
      console.error(JSON.stringify(runStats(run, cache, seconds)));
    }
  } finally {
    bar.stop();
    output?.discard();
    run.close();
  }
}

await runCommand(capture);
