import { Option } from "@commander-js/extra-typings";
import {
  EVENT_FORMATS,
  type EventFormat,
  eventFormatOf,
} from "../engine/encode/regime_event_file.ts";
import { UserError } from "../engine/errors.ts";
import { DEFAULT_WINDOW, REGIME_DEFAULTS } from "../engine/regime/params.ts";
import type { FillPrice } from "../engine/regime/study/prices.ts";
import { HALF_WIDTH } from "../engine/wire/fields.ts";
import { BASELINE_NAMES, type BaselineName } from "../engine/wire/regime_study.ts";
import { DEFAULT_THROTTLE_MS } from "./defaults.ts";
import {
  evalEndOption,
  evalMinutesOption,
  evalStartOption,
  jobsOption,
  logLevelOption,
  shardOption,
} from "./options.ts";
import { sessionsCommand } from "./session_command.ts";
import {
  readBounded,
  readList,
  readNumber,
  readOutput,
  readPath,
  readThrottleMs,
} from "./values.ts";

const whole =
  (name: string, least: number, most: number = Number.MAX_SAFE_INTEGER) => (text: string) =>
    readBounded(name, text, least, most);

const positive = (name: string) => (text: string) => {
  const value = readNumber(name, text, 0, Number.MAX_VALUE, "a number above 0");
  if (value > 0) return value;
  throw new UserError(`${name}: ${JSON.stringify(text)} is not a number above 0`);
};

const notNegative = (name: string) => (text: string) =>
  readNumber(name, text, 0, Number.MAX_VALUE, "a number, 0 or more");

const upTo = (name: string, most: number) => (text: string) =>
  readNumber(name, text, 0, most, `a number, 0 to ${most}`);

/** Most entries of a list, and most snapshots of a window: each costs memory and time. */
const MOST_ENTRIES = 16;
const MOST_SNAPSHOTS = 10_000;
const MOST_NORMALIZATION = 100_000;
/** A trade that is held for longer than a session is held to its end. */
const MOST_HOLD = 1_000_000;
/** A day, milliseconds. */
const MOST_HORIZON_MS = 86_400_000;
const MOST_TICKS = 1_000_000;
/** Most that a fill may cost, ticks or dollars: net figures have to stay finite. */
const MOST_COST = 1_000_000;
const MOST_RUNS = 10_000;
const MOST_LATENCY_MS = 60_000;
/** Shortest block, minutes: a second, of which blocks are made. */
const LEAST_BLOCK = 1 / 60;
const MOST_BLOCK = 1_440;

const list = (name: string, least: number, most = Number.MAX_SAFE_INTEGER) => (text: string) => {
  const values = readList(name, text, (name, part) => readBounded(name, part, least, most));
  if (values.length <= MOST_ENTRIES) return values;
  throw new UserError(`${name}: ${values.length} values are given; give ${MOST_ENTRIES} at most`);
};

/** Baselines, in the order of BASELINE_NAMES, each once; `none` is none. */
function readBaselines(text: string): readonly BaselineName[] {
  if (text === "none") return [];
  const given = text.split(",").map((part) => part.trim());
  const wrong = given.find((name) => !BASELINE_NAMES.some((known) => known === name));
  if (wrong === undefined) return BASELINE_NAMES.filter((name) => given.includes(name));
  throw new UserError(
    `--baselines: ${JSON.stringify(wrong)} is no baseline: give some of ` +
      `${BASELINE_NAMES.join(",")}, or none`,
  );
}

const FILL_PRICES: readonly FillPrice[] = ["mid", "touch"];

const fillPrice = (name: string) => (text: string): FillPrice => {
  const price = FILL_PRICES.find((known) => known === text);
  if (price !== undefined) return price;
  throw new UserError(`${name}: ${JSON.stringify(text)} is not mid or touch`);
};

/** A flag with a value, read and defaulted. */
function option<Flags extends string, Value>(
  flags: Flags,
  description: string,
  read: (text: string) => Value,
  value: Value,
) {
  return new Option(flags, description).argParser<Value>(read)
    .default(value, Array.isArray(value) ? value.join(",") : `${value}`);
}

