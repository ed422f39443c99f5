import assert from "node:assert/strict";
import { tableFromIPC } from "apache-arrow";
import { EngineRun } from "../../engine/run.ts";
import { loadInstrument } from "../../engine/instrument.ts";
import { resolveRequest } from "../../engine/request.ts";
import { ensureBookCache } from "../../engine/cache.ts";
import { BUCKET_FIELDS } from "../../engine/wire/fields.ts";
import type { GridUpdateMessage, ProgressMessage } from "../../engine/wire/messages.ts";
import { jsonLines } from "../../engine/encode/jsonl.ts";
import { PATIENCE } from "../../server/listener.ts";
import { projectFile } from "../project.ts";
import { SMALL_DT, SMALL_START } from "../small_session.ts";
import { answer, servedOnce, type ServedSession, serveSmall } from "./served_session.ts";
import { upgrade } from "./raw_client.ts";
import type { Received } from "./stream_client.ts";

const small = servedOnce(() => serveSmall());

/** Some two minutes before the session's end. */
const START = "09:37";
const QUERY = `start_time=${START}&speed=1000`;

function typeOf(message: Received): string {
  return message instanceof Uint8Array ? "binary" : message.type;
}

function droppedIn(message: Received): number {
  return message instanceof Uint8Array || message.type !== "lag" ? 0 : message.dropped;
}

/** The grids that a capture of the same request writes, parsed. */
async function captured({ lake }: ServedSession, startTime = START, throttleMs = 25) {
  const request = {
    productType: "future_mbo",
    symbol: "MNQH6",
    dt: SMALL_DT,
    startTime,
    throttleMs,
  };
  const instrument = loadInstrument(projectFile("instrument.yaml"));
  const run = await EngineRun.open(
    await resolveRequest(instrument, request, { lake }),
  );
  await ensureBookCache(run, { lake });
  const line = jsonLines(BUCKET_FIELDS);
  const grids = [];
  for (let at = await run.advance(500); at !== "end"; at = await run.advance(500)) {
    if (at === "grid") grids.push(JSON.parse(line(run.frame)));
  }
  run.close();
  return grids;
}

Deno.test("the stream sends configuration, progress, grid pairs equal to the capture, and the end", async () => {
  const served = await small();
  // Every value of every grid is looked at: a few hundred of them suffice.
  const throttleMs = 300;
  const stream = served.server.connect(
    `start_time=${SMALL_START}&speed=1000&throttle_ms=${throttleMs}`,
  );
  // A slow machine may have it wait for a run first.
  const messages = (await stream.rest()).filter((message) =>
    (message as Partial<ProgressMessage>).phase !== "queued"
  );
  const types = messages.map(typeOf);
  assert.equal(types[0], "runtime_config");
  const firstGrid = types.indexOf("grid_update");
  assert.ok(types.slice(1, firstGrid).every((type) => type === "progress"));
  assert.equal(types.at(-1), "end");
  assert.deepEqual(await stream.closed, { code: 1000, reason: "end_of_file" });

  const grids = await captured(served, SMALL_START, throttleMs);
  const expected = new Map(grids.map((grid) => [grid.event_id, grid]));
  assert.ok(expected.size > 500);
  const body = messages.slice(firstGrid, -1);
  // A slow machine may be told that it lagged; nothing else may be missing.
  const dropped = body.reduce((sum, m) => sum + (typeOf(m) === "lag" ? droppedIn(m) : 0), 0);
  const pairs = body.filter((message) => typeOf(message) !== "lag");
  assert.equal(pairs.length / 2 + dropped, expected.size);
  for (let i = 0; i < pairs.length; i += 2) {
    const update = pairs[i] as GridUpdateMessage;
    const { buckets, ...head } = expected.get(update.event_id);
    assert.deepEqual(update, { type: "grid_update", ...head });
    const rows = tableFromIPC(pairs[i + 1] as Uint8Array);
    assert.deepEqual(rows.schema.fields.map((field) => field.name), ["k", ...BUCKET_FIELDS]);
    assert.equal(rows.numRows, 101);
    const columns = BUCKET_FIELDS.map((field) => rows.getChild(field)!.toArray());
    buckets.forEach((bucket: number[], row: number) => {
      assert.deepEqual(columns.map((column) => Number(column[row])), bucket);
    });
    assert.equal(rows.getChild("k")!.get(0), -50);
  }
});

Deno.test("runtime_config tells the instrument, the request and the grid's schema", async () => {
  const served = await small();
  const stream = served.server.connect(`${QUERY}&throttle_ms=50`);
  const config = await stream.until("runtime_config");
  await stream.close();
  assert.equal(config.symbol, "MNQH6");
  assert.equal(config.contract_multiplier, 2);
  assert.equal(config.grid_max_ticks, 50);
  assert.match(config.config_version, /^[0-9a-f]{12}:k50$/);
  assert.equal(config.mode, "pre_prod");
  assert.equal(config.deployment_stage, "pre_prod");
  assert.equal(config.stream_format, "dense_grid");
  assert.deepEqual(config.grid_schema_fields, ["k", ...BUCKET_FIELDS]);
  assert.equal(config.grid_rows, 101);
  assert.equal(config.data_source, "databento");
  assert.equal(config.dt, SMALL_DT);
  assert.equal(config.start_time, START);
  assert.equal(config.throttle_ms, 50);
  assert.equal(config.speed, 1000);
});

