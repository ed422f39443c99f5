/**
 * Damaged inputs by the million: `deno task bench fuzz --cases 1000000 --start 0`. What was found
 * wrong ends it with the case's number; the same number gives the same case again.
 */
import { damagedCaches } from "../tests/fuzz/cache_cases.ts";
import { damagedControls } from "../tests/fuzz/control_cases.ts";
import { cutFiles, damagedFiles, damagedFrames } from "../tests/fuzz/file_cases.ts";
import { SEEDS } from "../tests/fuzz/seeds.ts";
import { Tally } from "../tests/fuzz/tally.ts";
import { printTable } from "./measure.ts";

/** Cases between two looks at memory. */
const BATCH = 10_000;
/** No case may take more processor time, milliseconds. */
const MAX_MS = 1_000;

const cases = numberOf("--cases", 1_000_000);
const start = numberOf("--start", 0);
const begun = performance.now();
const tally = new Tally();
const rss: number[] = [];

// Of each hundred: 90 files, 4 files of frames, 6 controls; caches and cuts come once, in whole.
for (const seed of SEEDS) cutFiles(tally, whole(seed));
await damagedCaches(tally, start);
for (let at = start; tally.cases < cases; at += BATCH) {
  damagedFiles(tally, SEEDS, BATCH * 0.9, at);
  await damagedFrames(tally, SEEDS, BATCH * 0.04, at);
  damagedControls(tally, BATCH * 0.06, at);
  rss.push(Deno.memoryUsage().rss);
}

printTable([
  ["outcome", "cases"],
  ...tally.table.map(([kind, count]) => [kind.replaceAll("|", "/"), count.toLocaleString("en-US")]),
]);
const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
console.log(
  `\n${tally.cases.toLocaleString("en-US")} cases in ` +
    `${((performance.now() - begun) / 1000).toFixed(0)} s, ${tally.kinds.size} kinds of outcome, ` +
    `at most ${tally.slowestMs.toFixed(0)} ms of processor time (${tally.slowest}) and ` +
    `${mb(tally.largestBytes)} MB of buffers (${tally.largest}) a case, ` +
    `resident ${mb(rss[0]!)} MB after the first ` +
    `${BATCH.toLocaleString("en-US")} and ${mb(rss.at(-1)!)} MB at the end, ` +
    `${mb(Math.max(...rss))} MB at most`,
);
if (tally.slowestMs > MAX_MS) {
  throw new Error(`a case took more than ${MAX_MS} ms of processor time`);
}

/** A seed as far as it is MBO records of one length: what `cutFiles` counts on. */
function whole<Seed extends { name: string; bytes: Uint8Array }>(seed: Seed): Seed {
  return { ...seed, bytes: seed.bytes.slice(0, 4_000) };
}

function numberOf(flag: string, otherwise: number): number {
  const at = Deno.args.indexOf(flag);
  const value = at < 0 ? otherwise : Number(Deno.args[at + 1]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${flag} takes a whole number`);
  return value;
}