/** What `deno task analyze` takes: each flag with its value read, whatever the others say. */
export function analyzeCommand() {
  const d = REGIME_DEFAULTS;
  return sessionsCommand(
    "analyze",
    "Evaluates directional regimes of a session offline; the same inputs give the same output.",
    [
      ["", "the locked instrument on its default date, 09:00 to 12:00"],
      ["--dt 2026-02-06 --start-time 09:00 --eval-start 09:30 --eval-minutes 60", "one hour"],
      [
        "--projection-buckets -4,4 --json-output regime.json",
        "other buckets, and the figures to a file",
      ],
      ["--html-output regime.html", "a page with charts, to open in a browser"],
      ["--dt 2026-02-02..2026-02-06", "a week, its days side by side, and what they add up to"],
      [
        "--dt 2026-02-02..2026-12-31 --days-output days",
        "a year, one folder per day; run again, it does what is left",
      ],
    ],
    `first snapshot, HH:MM New York (default: ${DEFAULT_WINDOW.startTime})`,
  )
    .addOption(
      new Option("--mode <mode>", "what is analysed").choices(["regime"]).default("regime"),
    )
    .addOption(evalStartOption())
    .addOption(evalEndOption())
    .addOption(evalMinutesOption())
    .addOption(option(
      "--throttle-ms <ms>",
      "least event time between grids, above 0",
      (v) => positiveThrottle(v),
      DEFAULT_THROTTLE_MS,
    ))
    .addOption(option(
      "--normalization-window <snapshots>",
      "trailing window of the robust z-score",
      whole("--normalization-window", 2, MOST_NORMALIZATION),
      d.normalizationWindow,
    ))
    .addOption(option(
      "--normalization-min-periods <snapshots>",
      "fewest values for a z-score",
      whole("--normalization-min-periods", 2, MOST_NORMALIZATION),
      d.normalizationMinPeriods,
    ))
    .addOption(option(
      "--directional-bands <buckets>",
      `widths of the bands beside spot, up to ${HALF_WIDTH}`,
      list("--directional-bands", 1),
      d.directionalBands,
    ))
    .addOption(option(
      "--micro-windows <snapshots>",
      "window lengths (snapshots) for averaging composites",
      list("--micro-windows", 1, MOST_SNAPSHOTS),
      d.microWindows,
    ))
    .addOption(option(
      "--spectrum-threshold <score>",
      "score from which a side is in pressure; its negative: vacuum",
      positive("--spectrum-threshold"),
      d.spectrumThreshold,
    ))
    .addOption(option(
      "--directional-edge-threshold <edge>",
      "edge from which the direction is up; its negative: down",
      positive("--directional-edge-threshold"),
      d.directionalEdgeThreshold,
    ))
    .addOption(option(
      "--signal-cooldown <snapshots>",
      "least distance between two events",
      whole("--signal-cooldown", 0, MOST_HOLD),
      d.signalCooldown,
    ))
    .addOption(
      option("--tp-ticks <ticks>", "target", whole("--tp-ticks", 1, MOST_TICKS), d.tpTicks),
    )
    .addOption(option("--sl-ticks <ticks>", "stop", whole("--sl-ticks", 1, MOST_TICKS), d.slTicks))
    .addOption(option(
      "--max-hold-snapshots <snapshots>",
      "snapshots after which a trade is closed",
      whole("--max-hold-snapshots", 1, MOST_HOLD),
      d.maxHoldSnapshots,
    ))
    .option(
      "--max-hold-ms <ms>",
      "event time after which a trade is closed, instead of --max-hold-snapshots",
      whole("--max-hold-ms", 1, MOST_HORIZON_MS),
    )
    .addOption(
      option("--entry <price>", "fill of an entry: mid, or touch", fillPrice("--entry"), d.entry),
    )
    .addOption(
      option("--exit <price>", "fill of an exit: mid, or touch", fillPrice("--exit"), d.exit),
    )
    .addOption(option(
      "--latency-ms <ms>",
      "from a decision to its fill, event time",
      upTo("--latency-ms", MOST_LATENCY_MS),
      d.latencyMs,
    ))
    .addOption(option(
      "--slippage-ticks <ticks>",
      "lost at each fill as well",
      upTo("--slippage-ticks", MOST_COST),
      d.slippageTicks,
    ))
    .addOption(option(
      "--fee-per-side <dollars>",
      "paid per contract at each fill",
      upTo("--fee-per-side", MOST_COST),
      d.feePerSide,
    ))
    .addOption(
      option(
        "--baselines <names>",
        `what events are compared with: ${BASELINE_NAMES.join(",")}, or none`,
        readBaselines,
        d.baselines,
      ),
    )
    .addOption(option(
      "--baseline-runs <runs>",
      "how often random baselines are drawn",
      whole("--baseline-runs", 1, MOST_RUNS),
      d.baselineRuns,
    ))
    .addOption(option(
      "--seed <number>",
      "seed of all random numbers",
      whole("--seed", 0),
      d.seed,
    ))
    .addOption(option(
      "--block-minutes <minutes>",
      "mean length of the time blocks that intervals are resampled from",
      (v) =>
        readNumber(
          "--block-minutes",
          v,
          LEAST_BLOCK,
          MOST_BLOCK,
          `minutes, from a second to ${MOST_BLOCK}`,
        ),
      d.blockMinutes,
    ))
    .addOption(option(
      "--stability-max-drift <ratio>",
      "relative drift across hours above which the gate fails",
      notNegative("--stability-max-drift"),
      d.stabilityMaxDrift,
    ))
    .addOption(option(
      "--stability-min-signals-per-hour <events>",
      "events in an hour below which the gate fails",
      notNegative("--stability-min-signals-per-hour"),
      d.stabilityMinSignalsPerHour,
    ))
    .addOption(option(
      "--projection-horizons-ms <ms>",
      "how far ahead buckets are projected",
      list("--projection-horizons-ms", 1, MOST_HORIZON_MS),
      d.projectionHorizonsMs,
    ))
    .addOption(option(
      "--projection-rollup-windows <snapshots>",
      "window lengths (snapshots) for averaging derivatives",
      list("--projection-rollup-windows", 1, MOST_SNAPSHOTS),
      d.projectionRollupWindows,
    ))
    .addOption(option(
      "--projection-buckets <k>",
      `buckets whose projection is printed, -${HALF_WIDTH} to ${HALF_WIDTH}`,
      list("--projection-buckets", -Number.MAX_SAFE_INTEGER),
      d.projectionBuckets,
    ))
    .option(
      "--json-output <file>",
      "file for the figures as JSON, or - for standard output",
      (v) => readOutput("--json-output", v),
    )
    .option(
      "--html-output <file>",
      "file for a page with charts, which needs no network",
      (v) => readOutput("--html-output", v),
    )
    .option(
      "--events-output <file>",
      "file for a table of events: .parquet, .csv or .jsonl",
      (v) => readEventsOutput(v),
    )
    .option(
      "--days-output <dir>",
      "folder for figures, events and report of each day as it ends; finished days are not redone",
      (v) => readPath("--days-output", v),
    )
    .addOption(
      new Option(
        "--days-events <format>",
        `how each day's events are written there: ${EVENT_FORMATS.join(", ")}, or none ` +
          `(default: ${EVENT_FORMATS[0]})`,
      ).argParser<EventFormat | "none">(readEventFormat),
    )
    .option("--days-pages", "a page with charts for each day there, and an index of them")
    .option("--pool", "add up what is in --days-output, and name the days that are missing")
    .addOption(jobsOption())
    .addOption(shardOption())
    .option("--force", "replace files that no analysis wrote, and redo finished days")
    .addOption(logLevelOption());
}

