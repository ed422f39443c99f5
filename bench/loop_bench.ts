/**
 * How long the event loop keeps a timer waiting while ten clients start cold at once, over a dense
 * day: the server in this process, its clients in another. What the machine did for others is told
 * apart: a delay is its own as far as the loop's thread was on the processor since the last turn.
 */
import { existsSync } from "node:fs";
import { applicationOf } from "../main.ts";
import { Listener, listenerOptions } from "../server/listener.ts";
import { watchLoopDelay } from "../server/loop_delay.ts";
import { configureLog } from "../server/log.ts";
import { Service } from "../server/service.ts";
import { defaultSettings } from "../server/settings.ts";
import { DENSE_DAY, denseDay } from "./dense_day.ts";
import { printTable, runsOf } from "./measure.ts";

const CLIENTS = 10;
const START = "09:45";
const FIGURES = ["p50 ms", "p99 ms", "p99.9 ms", "most ms", "own p99.9", "own most"];

const CLIENT = `
const streams = Array.from({ length: ${CLIENTS} }, () => new WebSocket(Deno.args[0]));
await Promise.all(streams.map((socket) => new Promise((resolve, reject) => {
  socket.onmessage = ({ data }) => {
    if (typeof data === "string" && JSON.parse(data).type === "grid_update") resolve();
  };
  socket.onclose = reject;
})));
Deno.exit(0);
`;

const runs = runsOf(Deno.args);
const path = await denseDay();
const lake = await Deno.makeTempDir({ prefix: "spymaster_loop_" });
const dir =
  `${lake}/raw/source=simulator/product_type=future_mbo/symbol=MNQ/table=market_by_order_dbn`;
await Deno.mkdir(dir, { recursive: true });
await Deno.link(path, `${dir}/dense_20260206.mbo.dbn`);
configureLog("ERROR");
const service = new Service({ ...defaultSettings(), lake, dt: DENSE_DAY.dt });
const here = { ...listenerOptions(service.settings, 0), hostname: "127.0.0.1" };
const listener = new Listener(applicationOf(() => service).handler(), here);
await listener.listen();
const { port } = listener.address;
const query = `start_time=${START}&speed=1&fields=rest_depth`;
const url = `ws://127.0.0.1:${port}/v1/vacuum-pressure/stream?${query}`;

// Modules load at the first request of this process; `serve` has loaded them before it listens.
await (await fetch(`http://127.0.0.1:${port}/health`)).body?.cancel();

const rows = [["start", "seconds", "turns", ...FIGURES]];
for (let run = 0; run < runs; run++) {
  await Deno.remove(`${lake}/cache`, { recursive: true }).catch(() => undefined);
  rows.push(await start("cold"), await start("cached"));
}
printTable(rows);
await listener.close();
await Deno.remove(lake, { recursive: true });

async function start(name: string): Promise<string[]> {
  const delays: number[] = [];
  const own: number[] = [];
  let before = processorMs();
  const begun = performance.now();
  const stop = watchLoopDelay((ms) => {
    const now = processorMs();
    delays.push(ms);
    own.push(Math.min(ms, now - before));
    before = now;
  });
  const client = new Deno.Command(Deno.execPath(), { args: ["eval", CLIENT, url] });
  const { success } = await client.output();
  stop();
  const seconds = (performance.now() - begun) / 1000;
  await service.stop();
  if (!success) throw new Error("a client was cut off");
  const all = [0.5, 0.99, 0.999, 1].map((share) => quantile(delays, share));
  const ownFigures = [0.999, 1].map((share) => quantile(own, share));
  return [
    name,
    seconds.toFixed(1),
    `${delays.length}`,
    ...[...all, ...ownFigures].map((ms) => ms.toFixed(1)),
  ];
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

/** Time that the loop's thread has been on the processor, from Linux; elsewhere the wall's. */
function processorMs(): number {
  const path = `/proc/self/task/${Deno.pid}/schedstat`;
  if (!existsSync(path)) return performance.now();
  return Number(Deno.readTextFileSync(path).split(" ")[0]) / 1e6;
}
