/** What every command of this project has in common: how flags are read and how errors end. */
import { Command, CommanderError } from "@commander-js/extra-typings";
import { UserError } from "../engine/errors.ts";
import { removeLeftovers } from "../engine/leftovers.ts";
import { errorLine } from "./error_line.ts";
import { OutputClosed } from "./standard_output.ts";

/** Columns of a help text. */
const HELP_WIDTH = 100;

/** A flag that is unknown, misplaced or has a wrong value: exit code 2. */
export class FlagError extends UserError {
  override name = "FlagError";
}

/** Help was asked for and printed: nothing is left to do. */
export class HelpShown extends Error {
  override name = "HelpShown";
}

/**
 * A command to add flags to.
 *
 * @param task name of the task
 * @param description what it does, in one sentence
 * @param examples arguments of examples, each with what it does
 * @param called how it is called, where that is not `deno task <task>`
 * @returns the command; read its flags with {@link parseFlags}
 */
export function newCommand(
  task: string,
  description: string,
  examples: readonly (readonly [args: string, what: string])[],
  called = `deno task ${task}`,
): Command {
  return new Command(called)
    .description(description)
    .addHelpText("after", `\nExamples:\n${exampleLines(called, examples).join("\n")}`)
    .helpOption("-h, --help", "show this help")
    .showSuggestionAfterError(false)
    .exitOverride()
    // Colours would make Commander read the environment, which no task is permitted to.
    .configureOutput({
      writeErr: () => {},
      // This goes on when whoever reads it has enough, which a stream of Node would throw for.
      writeOut: (text) => console.log(text.replace(/\n$/, "")),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      getOutHelpWidth: () => HELP_WIDTH,
    });
}

/** What an example does beside it, or above it where it would reach too far to the right. */
function exampleLines(
  called: string,
  examples: readonly (readonly [args: string, what: string])[],
): string[] {
  const lines = examples.map(([args, what]) => [`${called} ${args}`.trimEnd(), what] as const);
  const width = Math.max(...lines.map(([line]) => line.length)) + 4;
  if (lines.some(([, what]) => width + what.length > HELP_WIDTH)) {
    return lines.flatMap(([line, what]) => [`  ${what}:`, `    ${line}`]);
  }
  return lines.map(([line, what]) => `  ${line}`.padEnd(width) + what);
}

/**
 * Reads flags. Prints help when asked.
 *
 * @param command the command with its flags
 * @param args what the user wrote
 * @returns the flags by name
 * @throws FlagError when a flag is unknown or its value wrong
 * @throws HelpShown when help was asked for
 */
export function parseFlags<Flags extends object>(
  command: {
    args: string[];
    parse(args: readonly string[], from: { from: "user" }): { opts(): Flags };
  },
  args: readonly string[],
): Flags {
  try {
    return command.parse(args, { from: "user" }).opts();
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) throw new HelpShown();
      if (error.code === "commander.excessArguments") {
        throw new FlagError(`unexpected argument ${JSON.stringify(command.args[0])}`);
      }
      throw new FlagError(error.message.replace(/^error: /, ""));
    }
    if (error instanceof UserError) throw new FlagError(error.message);
    throw error;
  }
}

/**
 * Runs a command to its end. An error that the user can mend, and what the system refuses, is printed
 * in one line: exit code 2 for flags, 1 for the rest. When whoever reads standard output wants no
 * more of it, the command ends quietly with 0: it has done what was wanted. A signal ends it without
 * a file that is not whole.
 *
 * @param main the command
 */
export async function runCommand(main: () => void | Promise<void>): Promise<void> {
  for (const { signal, end } of ENDINGS) Deno.addSignalListener(signal, end);
  try {
    await main();
  } catch (error) {
    if (error instanceof HelpShown) return;
    if (error instanceof OutputClosed) Deno.exit(0);
    const { line, code } = refusalOf(error);
    console.error(line);
    Deno.exit(code);
  } finally {
    ownSignals();
  }
}

/**
 * @param error what a command threw
 * @returns the line that the user is told, and the exit code
 * @throws the error itself when it is none that a user can mend
 */
export function refusalOf(error: unknown): { line: string; code: number } {
  const line = errorLine(error);
  if (line === null) throw error;
  return { line, code: error instanceof FlagError ? 2 : 1 };
}

/** What ends a command, and the exit code that shells have for it. */
const ENDINGS = ([["SIGINT", 130], ["SIGTERM", 143]] as const).map(([signal, code]) => ({
  signal,
  end() {
    removeLeftovers();
    Deno.exit(code);
  },
}));

/** Leaves signals to a command that sees to them itself, and to {@link removeLeftovers}. */
export function ownSignals(): void {
  for (const { signal, end } of ENDINGS) Deno.removeSignalListener(signal, end);
}