/**
 * @returns every flag of `deno task analyze`, with what its help says of it, and what is taken when
 * it is left out
 */
export function analysisOptions(): { flag: string; description: string; value: string }[] {
  const times = new Map([
    ["--start-time", DEFAULT_WINDOW.startTime],
    ["--eval-start", DEFAULT_WINDOW.evalStart],
    ["--eval-end", DEFAULT_WINDOW.evalEnd],
  ]);
  return analyzeCommand().options.map(({ long, description, defaultValueDescription }) => ({
    flag: long!,
    description,
    value: times.get(long!) ?? defaultValueDescription ?? "",
  }));
}

/**
 * Reads a value of a parameter as its flag does.
 *
 * @param parameter name of the parameter, such as tp_ticks
 * @param text its value
 * @returns the value
 * @throws UserError when it is none: one line that begins with the parameter's name
 */
export function readParameter(parameter: string, text: string): unknown {
  const flag = `--${parameter.replaceAll("_", "-")}`;
  const option = analyzeCommand().options.find(({ long }) => long === flag)!;
  try {
    return option.parseArg!<unknown>(text, undefined);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.message.replace(flag, parameter));
  }
}

function readEventFormat(text: string): EventFormat | "none" {
  const format = [...EVENT_FORMATS, "none" as const].find((known) => known === text);
  if (format !== undefined) return format;
  throw new UserError(
    `--days-events: ${JSON.stringify(text)} is no format: give ${
      EVENT_FORMATS.join(", ")
    }, or none`,
  );
}

function readEventsOutput(text: string): string {
  const path = readOutput("--events-output", text);
  if (eventFormatOf(path) !== undefined) return path;
  throw new UserError(
    `--events-output: ${JSON.stringify(text)} does not end in .${EVENT_FORMATS.join(", .")}`,
  );
}

function positiveThrottle(text: string): number {
  const ms = readThrottleMs("--throttle-ms", text);
  // Grids at one event time have no derivative in time.
  if (Math.round(ms * 1e6) > 0) return ms;
  throw new UserError(`--throttle-ms: ${JSON.stringify(text)} is not above 0`);
}
