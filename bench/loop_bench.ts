/**
 * How long the event loop keeps a timer waiting while ten clients start cold at once, over a dense
 * day: the server in this process, its clients in another.
 */
import { app } from "../main.ts";
import { watchLoopDelay } from "../server/loop_delay.ts";
import { configureLog } from "../server/log.ts";
import { configure, settings } from "../server/settings.ts";
import { closeAllStreams } from "../server/stream/streams.ts";
import { DENSE_DAY, denseDay } from "./dense_day.ts";
import { printTable, runsOf } from "./measure.ts";

const CLIENTS = 10;
const START = "09:45";

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
await Deno.symlink(path, `${dir}/dense_20260206.mbo.dbn`);
configureLog("ERROR");
configure({ ...settings(), lake, dt: DENSE_DAY.dt });
const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, app.handler());
const query = `start_time=${START}&speed=1&fields=rest_depth`;
const url = `ws://127.0.0.1:${server.addr.port}/v1/vacuum-pressure/stream?${query}`;

const rows = [["start", "seconds", "turns", "p50 ms", "p99 ms", "p99.9 ms", "most ms"]];
for (let run = 0; run < runs; run++) {
  await Deno.remove(`${lake}/cache`, { recursive: true }).catch(() => undefined);
  rows.push(await start("cold"), await start("cached"));
}
printTable(rows);
await server.shutdown();
await Deno.remove(lake, { recursive: true });

async function start(name: string): Promise<string[]> {
  const delays: number[] = [];
  const begun = performance.now();
  const stop = watchLoopDelay((ms) => delays.push(ms));
  const client = new Deno.Command(Deno.execPath(), { args: ["eval", CLIENT, url] });
  const { success } = await client.output();
  stop();
  const seconds = (performance.now() - begun) / 1000;
  await closeAllStreams();
  if (!success) throw new Error("a client was cut off");
  delays.sort((a, b) => a - b);
  const at = (share: number) =>
    delays[Math.min(delays.length - 1, Math.floor(share * delays.length))]!;
  const figures = [0.5, 0.99, 0.999, 1].map((share) => at(share).toFixed(1));
  return [name, seconds.toFixed(1), `${delays.length}`, ...figures];
}
