/**
 * Commands without a process of their own: many lines take a moment then, where a process takes half
 * a second. What a permission set, a shell, a signal and standard input do to a command,
 * tests/launcher.ts tells.
 */
import { HelpShown, refusalOf } from "../cli/command.ts";
import { analyze } from "../scripts/analyze.ts";
import { capture } from "../scripts/capture.ts";
import { simulate } from "../scripts/simulate.ts";
import { sweep } from "../scripts/sweep.ts";
import { warm } from "../scripts/warm.ts";
import type { Ended } from "./launcher.ts";

const COMMANDS = { analyze, capture, simulate, sweep, warm };

/** @returns whether a task is one of the commands that run here */
export function isHere(name: string): boolean {
  return name in COMMANDS;
}

/** The command that runs: standard streams and environment are one, so each waits for the one before. */
let running: Promise<unknown> = Promise.resolve();

/**
 * Runs a command in this process.
 *
 * @param name which one
 * @param args its arguments
 * @returns how it ended
 */
export function inProcess(name: string, ...args: string[]): Promise<Ended> {
  return taskHere([name, ...args]);
}

/**
 * Runs a command in this process, as `task` of tests/launcher.ts does in one of its own.
 *
 * @param args the command and its arguments
 * @param env further environment variables
 * @returns how it ended
 */
export function taskHere(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const ended = running.then(() => run(args, env));
  running = ended.catch(() => {});
  return ended;
}

async function run([name, ...args]: string[], env: Record<string, string>): Promise<Ended> {
  using out = new Taken("stdout", "log");
  using err = new Taken("stderr", "error");
  using _ = new Environment(env);
  const ended = (code: number) => ({ code, out: out.text(), err: err.text() });
  try {
    await COMMANDS[name as keyof typeof COMMANDS](args);
    return ended(0);
  } catch (error) {
    if (error instanceof HelpShown) return ended(0);
    const { line, code } = refusalOf(error);
    console.error(line);
    return ended(code);
  }
}

/** Keeps what is written to a standard stream, which is then no terminal, until it is disposed of. */
class Taken implements Disposable {
  readonly #stream: typeof Deno.stdout;
  readonly #method: "log" | "error";
  readonly #before: Pick<typeof Deno.stdout, "writeSync" | "isTerminal">;
  readonly #say: typeof console.log;
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [];

  constructor(stream: "stdout" | "stderr", method: "log" | "error") {
    this.#stream = Deno[stream];
    this.#method = method;
    const { writeSync, isTerminal } = this.#stream;
    this.#before = { writeSync, isTerminal };
    this.#say = console[method];
    const write = (bytes: Uint8Array) => this.#pieces.push(new Uint8Array(bytes));
    this.#stream.writeSync = (bytes) => (write(bytes), bytes.length);
    this.#stream.isTerminal = () => false;
    console[method] = (...words) => void write(new TextEncoder().encode(`${words.join(" ")}\n`));
  }

  text(): string {
    const decoder = new TextDecoder();
    return this.#pieces.map((piece) => decoder.decode(piece, { stream: true })).join("");
  }

  [Symbol.dispose](): void {
    Object.assign(this.#stream, this.#before);
    console[this.#method] = this.#say;
  }
}

/**
 * Tells other values of variables of the environment, until it is disposed of. They are not set: the
 * files of a test run side by side share the process's environment.
 */
class Environment implements Disposable {
  readonly #get = Deno.env.get;

  constructor(env: Record<string, string>) {
    Deno.env.get = (name) => env[name] ?? this.#get.call(Deno.env, name);
  }

  [Symbol.dispose](): void {
    Deno.env.get = this.#get;
  }
}
