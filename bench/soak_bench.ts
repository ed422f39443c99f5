/**
 * Many clients for a long time: `deno task bench soak --minutes 60`. Forty stream a simulated
 * session at 100 times its pace, over and over, and check every grid; others misbehave, two in each
 * way. What the server needs meanwhile goes to docs/images/soak.json and soak.svg.
 */
import { setTimeout as delay } from "node:timers/promises";
import { ensureBookCache } from "../engine/cache.ts";
import { projectFile } from "../cli/environment.ts";
import { loadInstrument } from "../engine/instrument.ts";
import { resolveRequest } from "../engine/request.ts";
import { EngineRun } from "../engine/run.ts";
import { simulatedPath, writeSimulated } from "../engine/source/simulator/simulated_file.ts";
import { MISDEEDS } from "./soak/bad_client.ts";
import { soakChart } from "./soak/chart.ts";
import { goodClient, type Seen } from "./soak/good_client.ts";
import { quantile, readMetrics, type Sample } from "./soak/samples.ts";
import { startServer } from "./soak/server.ts";

const DT = "2026-02-06";
const START = "09:30";
const THROTTLE_MS = 5_000;
const EVENTS_PER_SECOND = 20;
const SPEED = 100;
const GOOD = 40;
const BAD = 2 * Object.keys(MISDEEDS).length;
const SAMPLE_MS = 5_000;

const minutes = minutesOf(Deno.args);
const lake = await Deno.makeTempDir({ prefix: "spymaster_soak_" });
try {
  await soak();
} finally {
  await Deno.remove(lake, { recursive: true });
}

async function soak(): Promise<void> {
  const session = { symbol: "MNQH6", dt: DT, seed: 1, from: "09:00", to: "11:00" };
  await writeSimulated(
    { ...session, eventsPerSecond: EVENTS_PER_SECOND },
    simulatedPath({ ...session, lake }),
  );
  const expected = await plainRun();
  await using server = await startServer(lake);
  const stream = new URL("/v1/vacuum-pressure/stream", server.url);
  stream.protocol = "ws:";
  const query = { start_time: START, speed: `${SPEED}`, throttle_ms: `${THROTTLE_MS}` };
  stream.search = `${new URLSearchParams({ ...query, fields: "rest_depth,pressure_variant" })}`;
  const stop = new AbortController();
  const seen: Seen = { grids: 0, dropped: 0, lost: 0, reordered: 0, passes: 0, broken: {} };
  const misdeeds = Object.values(MISDEEDS);
  const clients = [
    ...Array.from({ length: GOOD }, () => goodClient(stream.href, expected, seen, stop.signal)),
    ...Array.from({ length: BAD }, async (_, i) => {
      const misdeed = misdeeds[i % misdeeds.length]!;
      while (!stop.signal.aborted) {
        await misdeed(stream, stop.signal).catch(() => delay(1_000));
      }
    }),
  ];
  const samples = await observe(server.url, server.pid);
  stop.abort();
  await Promise.race([Promise.all(clients), delay(10_000)]);
  await report(samples, seen);
  if (seen.lost > 0 || seen.reordered > 0 || cutOff(seen) > 0) {
    throw new Error("well-behaved clients lost grids, had them reordered or were cut off");
  }
}

/** event_id of every grid, from a run without server or clock. */
async function plainRun(): Promise<number[]> {
  const instrument = loadInstrument(projectFile("instrument.yaml"));
  const request = { productType: "future_mbo", symbol: "MNQH6", dt: DT, startTime: START };
  const run = await EngineRun.open(
    await resolveRequest(instrument, { ...request, throttleMs: THROTTLE_MS }, { lake }),
  );
  await ensureBookCache(run, { lake });
  const ids: number[] = [];
  for (let at = await run.advance(10_000); at !== "end"; at = await run.advance(10_000)) {
    if (at === "grid") ids.push(run.frame.eventId);
  }
  run.close();
  return ids;
}

async function observe(url: URL, pid: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const begun = performance.now();
  let before = await readMetrics(url);
  let beforeMs = begun;
  while (performance.now() - begun < minutes * 60_000) {
    await delay(SAMPLE_MS);
    const after = await readMetrics(url);
    const now = performance.now();
    const seconds = (now - beforeMs) / 1000;
    const grids = after.get("spymaster_grids_total")! - before.get("spymaster_grids_total")!;
    const late = (share: number) =>
      quantile(before, after, "spymaster_grid_lateness_seconds", share);
    const loop = (share: number) => quantile(before, after, "spymaster_loop_delay_seconds", share);
    samples.push({
      minute: (now - begun) / 60_000,
      rssMb: after.get("process_resident_memory_bytes")! / 1e6,
      handles: [...Deno.readDirSync(`/proc/${pid}/fd`)].length,
      streams: after.get("spymaster_streams")!,
      gridsPerSecond: grids / seconds,
      lateP50: late(0.5),
      lateP99: late(0.99),
      loopP99: loop(0.99),
      loopP999: loop(0.999),
    });
    before = after;
    beforeMs = now;
  }
  return samples;
}

async function report(samples: readonly Sample[], seen: Seen): Promise<void> {
  const round = (value: number) => Number(value.toFixed(2));
  const rows = samples.map((sample) =>
    Object.fromEntries(Object.entries(sample).map(([name, value]) => [name, round(value)]))
  );
  const about = {
    minutes,
    good: GOOD,
    bad: BAD,
    speed: SPEED,
    throttle_ms: THROTTLE_MS,
    events_per_second: EVENTS_PER_SECOND,
  };
  await Deno.writeTextFile(
    "docs/images/soak.json",
    `${JSON.stringify({ about, seen, columns: Object.keys(rows[0]!) }, null, 2).slice(0, -2)},\n` +
      `  "samples": [\n${
        rows.map((row) => `    ${JSON.stringify(Object.values(row))}`).join(",\n")
      }\n  ]\n}\n`,
  );
  await Deno.writeTextFile("docs/images/soak.svg", soakChart(samples));
  const half = samples.slice(samples.length >> 1);
  const most = (name: keyof Sample) => Math.max(...half.map((sample) => sample[name]));
  console.log(
    `${minutes} min, ${GOOD} clients at ${SPEED}x and ${BAD} that misbehave: ` +
      `${seen.passes} sessions to their end, ${seen.grids} grids, ${seen.lost} lost, ` +
      `${seen.reordered} reordered, ${cutOff(seen)} cut off, ${seen.dropped} left out and told; ` +
      `at most in the second half ${most("rssMb").toFixed(0)} MB, ${most("handles")} handles, ` +
      `p99 ${most("lateP99").toFixed(0)} ms late, loop p99.9 ${most("loopP999").toFixed(0)} ms`,
  );
}

/** How many streams of well-behaved clients ended before their session did. */
function cutOff({ broken }: Seen): number {
  return Object.values(broken).reduce((sum, count) => sum + count, 0);
}

function minutesOf(args: readonly string[]): number {
  const at = args.indexOf("--minutes");
  const value = at < 0 ? 1 : Number(args[at + 1]);
  if (!(value > 0)) throw new Error("--minutes takes a number above 0");
  return value;
}
