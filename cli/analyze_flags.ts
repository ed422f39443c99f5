import { resolve } from "node:path";
import type { RegimeParams } from "../engine/regime/params.ts";
import { HALF_WIDTH } from "../engine/wire/fields.ts";
import { type FolderFlags, folderOf } from "./analyze_folder.ts";
import { analyzeCommand } from "./analyze_options.ts";
import { type RegimeTimes, timesOf } from "./analyze_window.ts";
import { FlagError, parseFlags } from "./command.ts";
import type { LogLevel } from "./log_level.ts";
import type { SessionFlags } from "./session_command.ts";
import type { Shard } from "./shard.ts";
import { areSeveral, type Dates } from "./values.ts";

/** What `deno task analyze` was asked for, every value checked. */
export interface AnalyzeFlags extends Omit<SessionFlags, "dt"> {
  /** Session dates. */
  dt: Dates;
  times: RegimeTimes;
  params: RegimeParams;
  /** Least event time between grids, milliseconds. */
  throttleMs: number;
  /** File for the JSON output, or - for standard output. */
  jsonOutput?: string | undefined;
  /** File for the page with charts. */
  htmlOutput?: string | undefined;
  /** File for a table of events, and how it is written. */
  eventsOutput?: string | undefined;
  /** Folder for a data set of days; null when none is asked for. */
  folder: FolderFlags | null;
  /** Days at a time; as many as there are cores when it is left out. */
  jobs?: number | undefined;
  /** This machine's share of the days; all when it is left out. */
  shard?: Shard | undefined;
  /** Whether files are replaced that no analysis wrote, and days of a folder done again. */
  force?: true | undefined;
  logLevel: LogLevel;
  /** What was left out of the lists, in words. */
  warnings: string[];
}

/**
 * Reads the flags of `deno task analyze`.
 *
 * @param args what the user wrote
 * @returns the flags, every one checked
 * @throws FlagError when a flag is unknown or its value wrong: one line that names both
 * @throws HelpShown when help was asked for
 */
export function parseAnalyzeFlags(args: readonly string[]): AnalyzeFlags {
  const parser = analyzeCommand();
  const flags = parseFlags(parser, args);
  const { maxHoldMs = null, maxHoldSnapshots } = flags;
  if (maxHoldMs !== null && parser.getOptionValueSource("maxHoldSnapshots") === "cli") {
    throw new FlagError(
      `--max-hold-ms ${maxHoldMs} and --max-hold-snapshots ${maxHoldSnapshots} both say how long ` +
        `a trade is held; give one`,
    );
  }
  const warnings: string[] = [];
  const within = (name: string, values: readonly number[]) => {
    const kept = values.filter((value) => Math.abs(value) <= HALF_WIDTH);
    const dropped = values.filter((value) => !kept.includes(value));
    const left = `${name}: ${dropped.join(",")} reach beyond ${HALF_WIDTH} buckets`;
    if (kept.length === 0) throw new FlagError(`${left}, and nothing else is given`);
    if (dropped.length > 0) warnings.push(`${left} and are left out`);
    return kept;
  };
  if (flags.input !== undefined && areSeveral(flags.dt)) {
    throw new FlagError(`--input ${flags.input} is one file; give --dt one date`);
  }
  const { jsonOutput, htmlOutput, eventsOutput } = flags;
  if (htmlOutput === "-") {
    throw new FlagError("--html-output: standard output is not a file; name one");
  }
  if (htmlOutput !== undefined && resolve(htmlOutput) === resolve(jsonOutput ?? "")) {
    throw new FlagError(`--html-output and --json-output both name ${htmlOutput}; name two files`);
  }
  for (const [name, other] of [["--json-output", jsonOutput], ["--html-output", htmlOutput]]) {
    if (eventsOutput !== undefined && resolve(eventsOutput) === resolve(other ?? "")) {
      throw new FlagError(`--events-output and ${name} both name ${other}; name two files`);
    }
  }
  const folder = folderOf(flags);
  const { normalizationWindow, normalizationMinPeriods } = flags;
  if (normalizationMinPeriods > normalizationWindow) {
    throw new FlagError(
      `--normalization-min-periods ${normalizationMinPeriods} is above ` +
        `--normalization-window ${normalizationWindow}`,
    );
  }
  return {
    ...flags,
    folder,
    times: timesOf(flags),
    params: {
      ...flags,
      maxHoldMs,
      directionalBands: within("--directional-bands", flags.directionalBands),
      projectionBuckets: within("--projection-buckets", flags.projectionBuckets),
    },
    warnings,
  };
}
