import {
  CAPTURE_FORMATS,
  type CaptureFormat,
  FILE_ENDING,
} from "../../engine/encode/capture_format.ts";
import { parseCaptureFields } from "../../engine/wire/field_list.ts";
import { FlagError, parseFlags } from "../../cli/command.ts";
import { jobsOption, shardOption, throttleOption } from "../../cli/options.ts";
import { standardOf } from "../../cli/standard_output.ts";
import { areSeveral, readOutput, readTime } from "../../cli/values.ts";
import { sessionsCommand } from "../../cli/session_command.ts";

/**
 * Reads the flags of `deno task capture`.
 *
 * @param args what the user wrote
 * @returns the flags, every one checked
 * @throws FlagError when a flag is unknown or its value wrong
 * @throws HelpShown when help was asked for
 */
export function parseCaptureFlags(args: readonly string[]) {
  const flags = parseFlags(command(), args);
  if (areSeveral(flags.dt)) {
    if (flags.input !== undefined) {
      throw new FlagError("--input is the file of one session; give one date with it");
    }
    if (standardOf(flags.output) !== null) {
      throw new FlagError(
        `--output ${flags.output} takes one session; name a folder for several dates`,
      );
    }
  } else if (flags.shard !== undefined) {
    throw new FlagError("--shard divides several dates; give --dt a list or a range");
  }
  const format = flags.format ?? formatOf(flags.output);
  if (flags.format === undefined && !areSeveral(flags.dt)) assertNoOther(flags.output);
  return { ...flags, format };
}

/** Endings of formats that no capture has: JSON lines would be taken for them. */
const OTHERS = /\.(?:csv|tsv|feather|ipc|gz|zst)$/i;

function assertNoOther(output: string): void {
  const [ending] = OTHERS.exec(output) ?? [];
  if (ending === undefined) return;
  throw new FlagError(
    `--output: ${JSON.stringify(output)} ends in ${ending}, which no capture is: let it end in ` +
      `.${Object.values(FILE_ENDING).join(", .")}, or say which it is with --format`,
  );
}

/** Format of a file by the ending of its name: JSON lines where that tells of no other. */
function formatOf(output: string): CaptureFormat {
  return /\.parquet$/i.test(output) ? "parquet" : /\.arrows?$/i.test(output) ? "arrow" : "jsonl";
}

function command() {
  return sessionsCommand("capture", "Writes the grids of a session, or of several, to files.", [
    ["--start-time 09:25 --output grids.jsonl", "grids from 09:25 New York as JSON lines"],
    ["--output grids.arrows", "as an Arrow IPC stream, for Python"],
    ["--input day.dbn.zst --output - --stats", "one file, to standard output, with statistics"],
    [
      "--dt 2026-02-02..2026-02-06 --format parquet --output grids",
      "a week, for DuckDB or Spark: grids/dt=.../symbol=.../grids.parquet",
    ],
    ["--fields events --output events.parquet", "sweeps and reserves"],
  ])
    .option(
      "--end-time <time>",
      "stop at this time, HH:MM New York (default: the end of the file)",
      (v) => readTime("--end-time", v),
    )
    .addOption(throttleOption())
    .option(
      "--format <format>",
      `${CAPTURE_FORMATS.join(", ").replace(/, (\w+)$/, " or $1")} (default: by the ending of ` +
        "--output, .arrow, .arrows or .parquet; else jsonl)",
      readFormat,
    )
    .option(
      "--fields <names>",
      "bucket columns, separated by commas (default: all that a grid has unasked), or events: " +
        "sweeps and reserves",
      (v) => parseCaptureFields("--fields", v),
    )
    .option("--stats", "print what was read, kept, dropped and emitted as a JSON line on stderr")
    .requiredOption(
      "--output <path>",
      "file to write, or - for standard output; with a list or range of dates, a folder",
      (v) => readOutput("--output", v),
    )
    .addOption(jobsOption())
    .addOption(shardOption())
    .option("--force", "replace a file that is not a capture in this format");
}

function readFormat(text: string): CaptureFormat {
  const format = CAPTURE_FORMATS.find((known) => known === text);
  if (format !== undefined) return format;
  throw new FlagError(
    `--format ${JSON.stringify(text)} is not one of ${CAPTURE_FORMATS.join(", ")}`,
  );
}
