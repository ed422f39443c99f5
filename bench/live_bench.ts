/**
 * The live path: from a gateway's write to a client's socket. Gateway and client are this process, the
 * recorder and the server one each.
 *
 * Arguments: --seconds N (20) at each rate, --runs N (5) of the burst.
 */
import { ACTION, encodeMbo, SIDE } from "dbn-ts";
import { systemClock } from "../engine/databento/clock.ts";
import { Feed } from "../engine/gateway/feed.ts";
import { LiveGateway } from "../engine/gateway/live_gateway.ts";
import { SIMULATED_DATASET } from "../engine/source/data_source.ts";
import { freePort, numberOf, peakMb, printTable, runsOf, spread } from "./measure.ts";

const RATES = [500, 5_000, 20_000];
const BURST = 100_000;
/** Before what is measured, milliseconds. */
const SETTLES_MS = 3_000;
/** Linux counts processor time in hundredths of a second. */
const TICKS_A_SECOND = 100;
/** Orders that rest. */
const RESTING = 2_000;
const TICK = 250_000_000n;
const BID = 25_000_000_000_000n;

const seconds = numberOf(Deno.args, "--seconds", 20);
const runs = runsOf(Deno.args);

const feed = new Feed({ dataset: SIMULATED_DATASET, symbol: "MNQH6", instrumentId: 1 });
const lake = await Deno.makeTempDir({ prefix: "spymaster_live_bench_" });
const port = freePort();

/** Wall time, UTC nanoseconds since the epoch. */
const nowNs = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6));

let made = 0;

/** Lets an order be added, or the oldest one be cancelled, in turns. */
function happen(): void {
  const number = made++;
  const adds = number < RESTING || number % 2 === 0;
  const order = adds ? number : number - RESTING + 1 - (number + RESTING) % 2;
  const isBid = order % 4 < 2;
  const level = BigInt(order % 40);
  const ns = nowNs();
  feed.add(encodeMbo({
    publisherId: 1,
    instrumentId: 1,
    orderId: BigInt(order + 1),
    price: isBid ? BID - level * TICK : BID + (level + 1n) * TICK,
    size: 1 + order % 5,
    flags: 128,
    channelId: 0,
    action: adds ? ACTION.ADD : ACTION.CANCEL,
    side: isBid ? SIDE.BID : SIDE.ASK,
    tsEvent: ns,
    tsRecv: ns,
    tsInDelta: 0,
    sequence: number,
  }));
}

/** Lets records happen at a rate for so long. */
async function play(rate: number, ms: number): Promise<void> {
  const begun = performance.now();
  for (let done = 0;;) {
    const elapsed = performance.now() - begun;
    const due = Math.floor(Math.min(elapsed, ms) * rate / 1e3);
    for (; done < due; done++) happen();
    if (elapsed >= ms) return;
    await systemClock.sleep(1, new AbortController().signal);
  }
}

const spawn = (...args: string[]) =>
  new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--allow-all", ...args, "--lake", lake],
    stdout: "null",
    stderr: "null",
    env: { DATABENTO_API_KEY: "" },
  }).spawn();

/** Processor time of a process, seconds. */
function cpuSeconds({ pid }: Deno.ChildProcess): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

/** A client, and how late each grid came, milliseconds. */
class Watcher {
  readonly latencies: number[] = [];
  newestNs = 0n;
  readonly #socket: WebSocket;
  #headNs = 0n;

  constructor() {
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/v1/vacuum-pressure/stream`);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onmessage = ({ data }) => {
      if (typeof data !== "string") {
        this.newestNs = this.#headNs;
        this.latencies.push(Number(nowNs() - this.#headNs) / 1e6);
      } else if (data.startsWith('{"type":"grid_update"')) {
        const at = data.indexOf('"ts_ns":"') + 9;
        this.#headNs = BigInt(data.slice(at, at + 19));
      }
    };
  }

  /** Waits for a grid of a time or later, while records happen. */
  async reaches(ns: bigint): Promise<void> {
    while (this.newestNs < ns) await play(100, 20);
  }

  close(): void {
    this.#socket.close();
  }
}

async function untilServed(): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/ready`);
      await response.body?.cancel();
      if (response.ok) return;
    } catch {
      // Nothing listens yet.
    }
    await play(100, 100);
  }
}

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(1);

await using gateway = new LiveGateway({ feed, key: null, clock: systemClock });
for (let i = 0; i < RESTING; i++) happen();
const address = `127.0.0.1:${gateway.port}`;
const recorder = spawn("scripts/record.ts", "--gateway", address);
const server = spawn("main.ts", "--live", "--gateway", address, "--port", `${port}`);
try {
  await untilServed();
  const watcher = new Watcher();
  await watcher.reaches(nowNs());
  const rows = [["records/s", "grids", "p50", "p99", "most, ms", "recorder, share of a core"]];
  for (const rate of RATES) {
    await play(rate, SETTLES_MS);
    watcher.latencies.length = 0;
    const before = cpuSeconds(recorder);
    await play(rate, seconds * 1e3);
    const share = (cpuSeconds(recorder) - before) / seconds;
    const sorted = watcher.latencies.toSorted((a, b) => a - b);
    rows.push([
      ...[`${rate}`, `${sorted.length}`, quantile(sorted, 0.5), quantile(sorted, 0.99)],
      ...[quantile(sorted, 1), share.toFixed(3)],
    ]);
  }
  printTable(rows);
  const caughtUp: number[] = [];
  for (let i = 0; i < runs; i++) {
    await play(BURST, 1_000);
    const endNs = nowNs();
    await watcher.reaches(endNs);
    caughtUp.push(watcher.latencies.at(-1)!);
    await play(500, SETTLES_MS);
  }
  const { median, max } = spread(caughtUp);
  printTable([
    ["after a burst of 100,000 in a second", "median", "most, ms"],
    ["a record that comes then", median.toFixed(1), max.toFixed(1)],
  ]);
  printTable([
    ["memory, most", "MB"],
    ["recorder", peakMb(recorder.pid).toFixed(0)],
    ["server", peakMb(server.pid).toFixed(0)],
  ]);
  watcher.close();
} finally {
  for (const child of [server, recorder]) child.kill("SIGTERM");
  await Promise.all([server.status, recorder.status]);
  await Deno.remove(lake, { recursive: true });
}
