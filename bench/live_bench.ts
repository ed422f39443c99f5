/**
 * The live path: from a gateway's write to a client's socket. Gateway and client are this process, the
 * recorder and the server one each.
 *
 * Arguments: --seconds N (20) at each rate, --runs N (5) of the burst.
 */
import { cpuSeconds, nowNs, PlayedFeed, quantile, untilServed, Watcher } from "./live_feed.ts";
import { freePort, numberOf, peakMb, printTable, runsOf, spread } from "./measure.ts";

const RATES = [500, 5_000, 20_000];
const BURST = 100_000;
/** Before what is measured, milliseconds. */
const SETTLES_MS = 3_000;

const seconds = numberOf(Deno.args, "--seconds", 20);
const runs = runsOf(Deno.args);

const lake = await Deno.makeTempDir({ prefix: "spymaster_live_bench_" });
const port = freePort();

const spawn = (...args: string[]) =>
  new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--allow-all", ...args, "--lake", lake],
    stdout: "null",
    stderr: "null",
    env: { DATABENTO_API_KEY: "" },
  }).spawn();

await using feed = new PlayedFeed();
const recorder = spawn("scripts/record.ts", "--gateway", feed.address);
const server = spawn("main.ts", "--live", "--gateway", feed.address, "--port", `${port}`);
try {
  await untilServed(feed, port);
  const watcher = new Watcher(feed, port);
  await watcher.reaches(nowNs());
  const rows = [["records/s", "grids", "p50", "p99", "most, ms", "recorder, share of a core"]];
  for (const rate of RATES) {
    await feed.play(rate, SETTLES_MS);
    watcher.latencies.length = 0;
    const before = cpuSeconds(recorder);
    await feed.play(rate, seconds * 1e3);
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
    await feed.play(BURST, 1_000);
    const endNs = nowNs();
    await watcher.reaches(endNs);
    caughtUp.push(watcher.latencies.at(-1)!);
    await feed.play(500, SETTLES_MS);
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
