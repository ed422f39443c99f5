/** Sweeps and reserves in the stream: each once, before the first grid that shows it. */
import assert from "node:assert/strict";
import type { BookEvent } from "../../engine/book_events.ts";
import { bookEventMessage } from "../../engine/encode/book_event.ts";
import { resolveRequest } from "../../engine/request.ts";
import { EngineRun } from "../../engine/run.ts";
import type { BookEventMessage } from "../../engine/wire/messages.ts";
import { hasShared } from "../shared_data.ts";
import {
  answer,
  servedOnce,
  type ServedSession,
  serveEs,
  serveSmall,
  stateOf,
} from "./served_session.ts";
import type { Received } from "./stream_client.ts";

const es = servedOnce(serveEs);

/** All of a session's, as the engine tells them from a start on. */
async function all(served: ServedSession, startTime: string): Promise<BookEventMessage[]> {
  const { instrument, lake, dt } = served;
  const { product_type: productType, symbol } = instrument;
  const request = { productType, symbol, dt, startTime, throttleMs: 25 };
  const events: BookEvent[] = [];
  const sink = { bookEvent: (event: BookEvent) => void events.push(event) };
  const run = await EngineRun.open(await resolveRequest(instrument, request, { lake }), {
    events: sink,
  });
  while (await run.advance(10_000) !== "end");
  run.close();
  return events.map(bookEventMessage);
}

/** What a stream told, each held against the grid that it came before and the one before that. */
function told(messages: readonly Received[]): BookEventMessage[] {
  const events: BookEventMessage[] = [];
  let waiting: { ts_ns: string; events: BookEventMessage[] } | null = null;
  let before = 0;
  for (const message of messages) {
    if (message instanceof Uint8Array) continue;
    if (message.type === "events") {
      assert.equal(waiting, null);
      assert.notEqual(message.events.length, 0);
      waiting = message;
    } else if (message.type === "grid_update") {
      if (waiting !== null) assert.equal(waiting.ts_ns, message.ts_ns);
      for (const event of waiting?.events ?? []) {
        assert.ok(event.event_id > before && event.event_id <= message.event_id);
      }
      events.push(...waiting?.events ?? []);
      waiting = null;
      before = message.event_id;
    }
  }
  return [...events, ...waiting?.events ?? []];
}

Deno.test({
  name: "fields=events sends every sweep and reserve of ESH4 once, just before its grid",
  ignore: !hasShared,
  async fn() {
    const served = await es();
    const expected = await all(served, "18:35");
    const plain = served.server.connect("start_time=18:35&speed=1000&fields=events");
    assert.deepEqual(told(await plain.rest()), expected);
    // Grids that a raster leaves out take none with them.
    const rated = served.server.connect("start_time=18:35&speed=1000&fields=events,trades&rate=5");
    assert.deepEqual(told(await rated.rest()), expected);
    assert.deepEqual(new Set(expected.map(({ event }) => event)), new Set(["sweep", "reserve"]));
  },
});

Deno.test("who does not ask for events gets none, and who asks for them alone gets no trades", async () => {
  await using served = await serveSmall();
  const types = async (fields: string) => {
    const query = `start_time=09:38&speed=1000&fields=${fields}`;
    const messages = await served.server.connect(query).rest();
    return new Set(messages.map((m) => m instanceof Uint8Array ? "rows" : m.type));
  };
  const without = await types("k,trades");
  assert.ok(without.has("trades") && !without.has("events"));
  assert.ok(!(await types("k,events")).has("trades"));
});

Deno.test({
  name: "after a seek events are told from the grid before the first shown",
  ignore: !hasShared,
  async fn() {
    const served = await es();
    const expected = await all(served, "18:35");
    const stream = served.server.connect("start_time=18:35&speed=1&fields=events");
    await stream.until("grid_update");
    stream.control("seek", "18:40:00");
    stream.control("speed", 1000);
    await stateOf(stream);
    assert.equal((await answer(stream)).type, "state");
    const events = told(await stream.rest());
    const ns = 1_703_547_600n * 1_000_000_000n;
    assert.deepEqual(events, expected.filter(({ ts_ns }) => BigInt(ts_ns) >= ns));
    assert.ok(events.length > 10, `${events.length}`);
  },
});
