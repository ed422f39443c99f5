/** Medians of repeated runs, and a table of them. */

/** What was measured. */
export interface Measured {
  name: string;
  /** Of one unit of work: median, least and greatest. */
  median: number;
  min: number;
  max: number;
}

/**
 * Runs something several times, after a run that only warms up.
 *
 * @param name what it is called
 * @param runs how often it counts
 * @param units how many units of work a run does
 * @param run does it
 * @returns nanoseconds a unit
 */
export async function nsPerUnit(
  name: string,
  runs: number,
  units: number,
  run: () => void | Promise<void>,
): Promise<Measured> {
  await run();
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const begun = performance.now();
    await run();
    times.push((performance.now() - begun) * 1e6 / units);
  }
  return { name, ...spread(times) };
}

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

/**
 * Prints a Markdown table.
 *
 * @param rows the first one heads the columns
 */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    `| ${
      row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join(
        " | ",
      )
    } |`;
  console.log(line(rows[0]!));
  console.log(
    `| ${widths.map((width, i) => "-".repeat(width - (i ? 1 : 0)) + (i ? ":" : "")).join(" | ")} |`,
  );
  for (const row of rows.slice(1)) console.log(line(row));
}

/**
 * @param args arguments of a benchmark
 * @returns value of `--runs`, 5 by default
 * @throws Error when it is no whole number above 0
 */
export function runsOf(args: readonly string[]): number {
  const at = args.indexOf("--runs");
  const runs = at < 0 ? 5 : Number(args[at + 1]);
  if (!Number.isInteger(runs) || runs < 1) throw new Error("--runs takes a whole number above 0");
  return runs;
}
