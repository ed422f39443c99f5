/** Tasks as a user starts them. */
import assert from "node:assert/strict";
import { projectFile } from "./project.ts";

/**
 * @param args arguments of Deno
 * @param env further environment variables
 * @returns a command that runs it in the project's folder, its output kept
 */
export function deno(args: string[], env: Record<string, string> = {}): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args,
    cwd: projectFile("."),
    env,
    stdout: "piped",
    stderr: "piped",
  });
}

/**
 * @param args a task and its arguments
 * @param env further environment variables
 * @returns a command that starts the launcher as the tasks of deno.json do
 */
export function launcher(args: string[], env?: Record<string, string>): Deno.Command {
  return deno(["run", "-q", "-P=launch", "scripts/launch.ts", ...args], env);
}

/** What a command came to. */
export interface Ended {
  code: number;
  out: string;
  err: string;
}

/** Starts a task, and waits for its end. */
export async function task(args: string[], env?: Record<string, string>): Promise<Ended> {
  return ended(await launcher(args, env).output());
}

/** Runs a line of the shell, in which "$@" is the launcher with a task and its arguments. */
export async function shell(line: string, ...args: string[]): Promise<Ended> {
  return ended(
    await new Deno.Command("bash", {
      args: [
        ...["-c", `set -o pipefail; ${line}`, "bash", Deno.execPath()],
        ...["run", "-q", "-P=launch", "scripts/launch.ts", ...args],
      ],
      cwd: projectFile("."),
      stdout: "piped",
      stderr: "piped",
    }).output(),
  );
}

/** What a command came to, its output as text. */
export function ended({ code, stdout, stderr }: Deno.CommandOutput): Ended {
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** The process below another that runs a script; null when there is none. */
export async function childOf(pid: number, script: string): Promise<number | null> {
  const children = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`);
  for (const child of children.trim().split(" ")) {
    const command = await Deno.readTextFile(`/proc/${child}/cmdline`).catch(() => "");
    if (command.split("\0").includes(script)) return Number(child);
  }
  return null;
}

/**
 * Starts `deno task serve` on a free port, waits for what is done with it, and stops it.
 *
 * @param args its further flags
 * @param use is given the page's address
 * @param env further environment variables
 * @param signal what stops it
 * @returns its exit code, and what it wrote to standard error
 */
export async function whileServing(
  args: string[],
  use: (address: URL) => Promise<void>,
  env?: Record<string, string>,
  signal: Deno.Signal = "SIGTERM",
): Promise<{ code: number; said: string }> {
  const child = launcher(["serve", "--host", "127.0.0.1", "--port", "0", ...args], env).spawn();
  const said = new Response(child.stderr).text();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    const line = (await reader.read()).value ?? "";
    assert.match(line, /^http:\/\/(127\.0\.0\.1|\[::1\]):\d+\/vacuum-pressure\n$/);
    await use(new URL(line.trim()));
  } finally {
    child.kill(signal);
    await reader.cancel();
  }
  return { code: (await child.status).code, said: await said };
}
