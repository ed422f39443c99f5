/**
 * Starts a task with exactly the permissions it needs: its named set in deno.json, and what its
 * flags and the environment name. Deno takes either a named set or flags, not both, so the set is
 * turned into flags here.
 *
 * This script may itself run programs: the path of Deno is not known in advance, and who may start
 * Deno may grant anything anyway. For the same reason it may read: where the paths lead that its user
 * names; and look up a name that `--host` gives. It depends on no package.
 */
import { basename, dirname, join, resolve } from "node:path";
import { errorLine } from "../cli/error_line.ts";
import { clientIsStale } from "./launch/client_inputs.ts";
import { permissionSet, runDeno } from "./launch/deno.ts";
import { type Given, isGiven } from "./launch/given.ts";
import { hostAddresses } from "./launch/host_addresses.ts";
import { inputOf } from "./launch/input.ts";
import { instrumentFields } from "./launch/instrument_fields.ts";
import {
  followLinks,
  type Permissions,
  toArguments,
  union,
  withoutDenied,
} from "./launch/permissions.ts";
import { supervise, writerOf } from "./launch/recorder.ts";
import { FIRST_SESSION, namesSession, type Task, TASKS } from "./launch/tasks.ts";

/**
 * How V8 compiles: the core for speed from the beginning, and not once it has been seen to be busy, for
 * by then a million records have gone by. Who has flags of their own for V8 keeps those.
 */
const V8_FLAGS = "--no-wasm-dynamic-tiering";

/** The key to Databento, which no task but that which asks there needs to know. */
const KEY = "DATABENTO_API_KEY";

const VARIABLES = ["VP_LAKE_ROOT", "VP_INSTRUMENT_CONFIG_PATH"];

if (import.meta.main) {
  const [name = "", ...rest] = Deno.args;
  // What is run inherits it.
  if (!Deno.env.has("DENO_V8_FLAGS")) Deno.env.set("DENO_V8_FLAGS", V8_FLAGS);
  // `deno task name -- --flag` hands the dashes on.
  const args = rest[0] === "--" ? rest.slice(1) : rest;
  try {
    Deno.exit(await launch(name, args));
  } catch (error) {
    const line = errorLine(error);
    if (line === null) throw error;
    console.error(line);
    Deno.exit(1);
  }
}

async function launch(name: string, args: readonly string[]): Promise<number> {
  const task = TASKS.get(name);
  if (task === undefined) throw new Error(`scripts/launch/tasks.ts: no task "${name}"`);
  const help = args.includes("--help") || args.includes("-h");
  const env = Object.fromEntries(VARIABLES.map((variable) => [variable, Deno.env.get(variable)]));
  const given = {
    args,
    env,
    instrument: await instrumentFields(env["VP_INSTRUMENT_CONFIG_PATH"] || undefined),
    hostAddresses: await hostAddresses(args),
  };
  const { needsClient } = task;
  const shows = typeof needsClient === "boolean"
    ? needsClient
    : needsClient.some((name) => isGiven(given, name));
  if (shows && !help && await clientIsStale()) {
    const code = await launch("build", ["--quiet"]);
    if (code !== 0) return code;
  }
  if (task.needsSession && !help && !namesSession(given)) {
    const code = await run(FIRST_SESSION, given, [name, ...args]);
    if (code !== 0) return code;
  }
  const isLive = name === "serve" && args.includes("--live") && !help;
  return isLive ? await serveLive(task, given, args) : await run(task, given, args);
}

/** Serves beside a recorder of what is served, or a replicator: a process of its own, that has the net. */
async function serveLive(task: Task, given: Given, args: readonly string[]): Promise<number> {
  const { task: writer, name, args: writerArgs } = writerOf(args);
  const over = new AbortController();
  // Whoever is told to end is not started again.
  const end = () => over.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, end);
  const say = (line: string) => console.error(line);
  // It says where it listens once it has taken its flags: before that nothing is recorded.
  const listens = Promise.withResolvers<void>();
  const tell = (chunk: Uint8Array) => {
    console.log(new TextDecoder().decode(chunk).trimEnd());
    listens.resolve();
  };
  const serving = supervise({
    name: "server",
    run: (signal) => run(task, given, args, signal, tell),
    say,
  }, over.signal);
  const recording = listens.promise.then(() =>
    over.signal.aborted ? 0 : supervise({
      name,
      run: (signal) => run(TASKS.get(writer)!, { ...given, args: writerArgs }, writerArgs, signal),
      say,
    }, over.signal)
  );
  // A crash of either harms not the other; who ends as told, or cannot begin at all, ends both.
  const code = await Promise.race([serving, recording]);
  over.abort();
  listens.resolve();
  await Promise.all([serving, recording]);
  return code;
}

async function run(
  task: Task,
  given: Given,
  args: readonly string[],
  signal?: AbortSignal,
  onOutput?: (chunk: Uint8Array) => void,
): Promise<number> {
  const input = inputOf(args);
  const flags = toArguments(await permissionsOf(task, { ...given, args: input.args }));
  return await runDeno(
    ["run", "-q", ...flags, task.script, ...input.args],
    onOutput,
    task.needsKey ? {} : { [KEY]: "" },
    input.from,
    signal,
  );
}

/**
 * @param task a task
 * @param given what the user said
 * @returns all that the task may do
 */
export async function permissionsOf(task: Task, given: Given): Promise<Permissions> {
  const sets = [await permissionSet(task.set), ...task.grants.map((grant) => grant(given))];
  return withoutDenied(followLinks(union(sets), target), target);
}

/** Where a path leads; itself where no link is on the way. */
function target(path: string): string {
  try {
    const real = realPath(path);
    return real === resolve(path) ? path : real;
  } catch {
    // What leads nowhere, or is no path, is refused by the task, in its own words.
    return path;
  }
}

/** The same as a path from the root, whether there is something yet or not. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}
