/**
 * Runs the tests, files side by side, and says at the end how many passed. They have all permissions: they start programs
 * of every set, and the browser driver looks into /proc, which nothing less opens. Their types are looked at by `check`,
 * as those of every file: to do so once more takes half a minute.
 */
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { newCommand, parseFlags, runCommand } from "../cli/command.ts";
import { runDeno } from "./launch/deno.ts";

/** How much of the end of the output is kept to find the closing line in, characters. */
const TAIL = 10_000;

/** Test files at a time for each core: most of them wait for a socket, a page or a process half of their time. */
const FILES_A_CORE = 2;

if (import.meta.main) await runCommand(test);

async function test(): Promise<void> {
  const command = newCommand("test", "Runs the tests with `deno test`.", [
    ["", "all of them"],
    ["tests/server", "those of one folder"],
    ['--filter "book()"', "those whose name holds the words"],
  ]).argument("[arguments...]", "files and flags of `deno test`").allowUnknownOption();
  parseFlags(command, Deno.args);
  const paths = command.args.some((arg) => arg.startsWith("tests")) ? [] : testFiles();
  const decoder = new TextDecoder();
  let tail = "";
  const code = await runDeno(
    ["test", "--allow-all", "--no-check", "--parallel", ...command.args, ...paths],
    (chunk) => {
      Deno.stdout.writeSync(chunk);
      tail = (tail + decoder.decode(chunk, { stream: true })).slice(-TAIL);
    },
    { DENO_JOBS: `${FILES_A_CORE * navigator.hardwareConcurrency}` },
  );
  const line = summary(tail);
  if (line !== null) console.log(line);
  Deno.exit(code);
}

/**
 * What `deno test` is to run: shares of folders whose files run in one program, which take longest,
 * first of each folder one; then the other files, by their own names, whatever their folders, so that
 * those that wait run beside those that compute.
 */
function testFiles(): string[] {
  const shares = readdirSync("tests/together").filter((name) => name !== "share.ts");
  const folders = new Set(shares.map((name) => name.replace(/_\d+\.ts$/, "")));
  const alone = readdirSync("tests", { recursive: true, encoding: "utf8" })
    .filter((name) => /_test\.tsx?$/.test(name) && !folders.has(name.split("/")[0]!));
  const number = (share: string) => Number(/_(\d+)\.ts$/.exec(share)?.[1]);
  return [
    ...shares.sort((a, b) => number(a) - number(b) || (a < b ? -1 : 1)).map((name) =>
      `tests/together/${name}`
    ),
    ...alone.sort((a, b) => basename(a) < basename(b) ? -1 : 1).map((name) => `tests/${name}`),
  ];
}

/**
 * Counts the tests of a run.
 *
 * @param output what `deno test` wrote, coloured or not; its end suffices
 * @returns `N passed, N failed`, then `, N skipped` when some were; null when the run did not come
 * to its closing line
 */
export function summary(output: string): string | null {
  const closing = stripVTControlCharacters(output).split("\n").findLast((line) =>
    /^(ok|FAILED) \| \d+ passed/.test(line)
  );
  if (closing === undefined) return null;
  const count = (what: string) => new RegExp(`(\\d+) ${what}`).exec(closing)?.[1] ?? "0";
  const skipped = count("ignored");
  const rest = skipped === "0" ? "" : `, ${skipped} skipped`;
  return `${count("passed")} passed, ${count("failed")} failed${rest}`;
}
