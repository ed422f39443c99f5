/**
 * Whether sweeps find what there is, and nothing else: of two hundred in which nothing is to be found, how
 * many find something at 5 %, and of twenty with a planted edge, how many find it.
 */
import { LEVEL } from "../engine/regime/sweep/sweep_summary.ts";
import type { Drift } from "../engine/source/simulator/price_path.ts";
import { madeSweep } from "../tests/made_sweeps.ts";
import { numberOf, printTable } from "./measure.ts";

const nulls = numberOf(Deno.args, "--nulls", 200);
const planted = numberOf(Deno.args, "--planted", 20);
/** Of 200 null sweeps more find something in one case of a hundred at most, when each has a chance of 5 %. */
const mostOfNull = Math.floor(18 / 200 * nulls);
const leastOfPlanted = Math.ceil(0.8 * planted);
const dir = await Deno.makeTempDir();
const found = { none: await foundIn("none", nulls), planted: await foundIn("planted", planted) };
await Deno.remove(dir, { recursive: true });
printTable([
  ["sessions", "sweeps", "p at 5 % somewhere", "adjusted p", "bound"],
  rowOf("none", `at most ${mostOfNull}`),
  rowOf("planted", `at least ${leastOfPlanted}`),
]);
if (found.none.adjusted > mostOfNull || found.planted.adjusted < leastOfPlanted) Deno.exit(1);

function rowOf(drift: keyof typeof found, bound: string): string[] {
  const { sweeps, alone, adjusted } = found[drift];
  return [`--drift ${drift}`, `${sweeps}`, `${alone}`, `${adjusted}`, bound];
}

async function foundIn(drift: Drift, sweeps: number) {
  let [alone, adjusted] = [0, 0];
  for (let seed = 1; seed <= sweeps; seed++) {
    const tests = await madeSweep(seed, drift, dir);
    if (tests.some(({ p }) => p <= LEVEL)) alone++;
    if (tests.some(({ pAdjusted }) => pAdjusted <= LEVEL)) adjusted++;
  }
  return { sweeps, alone, adjusted };
}
