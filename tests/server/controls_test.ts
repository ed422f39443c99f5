import assert from "node:assert/strict";
import type { GridUpdateMessage, ServerMessage } from "../../engine/wire/messages.ts";
import { SMALL_START } from "../small_session.ts";
import { answer, nyNs, plainGrids, servedOnce, serveSmall, stateOf } from "./served_session.ts";
import type { Received, StreamReader } from "./stream_client.ts";

const small = servedOnce(() => serveSmall());

/** Waits until the stream stands: the last grid shown before it was paused, if one was on its way. */
async function pause(stream: StreamReader): Promise<GridUpdateMessage> {
  let shown = await stream.until("grid_update");
  stream.control("pause");
  for (;;) {
    const message = await stream.next();
    assert.ok(message, "the stream closed");
    if (message instanceof Uint8Array) continue;
    if (message.type === "state") return shown;
    if (message.type === "grid_update") shown = message;
  }
}

/** The next message that does not tell how far a slow machine is on its way. */
async function nextBesidesProgress(stream: StreamReader): Promise<Received | null> {
  for (;;) {
    const message = await stream.next();
    if (message instanceof Uint8Array || message?.type !== "progress") return message;
  }
}

/** The next message, which is text. */
async function typed(stream: StreamReader): Promise<ServerMessage> {
  const message = await stream.next();
  assert.ok(message && !(message instanceof Uint8Array));
  return message;
}

/** The next two messages, a grid; then nothing but the state that is asked for. */
async function oneGrid(stream: StreamReader): Promise<GridUpdateMessage> {
  const grid = await nextBesidesProgress(stream);
  assert.ok(grid && !(grid instanceof Uint8Array) && grid.type === "grid_update");
  assert.ok(await stream.next() instanceof Uint8Array);
  stream.control("speed", 1);
  const state = await stream.next();
  assert.deepEqual(state, { type: "state", paused: true, speed: 1, ts_ns: grid.ts_ns });
  return grid;
}

Deno.test("controls that come with the opening are answered in turn, after the client was told what is streamed", async () => {
  const served = await small();
  const stream = served.server.connect(`start_time=${SMALL_START}&speed=1`);
  stream.socket.addEventListener("open", () => {
    stream.control("pause");
    stream.control("spin");
    stream.control("speed", 2);
  });
  assert.equal((await typed(stream)).type, "runtime_config");
  const { ts_ns } = await stateOf(stream);
  // On a slow machine they come apart, with others between.
  const error = await answer(stream);
  assert.match(error.type === "error" ? error.message : "", /"spin" is not known/);
  assert.deepEqual(await answer(stream), { type: "state", paused: true, speed: 2, ts_ns });
  await stream.close();
});

Deno.test("step while running gets an error that says what to do, and the stream goes on", async () => {
  const served = await small();
  const stream = served.server.connect(`start_time=${SMALL_START}&speed=10`);
  await stream.until("grid_update");
  stream.control("step");
  assert.deepEqual(await answer(stream), {
    type: "error",
    message: "step is for a paused stream; send pause first",
  });
  await stream.until("grid_update");
  await stream.close();
});

Deno.test("each step of a paused stream shows exactly the next grid, and the state is its time", async () => {
  const served = await small();
  const grids = await plainGrids(served, SMALL_START);
  const stream = served.server.connect(`start_time=${SMALL_START}&speed=1`);
  const { event_id } = await pause(stream);
  let at = grids.findIndex(({ eventId }) => eventId === event_id);
  assert.ok(at >= 0);
  let { ts_ns } = await (stream.control("speed", 1), stateOf(stream));
  for (let i = 0; i < 5; i++) {
    stream.control("step");
    const state = await stateOf(stream);
    assert.deepEqual(state, { type: "state", paused: true, speed: 1, ts_ns });
    const grid = await oneGrid(stream);
    assert.equal(grid.event_id, grids[++at]!.eventId);
    ts_ns = grid.ts_ns;
  }
  stream.control("resume");
  await stateOf(stream);
  assert.equal((await stream.until("grid_update")).event_id, grids[at + 1]!.eventId);
  await stream.close();
});

