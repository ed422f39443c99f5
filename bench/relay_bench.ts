/**
 * A recording by way of a broker to another machine: how late its bytes and its grids are there, and how
 * fast a day that has passed is caught up. All of it on this machine: gateway and client are this
 * process; recorder, broker, replicator and server are one each. It takes nats-server.
 *
 * Arguments: --seconds N (20) at each rate, --mb N (1000) of the day.
 */
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { MBO } from "dbn-ts";
import { systemClock } from "../engine/databento/clock.ts";
import { connectNats } from "../engine/relay/nats_broker.ts";
import { streamOf } from "../engine/relay/names.ts";
import { Publisher } from "../engine/relay/publisher.ts";
import { SIMULATED_DATASET } from "../engine/source/data_source.ts";
import { recordingPaths } from "../engine/source/recording.ts";
import { NatsServer } from "../tests/live/nats.ts";
import { CHANNEL, DT, recordingOf } from "../tests/live/relay.ts";
import { recordsAt } from "../tests/made_session.ts";
import { cpuSeconds, nowNs, PlayedFeed, quantile, untilServed, Watcher } from "./live_feed.ts";
import { freePort, numberOf, peakMb, printTable, spawn } from "./measure.ts";

const RATES = [500, 5_000, 20_000];
/** Before what is measured, milliseconds. */
const SETTLES_MS = 3_000;

const seconds = numberOf(Deno.args, "--seconds", 20);
const megabytes = numberOf(Deno.args, "--mb", 1_000);

const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);

/** Ages of the newest record of a growing file, each time that it has grown, milliseconds. */
class FileWatcher {
  readonly latencies: number[] = [];
  readonly #timer: ReturnType<typeof setInterval>;
  #size = 0;
  #file: Deno.FsFile | null = null;

  constructor(dir: string) {
    this.#timer = setInterval(() => this.#look(dir), 1);
  }

  #look(dir: string): void {
    if (this.#file === null) {
      const entry = [...Deno.readDirSync(dir)].find(({ name }) => name.endsWith(".live.dbn"));
      if (entry === undefined) return;
      this.#file = Deno.openSync(`${dir}/${entry.name}`);
    }
    const file = this.#file;
    const { size } = file.statSync();
    if (size === this.#size) return;
    this.#size = size;
    const record = new Uint8Array(MBO.BYTES);
    file.seekSync(size - MBO.BYTES, Deno.SeekMode.Start);
    file.readSync(record);
    const recvNs = new DataView(record.buffer).getBigUint64(MBO.TS_RECV, true);
    const ms = Number(nowNs() - recvNs) / 1e6;
    // What is no order of the feed has other times.
    if (ms >= 0 && ms < 60_000) this.latencies.push(ms);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#file?.close();
  }
}

/** What a broker keeps. */
async function keptBy(nats: NatsServer): Promise<{ messages: number; bytes: number }> {
  const connection = await connect({ servers: nats.url });
  const manager = await jetstreamManager(connection);
  const { state } = await manager.streams.info(
    streamOf({ dataset: SIMULATED_DATASET, symbol: "MNQH6" }, "bytes"),
  );
  await connection.close();
  return state;
}

