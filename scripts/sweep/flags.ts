import { normalize } from "node:path";
import { UserError } from "../../engine/errors.ts";
import { STANDARD_INPUT } from "../../engine/source/standard_input.ts";
import type { WalkForward } from "../../engine/regime/sweep/walk_forward.ts";
import { FlagError, parseFlags } from "../../cli/command.ts";
import { timesOf } from "../../cli/analyze_window.ts";
import {
  evalEndOption,
  evalMinutesOption,
  evalStartOption,
  jobsOption,
  logLevelOption,
  shardOption,
} from "../../cli/options.ts";
import { sessionsCommand } from "../../cli/session_command.ts";
import { standardOf } from "../../cli/standard_output.ts";
import { areSeveral, MOST_DATES, readPath, readThrottleMs, readWhole } from "../../cli/values.ts";
import { DEFAULT_THROTTLE_MS } from "../../cli/defaults.ts";
import { DEFAULT_WINDOW } from "../../engine/regime/params.ts";

/**
 * Reads the flags of `deno task sweep`.
 *
 * @param args what the user wrote
 * @returns the flags, every one checked
 * @throws FlagError when a flag is unknown or its value wrong
 * @throws HelpShown when help was asked for
 */
export function parseSweepFlags(args: readonly string[]) {
  const flags = parseFlags(command(), args);
  if (flags.input !== undefined && areSeveral(flags.dt)) {
    throw new FlagError(`--input ${flags.input} is one file; give --dt one date`);
  }
  if (flags.shard !== undefined && !areSeveral(flags.dt)) {
    throw new FlagError("--shard divides several dates; give --dt a list or a range");
  }
  return { ...flags, times: timesOf(flags) };
}

function command() {
  return sessionsCommand(
    "sweep",
    "Analyses days with every combination in a plan, and says what holds up given how many were tried.",
    [
      ["--plan sweep.yaml --dt 2026-02-02..2026-02-06 --output swept", "a week"],
      [
        "--plan sweep.yaml --dt 2026-01-05..2026-03-27 --walk-forward train=20,test=5 --output swept",
        "picked on twenty days, reported on the five after them, and so on",
      ],
      [
        "--plan sweep.yaml --start-time 09:00 --eval-start 09:30 --eval-minutes 60 --output swept",
        "one hour of the default date",
      ],
    ],
    `first snapshot, HH:MM New York (default: ${DEFAULT_WINDOW.startTime})`,
  )
    .requiredOption(
      "--plan <file>",
      "YAML file of what is varied: parameters of analyze with a value or a list",
      readPlan,
    )
    .requiredOption("--output <folder>", "folder for rows and summary", readFolder)
    .option(
      "--walk-forward <days>",
      "train=20,test=5: pick on 20 days, report on the next 5",
      readWalkForward,
    )
    .addOption(evalStartOption())
    .addOption(evalEndOption())
    .addOption(evalMinutesOption())
    .option(
      "--throttle-ms <ms>",
      "least event time between grids, above 0",
      readThrottle,
      DEFAULT_THROTTLE_MS as number,
    )
    .addOption(jobsOption())
    .addOption(shardOption())
    .option("--force", "redo finished days, and replace files that no sweep wrote")
    .addOption(logLevelOption());
}

function readPlan(text: string): string {
  const path = readPath("--plan", text);
  if (path !== STANDARD_INPUT && !normalize(path).startsWith("/dev/")) return path;
  throw new UserError(`--plan: ${text} is no file; name one`);
}

function readFolder(text: string): string {
  if (standardOf(readPath("--output", text)) === null) return text;
  throw new UserError(`--output: ${text} is no folder; name one`);
}

function readThrottle(text: string): number {
  const ms = readThrottleMs("--throttle-ms", text);
  // Grids at one event time have no derivative in time.
  if (Math.round(ms * 1e6) > 0) return ms;
  throw new UserError(`--throttle-ms: ${JSON.stringify(text)} is not above 0`);
}

function readWalkForward(text: string): WalkForward {
  const [, train = "", test = ""] = /^train=(\d+),test=(\d+)$/.exec(text) ?? [];
  if (train === "") {
    throw new UserError(
      `--walk-forward: ${JSON.stringify(text)} is not two numbers of days, such as train=20,test=5`,
    );
  }
  const days = (name: string, value: string) =>
    readWhole(`--walk-forward: ${name}`, value, 1, MOST_DATES);
  return { train: days("train", train), test: days("test", test) };
}
