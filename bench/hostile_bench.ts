/**
 * Files that are made to be slow, each against a plain one of its size: `deno task bench hostile`. Times
 * are those of the processor; memory is what the core's book takes beside the file. What the system
 * takes to hand out memory that was never touched is measured on its own, and told apart.
 */
import process from "node:process";
import { EngineRun } from "../engine/run.ts";
import { HOSTILE, plainFile } from "../tests/hostile_files.ts";
import { printTable, runsOf, spread } from "./measure.ts";

const RECORD_BYTES = 56;
const PAGE_BYTES = 4_096;

type Times = Record<"plain" | "hostile", number[]>;

const runs = runsOf(Deno.args);
const dir = await Deno.makeTempDir({ prefix: "spymaster_hostile_" });
const pageNs = spread(Array.from({ length: runs }, freshPage)).median;
const rows = [[
  "file",
  "records",
  "ns/record",
  "plain",
  "ratio",
  "pages",
  "ratio without",
  "longest slice ms",
  "memory / file",
]];
try {
  for (const [name, make] of Object.entries(HOSTILE)) {
    const bytes = make();
    const records = Math.round(bytes.length / RECORD_BYTES);
    await Deno.writeFile(`${dir}/hostile.dbn`, bytes);
    await Deno.writeFile(`${dir}/plain.dbn`, plainFile(records));
    const times: Times = { plain: [], hostile: [] };
    const without: Times = { plain: [], hostile: [] };
    let pages = 0;
    let longest = 0;
    let memory = 0;
    for (let i = 0; i <= runs; i++) {
      for (const kind of ["plain", "hostile"] as const) {
        const took = await replay(`${dir}/${kind}.dbn`);
        // The first of each warms up.
        if (i > 0) {
          times[kind].push(took.ns / records);
          without[kind].push((took.ns - took.pages * pageNs) / records);
        }
        if (kind === "plain") continue;
        [longest, memory, pages] = [Math.max(longest, took.longest), took.memory, took.pages];
      }
    }
    const [hostile, plain] = [spread(times.hostile).median, spread(times.plain).median];
    rows.push([
      name,
      `${records}`,
      hostile.toFixed(0),
      plain.toFixed(0),
      (hostile / plain).toFixed(2),
      `${pages}`,
      (spread(without.hostile).median / spread(without.plain).median).toFixed(2),
      longest.toFixed(1),
      (memory / bytes.length).toFixed(2),
    ]);
  }
} finally {
  await Deno.remove(dir, { recursive: true });
}
printTable(rows);
console.log(`\na page that was never touched: ${(pageNs / 1e3).toFixed(1)} µs`);

/** Nanoseconds of the processor to touch a page of memory for the first time. */
function freshPage(): number {
  const pages = 2_048;
  const memory = new WebAssembly.Memory({ initial: pages * PAGE_BYTES / 2 ** 16 });
  const bytes = new Uint8Array(memory.buffer);
  const begun = process.cpuUsage();
  for (let at = 0; at < bytes.length; at += PAGE_BYTES) bytes[at] = 1;
  const { user, system } = process.cpuUsage(begun);
  return (user + system) * 1e3 / pages;
}

interface Replay {
  /** Nanoseconds of the processor. */
  ns: number;
  /** Pages that were touched for the first time. */
  pages: number;
  /** Milliseconds of the longest slice. */
  longest: number;
  /** Bytes of the core. */
  memory: number;
}

async function replay(path: string): Promise<Replay> {
  const run = await EngineRun.open({
    origin: { path },
    productType: "future_mbo",
    symbol: "MNQH6",
    dt: "2026-02-06",
    tickInt: 250_000_000,
    startNs: null,
    throttleMs: 25,
  });
  try {
    const faults = process.resourceUsage().minorPageFault;
    const begun = process.cpuUsage();
    let longest = 0;
    for (;;) {
      const before = performance.now();
      const progress = await run.step();
      longest = Math.max(longest, performance.now() - before);
      if (progress === "end") break;
    }
    const { user, system } = process.cpuUsage(begun);
    const pages = process.resourceUsage().minorPageFault - faults;
    const memory = run.pipeline.core.exports.memory.buffer.byteLength;
    return { ns: (user + system) * 1e3, pages, longest, memory };
  } finally {
    run.close();
  }
}
