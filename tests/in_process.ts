/**
 * Commands without a process of their own, for tests of what they refuse: many lines take a moment
 * then. What a permission set and a shell do to a command, tests/launcher.ts tells.
 */
import { HelpShown, refusalOf } from "../cli/command.ts";
import { analyze } from "../scripts/analyze.ts";
import { capture } from "../scripts/capture.ts";
import { simulate } from "../scripts/simulate.ts";
import { warm } from "../scripts/warm.ts";

const COMMANDS = { analyze, capture, simulate, warm };

/** How a command ended. */
export interface Ended {
  code: number;
  /** What it wrote to standard output: nothing, when it was refused. */
  out: string;
  /** What it wrote to standard error at last. */
  err: string;
}

/**
 * Runs a command in this process.
 *
 * @param name which one
 * @param args its arguments
 * @returns how it ended
 */
export async function inProcess(name: string, ...args: string[]): Promise<Ended> {
  const written: string[] = [];
  const { log } = console;
  console.log = (...words) => void written.push(`${words.join(" ")}\n`);
  try {
    await COMMANDS[name as keyof typeof COMMANDS](args);
    return { code: 0, out: written.join(""), err: "" };
  } catch (error) {
    if (error instanceof HelpShown) return { code: 0, out: written.join(""), err: "" };
    const { line, code } = refusalOf(error);
    return { code, out: written.join(""), err: `${line}\n` };
  } finally {
    console.log = log;
  }
}
