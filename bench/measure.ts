/** Medians of repeated runs, and a table of them. */
import { existsSync } from "node:fs";
import process from "node:process";
import { machine } from "../cli/machine.ts";
import { markdownTable } from "../cli/table.ts";

/**
 * @param values of several runs, at least one
 */
export function spread(values: readonly number[]): { median: number; min: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return {
    median: sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2,
    min: sorted[0]!,
    max: sorted.at(-1)!,
  };
}

/** Something that is measured: its name, and what goes through it and says how many records that were. */
export type Row = readonly [name: string, run: () => number | Promise<number>];

/**
 * Measures rows in turns, so that a noisy minute falls on all; a first round only warms up.
 *
 * @param rows what is measured
 * @param runs rounds that count
 * @returns by round and row the nanoseconds of the processor a record
 */
export async function nsPerRecord(rows: readonly Row[], runs: number): Promise<number[][]> {
  const rounds: number[][] = [];
  for (let round = 0; round <= runs; round++) {
    const times: number[] = [];
    for (const [, run] of rows) {
      const begun = process.cpuUsage();
      const records = await run();
      const { user, system } = process.cpuUsage(begun);
      times.push((user + system) * 1e3 / records);
    }
    if (round > 0) rounds.push(times);
  }
  return rounds;
}

let tables = 0;

/**
 * Prints a Markdown table, and adds it to the file that the argument `--json` names.
 *
 * @param rows the first one heads the columns
 */
export function printTable(rows: readonly (readonly string[])[]): void {
  console.log(markdownTable(rows).join("\n"));
  const at = Deno.args.indexOf("--json");
  if (at >= 0) addToJson(Deno.args[at + 1]!, rows);
}

/** Peak memory of a process so far in MB, from Linux; 0 elsewhere, or when it has just ended. */
export function peakMb(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1]) / 1024;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** Tables by benchmark and number; one of an earlier run is replaced. */
function addToJson(path: string, rows: readonly (readonly string[])[]): void {
  const before = existsSync(path) ? JSON.parse(Deno.readTextFileSync(path)) : {};
  const name = Deno.mainModule.slice(Deno.mainModule.lastIndexOf("/") + 1, -"_bench.ts".length);
  const table = { date: new Date().toISOString(), columns: rows[0], rows: rows.slice(1) };
  const all = { ...before.tables, [`${name} ${++tables}`]: table };
  Deno.writeTextFileSync(path, JSON.stringify({ machine: machine(), tables: all }, null, 2) + "\n");
}

/**
 * @param args arguments of a benchmark
 * @returns value of `--runs`, 5 by default
 * @throws Error when it is no whole number above 0
 */
export function runsOf(args: readonly string[]): number {
  return numberOf(args, "--runs", 5);
}

/**
 * @param args arguments of a benchmark
 * @param flag such as "--runs"
 * @param byDefault what it is when it is left out
 * @returns its value
 * @throws Error when it is no whole number above 0
 */
export function numberOf(args: readonly string[], flag: string, byDefault: number): number {
  const at = args.indexOf(flag);
  const value = at < 0 ? byDefault : Number(args[at + 1]);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`${flag} takes a whole number above 0`);
  }
  return value;
}

/** A port of this machine that nobody listens on. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

/**
 * Starts a program of the project as a process of its own, unheard, and without a licence's key.
 *
 * @param args script and its arguments
 */
export function spawn(...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--allow-all", ...args],
    stdout: "null",
    stderr: "null",
    env: { DATABENTO_API_KEY: "" },
  }).spawn();
}
