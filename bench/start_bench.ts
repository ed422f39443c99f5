/** What starts cold: processes of their own, timed from their start on. */
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createZstdCompress } from "node:zlib";
import { BENCH_DIR, CALM_DAY, DENSE_DAY, LONG_DAY, madeDay } from "./dense_day.ts";
import { freePort, printTable, runsOf, spread } from "./measure.ts";

const runs = runsOf(Deno.args);
const long = await madeDay(LONG_DAY, "long_day.dbn");
const calm = await madeDay(CALM_DAY, "calm_day.dbn");
const zst = await compressed(long);

const rows = [[
  "process",
  "seconds",
  "least",
  "most",
  "on the processor",
  "least",
  "most",
  "peak MB",
]];
// The file ends before warm-up begins: book only, all the way.
await add("20 M records, .dbn: book ready", () => bookReady(long, "18:59", "book"));
await add("20 M records, .dbn.zst: book ready", () => bookReady(zst, "18:59", "book"));
const lake = await Deno.makeTempDir();
await bookReady(calm, "10:30", "book", lake);
await add("cache hit to the first grid", () => bookReady(calm, "10:30", "grid", lake));
await Deno.remove(lake, { recursive: true });
await add("server to the first byte", firstByte);
printTable(rows);

async function add(name: string, run: () => Promise<Cold>): Promise<void> {
  await run();
  const all: Cold[] = [];
  for (let i = 0; i < runs; i++) all.push(await run());
  const wall = spread(all.map(({ seconds }) => seconds));
  const busy = spread(all.map(({ busy }) => busy));
  const peak = Math.max(...all.map(({ peak }) => peak));
  const seconds = [wall.median, wall.min, wall.max, busy.median, busy.min, busy.max];
  rows.push([
    name,
    ...seconds.map((value) => Number.isNaN(value) ? "" : value.toFixed(2)),
    Number.isNaN(peak) ? "" : peak.toFixed(0),
  ]);
}

/** What a process took; NaN for what was not asked. */
interface Cold {
  /** From its start on. */
  seconds: number;
  /** Seconds on the processor, all threads. */
  busy: number;
  /** Peak of memory, MB. */
  peak: number;
}

async function bookReady(
  path: string,
  startTime: string,
  until: "book" | "grid",
  lake = BENCH_DIR,
): Promise<Cold> {
  const begun = performance.now();
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--allow-all", "bench/book_ready.ts", path, startTime, lake, until],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("the process failed");
  const seconds = (performance.now() - begun) / 1e3;
  const [busy, peak] = new TextDecoder().decode(stdout).split(" ").map(Number);
  return { seconds, busy: busy!, peak: peak! };
}

async function firstByte(): Promise<Cold> {
  const port = freePort();
  const begun = performance.now();
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=serve", "--allow-net", `--allow-read=.,${BENCH_DIR}`, "main.ts"]
      .concat(["--port", `${port}`, "--lake", BENCH_DIR, "--dt", DENSE_DAY.dt]),
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${port}/vacuum-pressure`).catch(() => null);
      if (response === null) continue;
      await response.body!.getReader().read();
      return { seconds: (performance.now() - begun) / 1e3, busy: NaN, peak: NaN };
    }
  } finally {
    server.kill("SIGTERM");
    await server.status;
  }
}

async function compressed(path: string): Promise<string> {
  const zst = `${path}.zst`;
  if (await Deno.stat(zst).catch(() => null) === null) {
    const part = `${zst}.part`;
    await pipeline(createReadStream(path), createZstdCompress(), createWriteStream(part));
    await Deno.rename(part, zst);
  }
  return zst;
}
