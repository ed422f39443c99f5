/**
 * Edges beyond a broker, each with viewers of its own, on this machine: how far it goes. Gateway and
 * viewers are this process; recorder and broker are one each, a replicator and a server for each edge.
 * It takes nats-server.
 *
 * Arguments: --edges N (4), --viewers N (600) of each, --throttle-ms N (250), --rate N (5,000) records a
 * second, --seconds N (20).
 */
import { SIMULATED_DATASET } from "../engine/source/data_source.ts";
import { recordingPaths } from "../engine/source/recording.ts";
import { NatsServer } from "../tests/live/nats.ts";
import { DT } from "../tests/live/relay.ts";
import { countingClient } from "./counting_client.ts";
import { cpuSeconds, nowNs, PlayedFeed, quantile, untilServed } from "./live_feed.ts";
import { freePort, numberOf, peakMb, printTable, spawn } from "./measure.ts";

/** Streams opened at a time, and records a second meanwhile. */
const BATCH = 20;
const QUIET = 100;

const edges = numberOf(Deno.args, "--edges", 4);
const viewers = numberOf(Deno.args, "--viewers", 600);
const throttleMs = numberOf(Deno.args, "--throttle-ms", 250);
const rate = numberOf(Deno.args, "--rate", 5_000);
const seconds = numberOf(Deno.args, "--seconds", 20);

/** What all viewers of an edge saw. */
class Viewers {
  readonly latencies: number[] = [];
  readonly closed: string[] = [];
  readonly #streams: Deno.TcpConn[] = [];

  /** Opens one more, and waits for its first grid while records happen. */
  async add(feed: PlayedFeed, port: number): Promise<void> {
    const url = new URL(`http://127.0.0.1:${port}/v1/vacuum-pressure/stream`);
    url.search = `?throttle_ms=${throttleMs}`;
    let headNs = 0n;
    let hasGrid = false;
    const hears = {
      onText(text: string) {
        const at = text.indexOf('"ts_ns":"') + 9;
        if (text.startsWith('{"type":"grid_update"')) headNs = BigInt(text.slice(at, at + 19));
      },
      onBinary: () => {
        hasGrid = true;
        this.latencies.push(Number(nowNs() - headNs) / 1e6);
      },
      onClose: (why: string) => {
        hasGrid = true;
        this.closed.push(why);
      },
    };
    this.#streams.push(await countingClient(url, hears));
    while (!hasGrid) await feed.play(QUIET, 20);
  }

  close(): void {
    for (const stream of this.#streams) stream.close();
  }
}

const lake = await Deno.makeTempDir();
const lakes = await Promise.all(Array.from({ length: edges }, () => Deno.makeTempDir()));
await using nats = await NatsServer.start();
await using feed = new PlayedFeed();
const recorder = spawn(
  ...["scripts/record.ts", "--gateway", feed.address, "--lake", lake, "--publish", nats.url],
);
const ports = lakes.map(() => freePort());
const most = ["--max-streams", `${viewers + 1}`, "--max-streams-per-address", `${viewers + 1}`];
const replicators = lakes.map((edge) =>
  spawn("scripts/replicate.ts", "--from", nats.url, "--lake", edge)
);
// Without the launcher they record nothing: they follow what comes into their lakes.
const servers = lakes.map((edge, i) =>
  spawn(
    ...["main.ts", "--live", "--gateway", feed.address, "--port", `${ports[i]}`],
    ...["--lake", edge, ...most],
  )
);
const processes = [recorder, ...replicators, ...servers];
try {
  for (const port of ports) await untilServed(feed, port);
  const all = await Promise.all(ports.map(() => new Viewers()));
  for (let from = 0; from < viewers; from += BATCH) {
    const batch = Math.min(BATCH, viewers - from);
    await Promise.all(
      all.flatMap((some, i) => Array.from({ length: batch }, () => some.add(feed, ports[i]!))),
    );
  }
  for (const { latencies } of all) latencies.length = 0;
  const before = servers.map(cpuSeconds);
  await feed.play(rate, seconds * 1e3);
  const rows = [[
    "edge",
    "viewers",
    "grids/s a viewer",
    "p50 ms",
    "p99 ms",
    "closed",
    "cores",
    "MB",
  ]];
  for (const [i, { latencies, closed }] of all.entries()) {
    const sorted = latencies.toSorted((a, b) => a - b);
    rows.push([
      `${i + 1}`,
      `${viewers}`,
      (sorted.length / viewers / seconds).toFixed(1),
      ...[0.5, 0.99].map((share) => quantile(sorted, share)),
      `${closed.length}`,
      ((cpuSeconds(servers[i]!) - before[i]!) / seconds).toFixed(2),
      peakMb(servers[i]!.pid).toFixed(0),
    ]);
  }
  printTable(rows);
  // Each edge has the recorder's file.
  const pathIn = (lake: string) => {
    const channel = { dataset: SIMULATED_DATASET, productType: "future_mbo" } as const;
    return recordingPaths({ lake, dt: DT, symbol: "MNQH6", symbolRoot: "MNQ", ...channel }).dir;
  };
  const sizes = [lake, ...lakes].map((lake) =>
    [...Deno.readDirSync(pathIn(lake))].filter(({ name }) => name.endsWith(".live.dbn"))
      .map(({ name }) => Deno.statSync(`${pathIn(lake)}/${name}`).size).join()
  );
  console.log(`bytes recorded, and at each edge: ${sizes.join(" ")}`);
  for (const some of all) some.close();
} finally {
  for (const child of processes) child.kill("SIGTERM");
  for (const child of processes) await child.status;
  for (const dir of [lake, ...lakes]) await Deno.remove(dir, { recursive: true });
}
