import { DEFAULT_DT } from "../../cli/defaults.ts";
import { flag, type Given } from "./given.ts";
import {
  address,
  broker,
  captured,
  daysOutput,
  downloaded,
  firstSession,
  gateway,
  type Grant,
  instrument,
  lake,
  lakeToRead,
  packed,
  played,
  reads,
  recorded,
  simulated,
  swept,
  writes,
} from "./grants.ts";

/** A task of `deno.json`. */
export interface Task {
  /** The script that does it, from the project's folder. */
  script: string;
  /** Its named permission set in `deno.json`. */
  set: string;
  /** What flags and the environment grant besides. */
  grants: readonly Grant[];
  /** Whether the client scripts are made first when they are stale, or the flags with which they are. */
  needsClient: boolean | readonly `--${string}`[];
  /**
   * Whether it is about the default session when no flag names another: a simulated one is made
   * first when there is no Databento file.
   */
  needsSession: boolean;
  /** Whether it asks at Databento, with the key. */
  needsKey: boolean;
}

/** Files that a broker's clients read. */
const BROKER_FILES = [reads("--nats-creds"), reads("--nats-ca")];

/** Every task, by the name it has in `deno.json`. */
export const TASKS: ReadonlyMap<string, Task> = new Map<string, Task>([
  ["serve", task("main.ts", "serve", [lake, instrument, address], "client", "session")],
  [
    "capture",
    task("scripts/capture.ts", "capture", [
      lake,
      instrument,
      reads("--input"),
      captured,
    ]),
  ],
  [
    "analyze",
    {
      ...task("scripts/analyze.ts", "analyze", [
        lake,
        instrument,
        reads("--input"),
        writes("--json-output"),
        writes("--html-output"),
        writes("--events-output"),
        daysOutput,
      ], "session"),
      needsClient: ["--html-output", "--days-pages"],
    },
  ],
  [
    "sweep",
    task("scripts/sweep.ts", "sweep", [
      lake,
      instrument,
      reads("--input"),
      reads("--plan"),
      swept,
    ], "session"),
  ],
  ["warm", task("scripts/warm.ts", "warm", [lake, instrument, reads("--input")])],
  ["simulate", task("scripts/simulate.ts", "simulate", [simulated, played, instrument])],
  ["download", { ...task("scripts/download.ts", "download", [downloaded]), needsKey: true }],
  [
    "record",
    {
      ...task("scripts/record.ts", "record", [
        recorded,
        gateway,
        instrument,
        broker("--publish"),
        ...BROKER_FILES,
      ]),
      needsKey: true,
    },
  ],
  [
    "replicate",
    task("scripts/replicate.ts", "replicate", [
      recorded,
      instrument,
      broker("--from"),
      ...BROKER_FILES,
    ]),
  ],
  ["build", task("scripts/build.ts", "build")],
  ["pack", task("scripts/pack.ts", "pack", [packed])],
  ["test", task("scripts/test.ts", "test", [], "client")],
  ["check", task("scripts/check.ts", "check")],
  ["ok", task("scripts/ok.ts", "check")],
  ["bench", task("scripts/bench.ts", "bench", [], "client")],
]);

/** Makes the first session of a task that needs one: `first_session.ts TASK ARGUMENTS`. */
export const FIRST_SESSION: Task = task("scripts/first_session.ts", "simulate", [
  lakeToRead,
  firstSession,
  instrument,
  // A wrong plan ends a sweep before a session is made for it.
  reads("--plan"),
]);

/**
 * @param given what the user said
 * @returns whether its flags name another session than the default one: that is there or an error
 */
export function namesSession(given: Given): boolean {
  return given.args.includes("--live") || flag(given, "--input") !== undefined ||
    (flag(given, "--dt") ?? DEFAULT_DT) !== DEFAULT_DT;
}

function task(
  script: string,
  set: string,
  grants: Grant[] = [],
  ...needs: ("client" | "session")[]
): Task {
  return {
    script,
    set,
    grants,
    needsClient: needs.includes("client"),
    needsSession: needs.includes("session"),
    needsKey: false,
  };
}
