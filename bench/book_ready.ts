/**
 * A process that brings a session to warm-up, and on to its first grid where it is asked to; it
 * prints its seconds on the processor and its peak of memory in MB when it is there.
 *
 * Arguments: file, first grid (HH:MM New York), lake, "book" or "grid".
 */
import process from "node:process";
import { ensureBookCache } from "../engine/cache.ts";
import { EngineRun } from "../engine/run.ts";
import { sessionTimeNs } from "../engine/session.ts";
import { DENSE_DAY } from "./dense_day.ts";
import { peakMb } from "./measure.ts";

const [path, startTime, lake, until] = Deno.args;
const { symbol, dt } = DENSE_DAY;
const run = await EngineRun.open({
  origin: { path: path! },
  symbol,
  dt,
  productType: "future_mbo",
  tickInt: 250_000_000,
  startNs: sessionTimeNs("future_mbo", dt, { name: "start", text: startTime! }),
  throttleMs: 25,
});
await ensureBookCache(run, { lake: lake! });
if (until === "grid") { while (await run.advance(50_000) !== "grid"); }
run.close();
const { user, system } = process.cpuUsage();
console.log(((user + system) / 1e6).toFixed(3), peakMb(Deno.pid).toFixed(0));
