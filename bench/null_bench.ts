/**
 * Whether sweeps find what there is, and nothing else: of two hundred in which nothing is to be found, how
 * many find something at 5 %, and of twenty with a planted edge, how many find it.
 */
import { LEVEL } from "../engine/regime/sweep/sweep_summary.ts";
import type { Drift } from "../engine/source/simulator/price_path.ts";
import { madeSweep } from "./made_sweeps.ts";
import { numberOf, printTable } from "./measure.ts";

/** Of 200 null sweeps more find something in one case of a hundred at most, when 5 % do. */
const MOST_OF_NULL = 18 / 200;
const LEAST_OF_PLANTED = 0.8;

const nulls = numberOf(Deno.args, "--nulls", 200);
const planted = numberOf(Deno.args, "--planted", 20);
const dir = await Deno.makeTempDir();
const found = { none: await foundIn("none", nulls), planted: await foundIn("planted", planted) };
await Deno.remove(dir, { recursive: true });
printTable([
  ["sessions", "sweeps", "found at 5 %", "bound"],
  ["--drift none", `${nulls}`, `${found.none}`, `at most ${Math.floor(MOST_OF_NULL * nulls)}`],
  [
    "--drift planted",
    `${planted}`,
    `${found.planted}`,
    `at least ${Math.ceil(LEAST_OF_PLANTED * planted)}`,
  ],
]);
if (found.none > MOST_OF_NULL * nulls || found.planted < LEAST_OF_PLANTED * planted) Deno.exit(1);

async function foundIn(drift: Drift, sweeps: number): Promise<number> {
  let count = 0;
  for (let seed = 1; seed <= sweeps; seed++) {
    const tests = await madeSweep(seed, drift, dir);
    if (tests.some(({ pAdjusted }) => pAdjusted <= LEVEL)) count++;
  }
  return count;
}
