import { address, type Grant, instrument, lake, reads, simulated, writes } from "./grants.ts";

/** A task of `deno.json`. */
export interface Task {
  /** The script that does it, from the project's folder. */
  script: string;
  /** Its named permission set in `deno.json`. */
  set: string;
  /** What flags and the environment grant besides. */
  grants: readonly Grant[];
  /** Whether the client script is made first when it is stale. */
  needsClient: boolean;
}

/** Every task, by the name it has in `deno.json`. */
export const TASKS: ReadonlyMap<string, Task> = new Map([
  ["serve", task("main.ts", "serve", [lake, instrument, address], true)],
  [
    "capture",
    task("scripts/capture.ts", "capture", [
      lake,
      instrument,
      reads("--input"),
      writes("--output"),
    ]),
  ],
  ["warm", task("scripts/warm.ts", "warm", [lake, instrument, reads("--input")])],
  ["simulate", task("scripts/simulate.ts", "simulate", [simulated, instrument])],
  ["build", task("scripts/build.ts", "build")],
  ["test", task("scripts/test.ts", "check", [], true)],
  ["check", task("scripts/check.ts", "check")],
  ["ok", task("scripts/ok.ts", "check")],
  ["bench", task("scripts/bench.ts", "check")],
]);

function task(script: string, set: string, grants: Grant[] = [], needsClient = false): Task {
  return { script, set, grants, needsClient };
}
