/** Two servers in one process: each streams its own, counts its own, and stops alone. */
import assert from "node:assert/strict";
import { ES_DT, type ServedSession, serveEs, serveSmall } from "./served_session.ts";
import { hasShared } from "../shared_data.ts";
import { SMALL_DT, SMALL_START } from "../small_session.ts";
import type { Received } from "./stream_client.ts";

async function textOf({ server }: ServedSession, path: string): Promise<string> {
  return await (await fetch(`http://127.0.0.1:${server.port}${path}`)).text();
}

/** A figure of a server's metrics. */
async function figure(served: ServedSession, name: string): Promise<number> {
  const line = new RegExp(`^${name} (\\S+)$`, "m").exec(await textOf(served, "/metrics"));
  return Number(line?.[1]);
}

function gridsIn(messages: readonly Received[]): number {
  return messages.filter((message) => message instanceof Uint8Array).length;
}

Deno.test("two servers of one process mix neither settings, streams nor metrics", async () => {
  await using quiet = await serveSmall();
  await using busy = await serveSmall(undefined, { maxStreams: 1, throttleMs: 1_000 });
  assert.notEqual(quiet.server.port, busy.server.port);
  assert.notEqual(quiet.lake, busy.lake);
  const query = `start_time=${SMALL_START}&speed=1000`;
  const streams = [quiet.server.connect(query), busy.server.connect(query)];
  const [all, few] = await Promise.all(streams.map(async (stream) => gridsIn(await stream.rest())));
  // Whose least time between grids is longer has fewer.
  assert.ok(few! > 0 && few! < all!, `${few} of ${all}`);
  for (const [served, grids] of [[quiet, all], [busy, few]] as const) {
    assert.equal(await figure(served, "spymaster_grids_total"), grids);
    assert.equal(await figure(served, "spymaster_streams_total"), 1);
  }
  // The limit of one is not the other's.
  const first = busy.server.connect(`start_time=${SMALL_START}&speed=0.1`);
  await first.until("grid_update");
  const health = await Promise.all([quiet, busy].map((served) => textOf(served, "/health")));
  assert.deepEqual(health.map((text) => JSON.parse(text).ready), [true, false]);
  assert.deepEqual(health.map((text) => JSON.parse(text).streams), [0, 1]);
  // One that stops leaves the other's streams alone.
  await quiet.server.service.stop();
  assert.equal(first.socket.readyState, WebSocket.OPEN);
  await first.close();
});

Deno.test({
  name: "two servers of one process serve two instruments",
  ignore: !hasShared,
  async fn() {
    await using small = await serveSmall();
    await using es = await serveEs();
    const told = async (served: ServedSession) => {
      const stream = served.server.connect("");
      const { symbol, dt } = await stream.until("runtime_config");
      await stream.until("grid_update");
      await stream.close();
      return [symbol, dt];
    };
    assert.deepEqual(await Promise.all([told(small), told(es)]), [
      [small.instrument.symbol, SMALL_DT],
      ["ESH4", ES_DT],
    ]);
  },
});
