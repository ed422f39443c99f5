/** Inputs that a task cannot open by their names: what the system shows under /dev and /proc. */
import { UserError } from "../../engine/errors.ts";

/** How a task gets its input. */
export interface TaskInput {
  /** The task's arguments, with a name for the input that it can use. */
  args: readonly string[];
  /** What is handed on to its standard input; null leaves it the launcher's own. */
  from: ReadableStream<Uint8Array> | null;
}

/** Folders of which Deno lets nobody open a file who may not do anything. */
const OF_SYSTEM = /^\/(dev|proc|sys)\//;

/**
 * Makes an input that only the launcher can open the standard input of the task: /dev/stdin, what a
 * shell makes of `<( … )`, and files of /dev/shm. One that leads to a file elsewhere is that file.
 *
 * @param args arguments of a task
 * @returns its arguments and standard input
 * @throws UserError when the input cannot be opened
 */
export function inputOf(args: readonly string[]): TaskInput {
  const at = args.findLastIndex((arg) => arg === "--input" || arg.startsWith("--input="));
  const isApart = args[at] === "--input";
  const path = isApart ? args[at + 1] : args[at]?.slice("--input=".length);
  if (path === undefined || !OF_SYSTEM.test(path)) return { args, from: null };
  const named = (input: string) => args.toSpliced(at, isApart ? 2 : 1, `--input=${input}`);
  if (/^\/(dev\/stdin|(dev|proc\/self)\/fd\/0)$/.test(path)) {
    return { args: named("-"), from: null };
  }
  try {
    const real = Deno.realPathSync(path);
    if (!OF_SYSTEM.test(real)) return { args: named(real), from: null };
  } catch {
    // A pipe has no path: opening it tells whether it is one.
  }
  return { args: named("-"), from: bytesOf(path) };
}

function bytesOf(path: string): ReadableStream<Uint8Array> {
  // Deno opens what a shell handed over, and nothing else of the system's; test and cat do.
  const is = (what: string) =>
    new Deno.Command("test", { args: [what, path] }).outputSync().success;
  try {
    const file = Deno.openSync(path);
    if (!file.statSync().isDirectory) return file.readable;
    file.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) {
      const [reason] = (error as Error).message.split(": ");
      throw new UserError(`${path}: cannot be opened: ${reason}; check the path`);
    }
  }
  if (is("-d")) throw new UserError(`${path} is a folder, not a .dbn or .dbn.zst file`);
  if (!is("-e")) throw new UserError(`${path}: no such file; check the path`);
  if (!is("-r")) throw new UserError(`${path}: not readable by this user; change its permissions`);
  return new Deno.Command("cat", { args: ["--", path], stdin: "null", stdout: "piped" }).spawn()
    .stdout;
}