async function measureLag(): Promise<void> {
  const [lake, edge] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  const port = freePort();
  await using nats = await NatsServer.start();
  await using feed = new PlayedFeed();
  const live = ["--live", "--gateway", feed.address, "--port", `${port}`, "--lake", edge];
  const processes = {
    recorder: spawn(
      ...["scripts/record.ts", "--gateway", feed.address, "--lake", lake],
      ...["--publish", nats.url],
    ),
    replicator: spawn("scripts/replicate.ts", "--from", nats.url, "--lake", edge),
    // Without the launcher it records nothing: it follows what comes into its lake.
    server: spawn("main.ts", ...live),
  };
  const dirOf = (lake: string) =>
    recordingPaths({
      ...{ lake, dt: DT, symbol: "MNQH6", symbolRoot: "MNQ", productType: "future_mbo" },
      dataset: SIMULATED_DATASET,
    }).dir;
  try {
    await untilServed(feed, port);
    const client = new Watcher(feed, port);
    await client.reaches(nowNs());
    const files = [new FileWatcher(dirOf(lake)), new FileWatcher(dirOf(edge))];
    const heads = ["records/s", "recorder's file, p50", "p99", "replica's file, p50", "p99"];
    const rows = [[
      ...heads,
      "edge's client, p50",
      "p99, ms",
      "recorder",
      "replicator",
      "broker",
      "messages/s",
      "bytes kept of one sent",
    ]];
    for (const rate of RATES) {
      await feed.play(rate, SETTLES_MS);
      for (const { latencies } of [...files, client]) latencies.length = 0;
      const { recorder, replicator } = processes;
      const measured = [recorder, replicator, nats];
      const before = measured.map(cpuSeconds);
      const kept = await keptBy(nats);
      await feed.play(rate, seconds * 1e3);
      const shares = measured.map((one, i) =>
        ((cpuSeconds(one) - before[i]!) / seconds).toFixed(3)
      );
      const now = await keptBy(nats);
      const times = [...files, client].flatMap(({ latencies }) => {
        const all = sorted(latencies);
        return [quantile(all, 0.5), quantile(all, 0.99)];
      });
      rows.push([
        ...[`${rate}`, ...times, ...shares],
        ((now.messages - kept.messages) / seconds).toFixed(0),
        ((now.bytes - kept.bytes) / (rate * seconds * MBO.BYTES)).toFixed(2),
      ]);
    }
    printTable(rows);
    printTable([
      ["memory, most", "MB"],
      ...Object.entries(processes).map(([name, { pid }]) => [name, peakMb(pid).toFixed(0)]),
    ]);
    for (const file of files) file.close();
    client.close();
  } finally {
    for (const child of Object.values(processes)) child.kill("SIGTERM");
    for (const child of Object.values(processes)) await child.status;
    for (const dir of [lake, edge]) await Deno.remove(dir, { recursive: true });
  }
}

/** A day of records over and over. */
function writeDay(path: string): number {
  const some = recordingOf(1, 20_000);
  using file = Deno.openSync(path, { write: true, create: true });
  file.writeSync(some);
  const records = some.subarray(recordsAt(some));
  let bytes = some.length;
  for (; bytes < megabytes * 1e6; bytes += records.length) file.writeSync(records);
  return bytes;
}

async function measureCatchingUp(): Promise<void> {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/day.live.dbn`;
  const bytes = writeDay(path);
  await using nats = await NatsServer.start();
  const rows = [["a day that has passed", "s", "MB/s", "million records/s"]];
  const row = (name: string, ms: number) =>
    rows.push([
      name,
      ...[(ms / 1e3).toFixed(1), (bytes / ms / 1e3).toFixed(0)],
      (bytes / MBO.BYTES / ms / 1e3).toFixed(2),
    ]);
  let begun = performance.now();
  await new Publisher({
    ...{ channel: CHANNEL, dt: DT, path, clock: systemClock, random: () => 0 },
    limits: { maxAgeMs: 3_600_000, maxBytes: -1 },
    connect: () => connectNats({ hostname: "127.0.0.1", port: nats.port, isTls: false }, "bench"),
    tell: (_, message) => console.error(message),
    finish: AbortSignal.abort(),
    signal: new AbortController().signal,
  }).run();
  row("published", performance.now() - begun);
  const replica = recordingPaths({
    ...{ lake: dir, dt: DT, symbol: "MNQH6", symbolRoot: "MNQ", productType: "future_mbo" },
    dataset: "GLBX.MDP3",
  }).data;
  begun = performance.now();
  const replicator = spawn("scripts/replicate.ts", "--from", nats.url, "--lake", dir);
  const size = () => Deno.stat(replica).then(({ size }) => size, () => 0);
  while (await size() < bytes) await new Promise((resolve) => setTimeout(resolve, 10));
  row("replicated, with the start of the process", performance.now() - begun);
  printTable(rows);
  replicator.kill("SIGTERM");
  await replicator.status;
  await Deno.remove(dir, { recursive: true });
}

await measureLag();
await measureCatchingUp();
