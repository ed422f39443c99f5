/**
 * How late an honest client's grids come while others attack, each attack by itself:
 * `deno task bench attack --seconds 10`, and `--only 64` for the one whose name has that. The server
 * runs as it does, the clients in this process, the attackers in a thread of their own.
 */
import { setTimeout as delay } from "node:timers/promises";
import { simulatedPath, writeSimulated } from "../engine/source/simulator/simulated_file.ts";
import { SIMULATOR_DEFAULTS } from "../engine/source/simulator/simulation.ts";
import { countingClient } from "./counting_client.ts";
import { printTable } from "./measure.ts";
import { type Attack, ATTACKS } from "./attack/attackers.ts";
import { startServer } from "./soak/server.ts";

const DT = "2026-02-06";

const at = Deno.args.indexOf("--seconds");
const seconds = at < 0 ? 10 : Number(Deno.args[at + 1]);
const only = Deno.args.indexOf("--only");
if (!(seconds > 0)) throw new Error("--seconds takes a number above 0");

const lake = await Deno.makeTempDir({ prefix: "spymaster_attack_" });
const session = { ...SIMULATOR_DEFAULTS, symbol: "MNQH6", dt: DT };
await writeSimulated(session, simulatedPath({ ...session, lake }));

const rows = [["attack", "grids", "p50 ms late", "p99", "most"]];
try {
  const chosen = ATTACKS.filter((name) => only < 0 || name.includes(`${Deno.args[only + 1]}`));
  for (const name of ["nobody", ...chosen]) rows.push(await underAttack(name));
} finally {
  await Deno.remove(lake, { recursive: true });
}
printTable(rows);

async function underAttack(name: string): Promise<string[]> {
  await using server = await startServer(lake);
  const url = new URL("/v1/vacuum-pressure/stream", server.url);
  url.protocol = "ws:";
  url.search = `dt=${DT}&start_time=09:35&speed=1&fields=rest_depth`;
  const late: number[] = [];
  // Event time against the wall, from the grid that came soonest on.
  const offsets: number[] = [];
  const begun = Promise.withResolvers<void>();
  const honest = await countingClient(url, {
    onText(text) {
      const ts = /"type":"grid_update","ts_ns":"(\d+)"/.exec(text)?.[1];
      if (ts === undefined) return;
      offsets.push(performance.now() - Number(BigInt(ts) / 1000n) / 1e3);
      begun.resolve();
    },
    onBinary: () => {},
    onClose: (why) => begun.reject(new Error(`the honest client was cut off: ${why}`)),
  });
  await begun.promise;
  await delay(1_000);
  const soonest = Math.min(...offsets);
  offsets.length = 0;
  // In a thread of their own: what they take of the machine is not to delay the honest client.
  const attackers = new Worker(new URL("./attack/attackers.ts", import.meta.url), {
    type: "module",
  });
  attackers.postMessage({ name, url: url.href } satisfies Attack);
  await delay(seconds * 1_000);
  late.push(...offsets.map((offset) => offset - soonest));
  attackers.terminate();
  honest.close();
  const sorted = late.toSorted((a, b) => a - b);
  const quantile = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN).toFixed(1);
  return [name, `${late.length}`, quantile(0.5), quantile(0.99), quantile(1)];
}
