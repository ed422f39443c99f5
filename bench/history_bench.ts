/**
 * How soon a minute of history is there, for one page and for fifty that come together: what each asks
 * for is what the page asks for. The server is a process of its own, on loopback.
 *
 * Arguments: --runs N (5), --clients N (50).
 */
import { simulatedPath } from "../engine/source/simulator/simulated_file.ts";
import { PAGE_FIELDS } from "../client/page/dashboard.ts";
import { countingClient } from "./counting_client.ts";
import { DENSE_DAY, denseDay, madeDay, PLAIN_DAY } from "./dense_day.ts";
import { freePort, numberOf, printTable, spread } from "./measure.ts";

/** An hour into the busy morning, whose book is in the cache after the first start. */
const START = "10:00:00";
const QUERY = `start_time=${START}&fields=${PAGE_FIELDS.join(",")}&speed=1` +
  "&history=60&rate=60&settle=1&reading=1&session=1";

const runs = numberOf(Deno.args, "--runs", 5);
const clients = numberOf(Deno.args, "--clients", 50);
const { symbol, dt } = DENSE_DAY;

const rows: string[][] = [];
await measure("120 records a second", await madeDay(PLAIN_DAY, "plain.dbn"));
await measure("1,000 records a second", await denseDay());
printTable([["session", "pages together", "ms to the first grid", "most", "records run"], ...rows]);

/** Measures with a session of its own server. */
async function measure(name: string, file: string): Promise<void> {
  const lake = await Deno.makeTempDir();
  const path = simulatedPath({ lake, symbol, dt });
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  // A link of the file itself: what leads out of the lake is not served.
  await Deno.link(file, path);
  const port = freePort();
  const most = `${20 * clients}`;
  const server = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--allow-all", "main.ts", "--port", `${port}`, "--host", "127.0.0.1"],
      ...["--lake", lake, "--dt", dt, "--max-streams", most, "--max-streams-per-address", most],
    ],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const origin = `http://127.0.0.1:${port}`;
  try {
    // Its address is printed once it listens.
    await server.stdout.getReader().read();
    // The first start builds the book cache.
    await together(origin, 1);
    for (const count of [1, clients]) {
      const times: number[] = [];
      const records: number[] = [];
      for (let run = 0; run < runs; run++) {
        const before = await recordsRead(origin);
        times.push(await together(origin, count));
        records.push((await recordsRead(origin)) - before);
      }
      const { median, max } = spread(times);
      const figures = [count, Math.round(median), Math.round(max), spread(records).median];
      rows.push([name, ...figures.map(String)]);
    }
  } finally {
    server.kill("SIGTERM");
    await server.status;
    await Deno.remove(lake, { recursive: true });
  }
}

/** Opens so many pages' streams at once; milliseconds until the last has its history and a grid. */
async function together(origin: string, count: number): Promise<number> {
  const begun = performance.now();
  const ends = await Promise.all(Array.from({ length: count }, () => untilFirstGrid(origin)));
  const took = Math.max(...ends.map(({ at }) => at)) - begun;
  for (const { connection } of ends) connection.close();
  return took;
}

async function untilFirstGrid(
  origin: string,
): Promise<{ at: number; connection: Deno.TcpConn }> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const url = new URL(`${origin}/v1/vacuum-pressure/stream?${QUERY}`);
  let history = 0;
  const connection = await countingClient(url, {
    onText(text) {
      if (!text.startsWith('{"type":"grid_update"')) return;
      if (text.includes('"history":true')) history++;
      else if (history > 0) resolve(performance.now());
      else reject(new Error("there was no history"));
    },
    onBinary() {},
    onClose: (why) => reject(new Error(why)),
  });
  return { at: await promise, connection };
}

async function recordsRead(origin: string): Promise<number> {
  const metrics = await (await fetch(`${origin}/metrics`)).text();
  return Number(/^\w*records_total (\d+)/m.exec(metrics)?.[1] ?? 0);
}