Deno.test("fields= sends the columns named, and k", async () => {
  const served = await small();
  const stream = served.server.connect(`${QUERY}&fields=rest_depth,pressure_variant`);
  await stream.until("grid_update");
  const rows = tableFromIPC(await stream.next() as Uint8Array);
  await stream.close();
  const names = rows.schema.fields.map((field) => field.name);
  assert.deepEqual(names, ["k", "pressure_variant", "rest_depth"]);
});

Deno.test("pause holds the grids back, resume lets them go, speed is told", async () => {
  const served = await small();
  const stream = served.server.connect(`start_time=${START}&speed=50`);
  await stream.until("grid_update");
  stream.control("pause");
  const paused = await answer(stream);
  assert.equal(paused.type === "state" && paused.paused, true);
  // Two answers in a row without a grid between them: the clock stands.
  stream.control("speed", 20);
  const slower = await stream.next();
  stream.control("speed", 40);
  const faster = await stream.next();
  assert.deepEqual([slower, faster].map((m) => m && typeOf(m)), ["state", "state"]);
  assert.deepEqual(slower, { ...paused, speed: 20 });
  assert.deepEqual(faster, { ...paused, speed: 40 });
  stream.control("resume");
  const resumed = await answer(stream);
  assert.equal(resumed.type === "state" && resumed.paused, false);
  const grid = await stream.until("grid_update");
  await stream.close();
  assert.ok(BigInt(grid.ts_ns) > 0n);
});

Deno.test("seek goes on at an event time, forward and back, with the grids of a plain run", async () => {
  const served = await small();
  const expected = await captured(served);
  const stream = served.server.connect(`start_time=${START}&speed=1`);
  await stream.until("grid_update");
  for (const [time, ns] of [["09:38:30", 1770388710n], ["09:37:30", 1770388650n]] as const) {
    stream.control("seek", time);
    const state = await answer(stream);
    assert.equal(state.type, "state");
    const grid = await stream.until("grid_update");
    const first = expected.find(({ ts_ns }) => BigInt(ts_ns) >= ns * 1_000_000_000n);
    const { buckets: _, ...head } = first;
    assert.deepEqual(grid, { type: "grid_update", ...head });
  }
  stream.control("restart");
  await answer(stream);
  const restarted = await stream.until("grid_update");
  await stream.close();
  assert.equal(restarted.event_id, expected[0].event_id);
});

Deno.test("a seek while paused shows one grid and stays paused", async () => {
  const served = await small();
  const stream = served.server.connect(`start_time=${START}&speed=1`);
  await stream.until("grid_update");
  stream.control("pause");
  await answer(stream);
  stream.control("seek", "09:38:30");
  assert.equal((await answer(stream)).type, "state");
  await stream.until("grid_update");
  await stream.next();
  stream.control("speed", 2);
  const next = await stream.next();
  await stream.close();
  assert.ok(next && !(next instanceof Uint8Array) && next.type === "state");
  assert.equal(next.paused, true);
});

for (
  const [what, send, message] of [
    ["text that is no JSON", "hello", /JSON object/],
    ["a type that is not known", '{"type":"subscribe"}', /type "subscribe" is not "control"/],
    ["an action that is not known", '{"type":"control","action":"stop"}', /action "stop"/],
    ["a speed out of range", '{"type":"control","action":"speed","value":0}', /speed 0 is not/],
    ["a seek to no time", '{"type":"control","action":"seek","value":"25:00:00"}', /HH:MM:SS/],
    ["a seek before start_time", '{"type":"control","action":"seek","value":"09:00:00"}', /09:37/],
  ] as const
) {
  Deno.test(`${what} gets an error message and the stream goes on`, async () => {
    const served = await small();
    const stream = served.server.connect(`start_time=${START}&speed=10`);
    await stream.until("grid_update");
    stream.socket.send(send);
    const error = await answer(stream);
    assert.equal(error.type, "error");
    assert.match(error.type === "error" ? error.message : "", message);
    await stream.until("grid_update");
    await stream.close();
  });
}

/** A client that floods is cut off sooner after it was told: its answer lies behind what is not read. */
const SOON = { patience: { ...PATIENCE, closing: 1_000 } };

Deno.test("a flood of controls closes with 1008, an oversized one with 1009", async () => {
  await using served = await serveSmall(undefined, {}, SOON);
  const flooding = served.server.connect(`start_time=${START}`);
  await flooding.until("grid_update");
  // As many as are too many for a machine that takes seconds for them, too.
  for (let i = 0; i < 500; i++) flooding.control("pause");
  assert.equal((await flooding.closed).code, 1008);
  const oversized = served.server.connect(`start_time=${START}`);
  await oversized.until("grid_update");
  oversized.control("seek", "9".repeat(2000));
  assert.equal((await oversized.closed).code, 1009);
});

