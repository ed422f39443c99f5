/**
 * Files that are made to be slow, each against a plain one of its size: `deno task bench hostile`. Times
 * are those of the processor; memory is what the core's book takes beside the file.
 */
import process from "node:process";
import { EngineRun } from "../engine/run.ts";
import { HOSTILE, plainFile } from "../tests/hostile_files.ts";
import { printTable, runsOf, spread } from "./measure.ts";

const RECORD_BYTES = 56;

const runs = runsOf(Deno.args);
const dir = await Deno.makeTempDir({ prefix: "spymaster_hostile_" });
const rows = [[
  "file",
  "records",
  "ns/record",
  "plain",
  "ratio",
  "longest slice ms",
  "memory / file",
]];
try {
  for (const [name, make] of Object.entries(HOSTILE)) {
    const bytes = make();
    const records = Math.round(bytes.length / RECORD_BYTES);
    await Deno.writeFile(`${dir}/hostile.dbn`, bytes);
    await Deno.writeFile(`${dir}/plain.dbn`, plainFile(records));
    const times: Record<"plain" | "hostile", number[]> = { plain: [], hostile: [] };
    let longest = 0;
    let memory = 0;
    for (let i = 0; i <= runs; i++) {
      for (const kind of ["plain", "hostile"] as const) {
        const took = await replay(`${dir}/${kind}.dbn`);
        // The first of each warms up.
        if (i > 0) times[kind].push(took.ns / records);
        if (kind === "hostile") [longest, memory] = [Math.max(longest, took.longest), took.memory];
      }
    }
    const [hostile, plain] = [spread(times.hostile).median, spread(times.plain).median];
    rows.push([
      name,
      `${records}`,
      hostile.toFixed(0),
      plain.toFixed(0),
      (hostile / plain).toFixed(2),
      longest.toFixed(1),
      (memory / bytes.length).toFixed(2),
    ]);
  }
} finally {
  await Deno.remove(dir, { recursive: true });
}
printTable(rows);

async function replay(path: string): Promise<{ ns: number; longest: number; memory: number }> {
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
    const begun = process.cpuUsage();
    let longest = 0;
    for (;;) {
      const before = performance.now();
      const progress = await run.step();
      longest = Math.max(longest, performance.now() - before);
      if (progress === "end") break;
    }
    const { user, system } = process.cpuUsage(begun);
    const memory = run.pipeline.core.exports.memory.buffer.byteLength;
    return { ns: (user + system) * 1e3, longest, memory };
  } finally {
    run.close();
  }
}
