/** The history that a stream begins with, and that a seek brings. */
import assert from "node:assert/strict";
import { tableFromIPC } from "apache-arrow";
import { hasShared } from "../shared_data.ts";
import { SMALL_START } from "../small_session.ts";
import {
  nyNs,
  servedOnce,
  type ServedSession,
  serveEs,
  serveSmall,
  stateOf,
} from "./served_session.ts";
import {
  all,
  arrival,
  DAY_NS,
  gridsOf,
  historyOf,
  idsOf,
  lastOfCells,
  LATE_START,
  nsOf,
  PLAIN,
  type PlainGrid,
  plainRun,
  restOf,
  SECOND,
  seekTo,
  type TimedGrid,
} from "./timed_stream.ts";

const small = servedOnce(() => serveSmall());
const es = servedOnce(serveEs);

/** What a stream without history, rate and so on would send of a grid. */
function bare({ head, rows, trades }: TimedGrid) {
  const { history: _h, reading: _r, session: _s, ...plain } = head;
  return { head: plain, rows, trades };
}

/** Holds history against its rules, and against what the engine gives at those boundaries. */
function checkHistory(
  history: readonly TimedGrid[],
  boundaries: readonly PlainGrid[],
  { toNs, seconds }: { toNs: number; seconds: number },
): void {
  const width = (seconds > 60 ? 1 : 0.1) * SECOND;
  assert.ok(history.length > 0 && history.length <= 600, `${history.length}`);
  assert.deepEqual(idsOf(lastOfCells(history, width)), idsOf(history), "one a cell");
  const values = new Map(boundaries.map((grid) => [grid.eventId, grid]));
  const fromNs = toNs - seconds * SECOND;
  for (const { head, rows, trades, ns } of history) {
    assert.ok(ns >= fromNs && ns < toNs);
    assert.deepEqual(trades, []);
    const pressure = tableFromIPC(rows).getChild("pressure_variant")!.toArray();
    assert.deepEqual([...pressure], values.get(head.event_id)!.pressure);
  }
  const cells = new Set(
    boundaries.filter(({ ns }) => ns >= fromNs && ns < toNs).map(({ ns }) =>
      Math.floor(ns / width)
    ),
  );
  assert.ok(history.length >= 0.9 * (cells.size - 1), `${history.length} of ${cells.size}`);
}

Deno.test("history comes before the first grid, evenly spaced, with the engine's values; the rest is as without", async () => {
  const served = await small();
  const plain = await all(served, PLAIN);
  const warmup = await plainRun(served, LATE_START, 0, { historyNs: 600 * SECOND });
  const toNs = nsOf(served, LATE_START);
  for (const seconds of [1, 60, 61, 600]) {
    const grids = await all(served, `${PLAIN}&history=${seconds}`);
    const history = historyOf(grids);
    checkHistory(history, warmup, { toNs, seconds });
    assert.deepEqual(idsOf(grids), [...idsOf(history), ...idsOf(plain)], "history first");
    for (const [i, grid] of restOf(grids).entries()) assert.deepEqual(bare(grid), bare(plain[i]!));
  }
});

Deno.test("history=0, or no start time: there is none", async () => {
  const served = await small();
  assert.deepEqual(historyOf(await all(served, `${PLAIN}&history=0`)), []);
  const stream = served.server.connect("speed=1000&throttle_ms=10000&fields=k&history=60");
  assert.deepEqual(historyOf(await gridsOf(stream)), []);
});

/** Seeks of a served session, each with history, while playing and while paused. */
async function checkSeeks(served: ServedSession, start: string, times: string[]): Promise<void> {
  const grids = await plainRun(served, start, 25);
  const warmup = await plainRun(served, start, 25, { historyNs: 600 * SECOND });
  for (const isPaused of [false, true]) {
    const query = `start_time=${start}&speed=1&fields=pressure_variant,trades&history=60`;
    const stream = served.server.connect(query);
    await arrival(stream);
    stream.control("pause");
    await stateOf(stream);
    if (!isPaused) stream.control("speed", 0.1);
    if (!isPaused) await stateOf(stream);
    for (const time of times) {
      if (!isPaused) stream.control("resume");
      if (!isPaused) await stateOf(stream);
      stream.control("seek", time);
      await stateOf(stream);
      const seen = await arrival(stream);
      const toNs = nsOf(served, time);
      checkHistory(historyOf(seen), warmup, { toNs, seconds: 60 });
      const before = grids.filter(({ ns }) => ns >= toNs - 60 * SECOND && ns < toNs);
      // Of what lies after the start each cell's last is known.
      const known = new Set(lastOfCells(before, 0.1 * SECOND).map(({ eventId }) => eventId));
      const after = historyOf(seen).filter(({ ns }) => ns >= nsOf(served, start));
      assert.deepEqual(idsOf(after), [...known]);
      assert.equal(seen.at(-1)!.head.event_id, grids.find(({ ns }) => ns >= toNs)!.eventId);
      if (!isPaused) continue;
      // The one grid, and no other: two answers in a row.
      stream.control("pause");
      const next = await stream.next();
      assert.ok(next && !(next instanceof Uint8Array));
      assert.equal(next.type, "state");
    }
    await stream.close();
  }
}