for (
  const [query, message] of [
    ["dt=2026-13-01", /dt: "2026-13-01" is not a date/],
    ["start_time=9:30", /start_time: "9:30" is not a time of day/],
    ["dt=2026-03-08&start_time=02:30", /start_time 02:30 does not exist on 2026-03-08/],
    ["throttle_ms=-1", /throttle_ms: "-1" is not/],
    ["speed=0", /speed: "0" is not a speed/],
    ["fields=v_add,price", /unknown column price; choose from k,/],
    ["symbol=ESH6", /requested future_mbo ESH6, but .* locked to future_mbo MNQH6/],
    ["dt=2026-02-05", /No .dbn or .dbn.zst file for 2026-02-05 in lake\/raw\/.*files there: glbx/],
    ["symbol=../../etc", /symbol: "..\/..\/etc" is not a symbol/],
  ] as const
) {
  Deno.test(`${query} gets an error message and close code 1008`, async () => {
    const served = await small();
    const stream = served.server.connect(query);
    const [error, ...more] = await stream.rest();
    assert.deepEqual(more, []);
    assert.ok(error && !(error instanceof Uint8Array) && error.type === "error");
    assert.match(error.message, message);
    assert.ok(!error.message.includes(served.lake), "a path of the machine is told");
    const { code, reason } = await stream.closed;
    assert.equal(code, 1008);
    assert.ok(new TextEncoder().encode(reason).length <= 123);
  });
}

Deno.test("a truncated file ends the stream with an error and 1011, after its whole grids", async () => {
  await using served = await serveSmall();
  const { path } = served;
  await Deno.truncate(path, (await Deno.stat(path)).size - 20);
  const stream = served.server.connect(QUERY);
  const messages = await stream.rest();
  const last = messages.at(-1)!;
  assert.ok(!(last instanceof Uint8Array) && last.type === "error");
  assert.match(last.message, /truncated at byte/);
  // Those that a slow machine was told it had left out count too.
  const came = messages.filter((m) => typeOf(m) === "grid_update").length;
  assert.ok(came + stream.dropped > 500, `${came}`);
  assert.equal((await stream.closed).code, 1011);
});

Deno.test("many clients have each their own clock", async () => {
  const served = await small();
  // The first as slow as the market was: its session must not be over before the pause arrives.
  const streams = Array.from(
    { length: 8 },
    (_, i) => served.server.connect(`start_time=${START}&speed=${i === 0 ? 1 : 1000}`),
  );
  await streams[0]!.until("grid_update");
  streams[0]!.control("pause");
  await answer(streams[0]!);
  const all = await Promise.all(streams.slice(1).map((stream) => stream.rest()));
  const expected = (await captured(served)).map((grid) => grid.event_id);
  for (const messages of all) {
    const updates = messages.filter((m): m is GridUpdateMessage => typeOf(m) === "grid_update");
    const ids = updates.map((update) => update.event_id);
    const dropped = messages.reduce((sum, m) => sum + droppedIn(m), 0);
    assert.equal(ids.length + dropped, expected.length);
    const wanted = new Set(ids);
    assert.deepEqual(ids, expected.filter((id) => wanted.has(id)));
  }
  await streams[0]!.close();
});

Deno.test("a page of a foreign origin may not open the stream, one named by --allow-origin may", async () => {
  await using served = await serveSmall(undefined, { allowOrigins: ["https://desk.example"] });
  const { port } = served.server;
  const status = async (Origin: string, Host = `localhost:${port}`) => {
    using asked = await upgrade(port, "", { Origin, Host });
    return asked.status;
  };
  assert.equal(await status("https://evil.example"), 403);
  assert.equal(await status("null"), 403);
  assert.equal(await status("http://localhost:3000"), 101);
  assert.equal(await status("http://127.0.0.1"), 101);
  assert.equal(await status("https://desk.example"), 101);
  assert.equal(await status("https://desk.example", "desk.example"), 101);
  assert.equal(await status("https://desk.example.evil.example", "desk.example"), 403);
});

Deno.test("acks that acknowledge nothing new count as controls, those that do are not counted", async () => {
  await using served = await serveSmall(undefined, {}, SOON);
  // Slow enough that it is not over before the flood.
  const stream = served.server.connect(`start_time=${START}&speed=20&credit=10000`);
  let grids = 0;
  // Far more of them than controls in a second, each of one grid more.
  while (grids < 200) {
    if (!(await stream.next() instanceof Uint8Array)) continue;
    stream.socket.send(JSON.stringify({ type: "ack", grids: ++grids }));
  }
  assert.equal(stream.socket.readyState, WebSocket.OPEN);
  for (let i = 0; i < 500; i++) stream.socket.send(JSON.stringify({ type: "ack", grids }));
  assert.deepEqual(await stream.closed, { code: 1008, reason: "too many messages" });
});
