/** The regime analysis of a dense morning, each run in a process of its own as a user starts it. */
import { BENCH_DIR, denseDay } from "./dense_day.ts";
import { printTable, runsOf, spread } from "./measure.ts";

/** How the analysis is cut down to see whether its cost grows with the grids alone. */
const EVALUATIONS = [["12:00", "3 hours"], ["10:30", "1.5 hours"]] as const;

const runs = runsOf(Deno.args);
const input = await denseDay();
const rows = [["window", "grids", "seconds", "least", "most", "µs a grid", "peak MB"]];
for (const [evalEnd, name] of EVALUATIONS) {
  const seconds: number[] = [];
  const peaks: number[] = [];
  let grids = 0;
  // The first fills the book cache.
  for (let i = 0; i <= runs; i++) {
    const once = await analyzeOnce(evalEnd);
    if (i === 0) continue;
    seconds.push(once.seconds);
    peaks.push(once.peakMb);
    grids = once.grids;
  }
  const { median, min, max } = spread(seconds);
  rows.push([
    name,
    grids.toLocaleString("en-US"),
    ...[median, min, max].map((value) => value.toFixed(2)),
    (median * 1e6 / grids).toFixed(1),
    Math.max(...peaks).toFixed(0),
  ]);
}
printTable(rows);

async function analyzeOnce(evalEnd: string) {
  const begun = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--allow-all", "scripts/analyze.ts", "--input", input],
      ...["--lake", BENCH_DIR, "--eval-end", evalEnd],
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const output = new Response(child.stdout).text();
  let peakMb = 0;
  const watching = setInterval(() => peakMb = Math.max(peakMb, peakOf(child.pid)), 100);
  const { success } = await child.status;
  clearInterval(watching);
  if (!success) throw new Error("the analysis failed");
  const seconds = (performance.now() - begun) / 1e3;
  const grids = Number(/snapshots +([\d,]+)/.exec(await output)![1]!.replaceAll(",", ""));
  return { seconds, peakMb, grids };
}

/** Peak memory of a process so far, from Linux; 0 elsewhere, or when it has ended. */
function peakOf(pid: number): number {
  try {
    const [, kilobytes = 0] = /VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`)) ??
      [];
    return Number(kilobytes) / 1024;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
