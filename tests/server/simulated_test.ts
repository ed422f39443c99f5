/** Streams of simulated data: marked as such, and moving at once. */
import assert from "node:assert/strict";
import { SIMULATED_DATASET } from "../../engine/source/data_source.ts";
import { simulatedPath, writeSimulated } from "../../engine/source/simulator/simulated_file.ts";
import { newYorkNs } from "../new_york.ts";
import { SMALL_DT, smallLake } from "../small_session.ts";
import { serveApp } from "./stream_client.ts";

/** Where the end of what a file covers stands in its header (DBN, "end"). */
const END_AT = 34;

/**
 * A lake whose one file says of itself that it is simulated.
 *
 * @param end until when it says that it is, HH:MM New York; default as it is
 */
async function simulatedLake(end?: string) {
  const made = await smallLake();
  using file = await Deno.open(made.path, { write: true });
  await file.seek(8, Deno.SeekMode.Start);
  await file.write(new TextEncoder().encode(SIMULATED_DATASET.padEnd(16, "\0")));
  if (end !== undefined) {
    const bytes = new BigUint64Array([newYorkNs(SMALL_DT, `${end}:00`)]);
    await file.seek(END_AT, Deno.SeekMode.Start);
    await file.write(new Uint8Array(bytes.buffer));
  }
  return made;
}

Deno.test("a stream of simulated data says so and starts at 09:25 when it is asked for no time", async () => {
  await using made = await simulatedLake();
  await using server = await serveApp({ lake: made.lake });
  const reader = server.connect("speed=1000");
  const config = await reader.until("runtime_config");
  assert.deepEqual([config.data_source, config.start_time], ["simulator", "09:25"]);
  const { ts_ns } = await reader.until("grid_update");
  const start = Temporal.ZonedDateTime.from(`${SMALL_DT}T09:25[America/New_York]`);
  assert.ok(BigInt(ts_ns) >= start.epochNanoseconds);
  await reader.close();
});

Deno.test("a stream of simulated data that does not reach 09:25 begins with it", async () => {
  await using made = await simulatedLake("09:00");
  await using server = await serveApp({ lake: made.lake });
  const reader = server.connect("speed=1000");
  assert.equal((await reader.until("runtime_config")).start_time, null);
  await reader.until("grid_update");
  await reader.close();
});

Deno.test("a stream of simulated data whose records end before 09:25 begins with them", async () => {
  const lake = await Deno.makeTempDir();
  // It says of itself, as all do, that it is of the whole day.
  const session = { symbol: "MNQH6", dt: SMALL_DT, seed: 1, eventsPerSecond: 1 };
  const path = simulatedPath({ ...session, lake });
  await writeSimulated({ ...session, from: "19:01", to: "19:02" }, path);
  {
    await using server = await serveApp({ lake });
    const reader = server.connect("speed=1000");
    assert.equal((await reader.until("runtime_config")).start_time, null);
    await reader.until("grid_update");
    await reader.close();
  }
  await Deno.remove(lake, { recursive: true });
});

Deno.test("a stream of simulated data starts when it is asked to, and seeks from there", async () => {
  await using made = await simulatedLake();
  await using server = await serveApp({ lake: made.lake });
  const reader = server.connect("start_time=09:35");
  assert.equal((await reader.until("runtime_config")).start_time, "09:35");
  await reader.until("grid_update");
  reader.control("seek", "09:30:00");
  assert.match((await reader.until("error")).message, /before this stream's start_time 09:35/);
  await reader.close();
});