Deno.test("steps sent at once show as many grids", async () => {
  const served = await small();
  const grids = await plainGrids(served, SMALL_START);
  const stream = served.server.connect(`start_time=${SMALL_START}&speed=1`);
  const { event_id } = await pause(stream);
  const at = grids.findIndex(({ eventId }) => eventId === event_id);
  for (let i = 0; i < 3; i++) stream.control("step");
  assert.equal((await stream.until("grid_update")).event_id, grids[at + 1]!.eventId);
  assert.equal((await stream.until("grid_update")).event_id, grids[at + 2]!.eventId);
  await stream.next();
  assert.equal((await oneGrid(stream)).event_id, grids[at + 3]!.eventId);
  await stream.close();
});

for (const time of ["09:38:30", "09:35:30"]) {
  Deno.test(`a seek to ${time} while paused tells that time, then that of the grid shown there`, async () => {
    const served = await small();
    const grids = await plainGrids(served, SMALL_START);
    const stream = served.server.connect(`start_time=${SMALL_START}&speed=1`);
    await pause(stream);
    stream.control("seek", "09:37:00");
    await stateOf(stream);
    await stream.until("grid_update");
    stream.control("seek", time);
    const ns = nyNs(served.dt, time);
    const state = await stateOf(stream);
    assert.deepEqual(state, { type: "state", paused: true, speed: 1, ts_ns: `${ns}` });
    const next = await nextBesidesProgress(stream);
    const at = grids.findIndex(({ tsNs }) => tsNs >= ns);
    assert.ok(next && !(next instanceof Uint8Array) && next.type === "grid_update");
    assert.equal(next.event_id, grids[at]!.eventId);
    await stream.next();
    stream.control("step");
    assert.equal((await stateOf(stream)).ts_ns, `${grids[at]!.tsNs}`);
    assert.equal((await oneGrid(stream)).event_id, grids[at + 1]!.eventId);
    await stream.close();
  });
}

Deno.test("a restart while paused tells the start, shows the first grid and stays paused", async () => {
  const served = await small();
  const [first] = await plainGrids(served, SMALL_START);
  const stream = served.server.connect(`start_time=${SMALL_START}&speed=1`);
  await pause(stream);
  stream.control("restart");
  assert.equal((await stateOf(stream)).ts_ns, `${nyNs(served.dt, `${SMALL_START}:00`)}`);
  const grid = await stream.until("grid_update");
  assert.equal(grid.event_id, first!.eventId);
  await stream.next();
  stream.control("pause");
  assert.deepEqual(await stream.next(), {
    type: "state",
    paused: true,
    speed: 1,
    ts_ns: grid.ts_ns,
  });
  await stream.close();
});

Deno.test("a stream that is stepped past its last grid ends", async () => {
  const served = await small();
  const last = (await plainGrids(served, SMALL_START)).at(-1)!;
  const stream = served.server.connect(`start_time=${SMALL_START}&speed=1`);
  await pause(stream);
  stream.control("seek", "09:38:57");
  await stateOf(stream);
  assert.notEqual((await stream.until("grid_update")).event_id, last.eventId);
  stream.control("step");
  assert.equal((await stream.until("grid_update")).event_id, last.eventId);
  assert.equal((await stream.until("end")).event_id, served.kept.length);
  assert.equal((await stream.closed).code, 1000);
});

Deno.test("a seek to an evening is one to where the session began, the day before", async () => {
  const served = await small();
  const stream = served.server.connect("speed=10");
  await stream.until("grid_update");
  stream.control("pause");
  stream.control("seek", "20:30:00");
  // The clock's jump over the night is told by a state too.
  const evening = `${nyNs("2026-02-05", "20:30:00")}`;
  for (let { ts_ns } = await stateOf(stream); ts_ns !== evening;) {
    ({ ts_ns } = await stateOf(stream));
  }
  // Nothing happens until the morning.
  const { ts_ns } = await stream.until("grid_update");
  assert.ok(BigInt(ts_ns) > nyNs("2026-02-06", "09:00"));
  await stream.close();
});

Deno.test("a seek that cannot be done gets an error that names it, and the stream goes on", async () => {
  const served = await small();
  const stream = served.server.connect("start_time=09:35&speed=10");
  await stream.until("grid_update");
  for (
    const [time, message] of [
      [
        "19:30:00",
        /^seek 19:30:00, 2026-02-05 19:30 New York, is before this stream's start_time 09:35;/,
      ],
      ["24:00:00", /^seek: "24:00:00" is not a time of day; give HH:MM or HH:MM:SS of New York/],
    ] as const
  ) {
    stream.control("seek", time);
    assert.match((await stream.until("error")).message, message);
  }
  await stream.until("grid_update");
  await stream.close();
});