Deno.test("after a seek there is history too, and while paused then the one grid", async () => {
  const served = await small();
  await checkSeeks(served, SMALL_START, ["09:37:10", "09:35:20", "09:38:00"]);
});

Deno.test({
  name: "after a seek there is history too: ESH4",
  ignore: !hasShared,
  async fn() {
    const served = await es();
    await checkSeeks(served, "18:20", ["18:41:00", "18:25:30"]);
  },
});

Deno.test({
  name: "of ten minutes of history hardly a second with data is without a grid: ESH4",
  ignore: !hasShared,
  async fn() {
    const served = await es();
    const stream = served.server.connect("start_time=18:40&fields=k&history=600");
    const history = historyOf(await arrival(stream));
    await stream.close();
    const boundaries = await plainRun(served, "18:40", 0, { historyNs: 600 * SECOND });
    const toNs = nsOf(served, "18:40");
    const inTime = boundaries.filter(({ ns }) => ns >= toNs - 600 * SECOND && ns < toNs);
    const last = new Map(
      lastOfCells(inTime, SECOND).map(({ ns }) => [Math.floor(ns / SECOND), ns]),
    );
    assert.ok(history.length >= 0.98 * last.size, `${history.length} of ${last.size}`);
    // As new as what comes 0.1 s apart at least can be.
    for (const { ns } of history) assert.ok(last.get(Math.floor(ns / SECOND))! - ns < 0.1 * SECOND);
  },
});

Deno.test("history up to an instant between two cells is 600 grids at most", async () => {
  const served = await small();
  const query = `start_time=${SMALL_START}&speed=1&fields=pressure_variant&throttle_ms=0`;
  for (const history of [60, 120]) {
    const stream = served.server.connect(`${query}&history=${history}`);
    await arrival(stream);
    stream.control("pause");
    await stateOf(stream);
    const target = nyNs(served.dt, "09:38:00") + 50_000_000n;
    seekTo(stream, target);
    await stateOf(stream);
    const width = history > 60 ? SECOND : SECOND / 10;
    const fromNs = Number(target % DAY_NS) - history * SECOND;
    for (const { ns } of historyOf(await arrival(stream))) {
      assert.ok(Math.floor(ns / width) * width >= fromNs, "a cell that begins before the history");
    }
    await stream.close();
  }
});

Deno.test("while a client takes its history, what comes after that waits too", async () => {
  const served = await small();
  const free = await all(served, `${PLAIN}&history=60`);
  const history = historyOf(free);
  const query = `start_time=${LATE_START}&speed=1000&fields=k&history=60`;
  const stream = served.server.connect(`${query}&credit=${history.length}`);
  for (let taken = 0; taken < history.length;) {
    if (await stream.next() instanceof Uint8Array) taken++;
  }
  // Time goes by: as much as it takes to ask and be answered.
  for (let i = 0; i < 5; i++) {
    stream.socket.send(JSON.stringify({ type: "control", action: "speed", value: 1000 }));
    await stream.until("state");
  }
  stream.socket.send(JSON.stringify({ type: "ack", grids: history.length }));
  const message = await stream.next();
  assert.ok(message !== null && !(message instanceof Uint8Array));
  assert.equal(message.type, "grid_update");
  assert.deepEqual(message, free[history.length]!.head);
  await stream.close();
});

Deno.test("history waits for credit, and none of it is left out", async () => {
  const served = await small();
  const free = historyOf(await all(served, `${PLAIN}&history=60`));
  const stream = served.server.connect(
    `start_time=${LATE_START}&speed=0.1&fields=k&history=60&credit=8`,
  );
  const ids: number[] = [];
  for (;;) {
    const message = await stream.next();
    assert.ok(message !== null);
    if (message instanceof Uint8Array) {
      // Acknowledged eight at a time: so many are on their way, and then none.
      if (ids.length % 8 === 0) {
        stream.socket.send(JSON.stringify({ type: "ack", grids: ids.length }));
      }
      continue;
    }
    assert.notEqual(message.type, "lag");
    if (message.type !== "grid_update") continue;
    if (!message.history) break;
    ids.push(message.event_id);
  }
  await stream.close();
  assert.deepEqual(ids, idsOf(free));
});
