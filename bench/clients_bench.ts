/**
 * Many clients of one server on this machine, each with a stream of its own. The
 * server is one process, the clients together another: this one.
 *
 * Arguments: --clients N (1,000), --seconds N (300).
 */
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { simulatedPath } from "../engine/source/simulator/simulated_file.ts";
import { countingClient } from "./counting_client.ts";
import { DENSE_DAY, denseDay } from "./dense_day.ts";
import { freePort, numberOf, printTable } from "./measure.ts";

/** The first grids: nothing but the opening book comes before, so that no client has to warm up. */
const START = "09:01";
/** A grid every 40 ms of event time or a little more, at twice its pace: some 40 a wall second. */
const SPEED = 2;
const THROTTLE_MS = 40;
/** Streams opened at a time. */
const BATCH = 20;
/** Lateness is counted by the millisecond up to this; what is later counts as this. */
const MOST_MS = 10_000;
/** Linux counts processor time in hundredths of a second. */
const TICKS_A_SECOND = 100;

const clients = numberOf(Deno.args, "--clients", 1000);
const seconds = numberOf(Deno.args, "--seconds", 300);
const { symbol, dt } = DENSE_DAY;

const lake = await Deno.makeTempDir();
const path = simulatedPath({ lake, symbol, dt });
await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
// A link of the file itself: what leads out of the lake is not served.
await Deno.link(await denseDay(), path);
const port = freePort();
const server = new Deno.Command(Deno.execPath(), {
  args: [
    ...["run", "-q", "--allow-all", "main.ts", "--port", `${port}`, "--host", "127.0.0.1"],
    ...["--lake", lake, "--max-streams", `${clients}`, "--max-streams-per-address", `${clients}`],
  ],
  stdout: "null",
  stderr: "null",
}).spawn();
try {
  await measure();
} finally {
  server.kill("SIGTERM");
  await server.status;
  await Deno.remove(lake, { recursive: true });
}

async function measure(): Promise<void> {
  const lateness = new Float64Array(MOST_MS + 1);
  const offsets = new Float64Array(clients).fill(Infinity);
  let [grids, measuring] = [0, false];
  const closed = new Map<string, number>();
  const onGrid = (client: number, head: string) => {
    const at = head.indexOf('"ts_ns":"') + 9;
    const offset = performance.now() - Number(head.slice(at, at + 19)) / 1e6 / SPEED;
    // The earliest that a client ever got a grid is on time; all others are later than it.
    offsets[client] = Math.min(offsets[client]!, offset);
    if (!measuring) return;
    grids++;
    lateness[Math.min(MOST_MS, Math.round(offset - offsets[client]!))]! += 1;
  };
  const onClose = (why: string) => {
    closed.set(why, (closed.get(why) ?? 0) + 1);
  };
  await serverIsUp();
  const streams: Deno.TcpConn[] = [];
  for (let from = 0; from < clients; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, clients - from) }, (_, i) => from + i);
    streams.push(...await Promise.all(batch.map((client) => open(client, onGrid, onClose))));
  }
  // Each finds its earliest grid first.
  await wait(10_000);
  const [rssFrom, busyFrom, ownFrom] = [rssMb(), busySeconds(), process.cpuUsage()];
  measuring = true;
  await wait(seconds * 1e3);
  measuring = false;
  const own = process.cpuUsage(ownFrom);
  const busy = (busySeconds() - busyFrom) / seconds;
  const rssTo = rssMb();
  for (const [why, count] of closed) console.log(`${count} clients were closed: ${why}`);
  for (const stream of streams) stream.close();
  printTable([
    ["clients", "seconds", "grids/s a client", "p50 ms late", "p99 ms late", "closed"].concat(
      ["server, cores", "clients, cores", "server MB at first", "at last"],
    ),
    [
      ...[clients, seconds].map(String),
      (grids / clients / seconds).toFixed(1),
      ...[0.5, 0.99].map((share) => `${percentile(lateness, grids * share)}`),
      `${[...closed.values()].reduce((sum, count) => sum + count, 0)}`,
      ...[busy, (own.user + own.system) / 1e6 / seconds].map((value) => value.toFixed(2)),
      ...[rssFrom, rssTo].map((value) => value.toFixed(0)),
    ],
  ]);
}

/** Opens a stream and waits for its first grid. */
async function open(
  client: number,
  onGrid: (client: number, head: string) => void,
  onClose: (why: string) => void,
): Promise<Deno.TcpConn> {
  const query = { dt, start_time: START, speed: `${SPEED}`, throttle_ms: `${THROTTLE_MS}` };
  const url = new URL(`http://127.0.0.1:${port}/v1/vacuum-pressure/stream`);
  url.search = `${new URLSearchParams(query)}`;
  const { promise, resolve } = Promise.withResolvers<void>();
  let head = "";
  const connection = await countingClient(url, {
    onText(text) {
      if (text.startsWith('{"type":"grid_update"')) head = text;
    },
    // A grid is there with the second message of its pair.
    onBinary() {
      onGrid(client, head);
      resolve();
    },
    onClose(why) {
      onClose(why);
      resolve();
    },
  });
  await promise;
  return connection;
}

async function serverIsUp(): Promise<void> {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    await response?.body?.cancel();
    if (response !== null) return;
    await wait(20);
  }
}

/** The millisecond below which so many counts lie. */
function percentile(counts: Float64Array, wanted: number): number {
  let sum = 0;
  return counts.findIndex((count) => (sum += count) >= wanted);
}

function rssMb(): number {
  const status = Deno.readTextFileSync(`/proc/${server.pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
}

/** Processor seconds of the server so far, all threads. */
function busySeconds(): number {
  const fields = Deno.readTextFileSync(`/proc/${server.pid}/stat`).split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}
