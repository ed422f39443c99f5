/** What a stream tells of time: history, rate, settled boundaries, the reading, the session so far. */
import assert from "node:assert/strict";
import { tableFromIPC } from "apache-arrow";
import type { GridUpdateMessage, Trade } from "../../engine/wire/messages.ts";
import { hasShared } from "../shared_data.ts";
import { SMALL_START } from "../small_session.ts";
import { nyNs, type ServedSession, serveEs, serveSmall, stateOf } from "./served_session.ts";
import type { StreamReader } from "./stream_client.ts";
import { gridsOf, lastOfCells, type PlainGrid, plainRun, type TimedGrid } from "./timed_stream.ts";

const SECOND = 1e9;
const DAY_NS = 86_400_000_000_000n;
const PLAIN = `start_time=${SMALL_START}&speed=1000&fields=rest_depth,pressure_variant,trades`;

const idsOf = (grids: readonly TimedGrid[]) => grids.map(({ head }) => head.event_id);
const historyOf = (grids: readonly TimedGrid[]) => grids.filter(({ head }) => head.history);
const restOf = (grids: readonly TimedGrid[]) => grids.filter(({ head }) => !head.history);

function nsOf(served: ServedSession, time: string): number {
  return Number(nyNs(served.dt, time) % DAY_NS);
}

/** The whole of a stream; a machine that lags for seconds leaves out some of it, and is asked again. */
async function all(served: ServedSession, query: string): Promise<TimedGrid[]> {
  for (let asked = 1;; asked++) {
    const stream = served.server.connect(query);
    const grids = await gridsOf(stream);
    if (stream.dropped === 0) return grids;
    assert.ok(asked < 5, `${stream.dropped} grids were left out`);
  }
}

function seekTo(stream: StreamReader, tsNs: bigint): void {
  stream.socket.send(JSON.stringify({ type: "control", action: "seek", ts_ns: `${tsNs}` }));
}

/** Grids up to the first that is no history, and it. */
async function arrival(stream: StreamReader): Promise<TimedGrid[]> {
  return await gridsOf(stream, (grids) => grids.length > 0 && !grids.at(-1)!.head.history);
}

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
  await using served = await serveSmall();
  const plain = await all(served, PLAIN);
  const warmup = await plainRun(served, SMALL_START, 0, { historyNs: 600 * SECOND });
  const toNs = nsOf(served, SMALL_START);
  for (const seconds of [1, 60, 61, 600]) {
    const grids = await all(served, `${PLAIN}&history=${seconds}`);
    const history = historyOf(grids);
    checkHistory(history, warmup, { toNs, seconds });
    assert.deepEqual(idsOf(grids), [...idsOf(history), ...idsOf(plain)], "history first");
    for (const [i, grid] of restOf(grids).entries()) assert.deepEqual(bare(grid), bare(plain[i]!));
  }
});

Deno.test("history=0, or no start time: there is none", async () => {
  await using served = await serveSmall();
  assert.deepEqual(historyOf(await all(served, `${PLAIN}&history=0`)), []);
  const stream = served.server.connect("speed=1000&throttle_ms=1000&fields=k&history=60");
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
  await using served = await serveSmall();
  await checkSeeks(served, SMALL_START, ["09:37:10", "09:35:20", "09:38:00"]);
});

Deno.test({
  name: "after a seek there is history too: ESH4",
  ignore: !hasShared,
  async fn() {
    await using served = await serveEs();
    await checkSeeks(served, "18:20", ["18:41:00", "18:25:30"]);
  },
});

Deno.test("history up to an instant between two cells is 600 grids at most", async () => {
  await using served = await serveSmall();
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

Deno.test("history waits for credit, and none of it is left out", async () => {
  await using served = await serveSmall();
  const free = historyOf(await all(served, `${PLAIN}&history=60`));
  const stream = served.server.connect(
    `start_time=${SMALL_START}&speed=0.1&fields=k&history=60&credit=8`,
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

/** Holds a stream with a rate against one without it. */
function checkRate(
  sent: readonly TimedGrid[],
  plain: readonly TimedGrid[],
  widthNs: number,
): void {
  // The first comes at once; after it the last of each cell.
  const [first, ...rest] = idsOf(sent);
  assert.equal(first, plain[0]!.head.event_id);
  const expected = idsOf(lastOfCells(plain, widthNs)).filter((id) => id !== first);
  assert.deepEqual(rest, expected);
  const tradesOf = (grids: readonly TimedGrid[]) => grids.flatMap(({ trades }) => trades);
  assert.deepEqual(tradesOf(sent), tradesOf(plain));
}

for (
  const [name, serve, start, rates] of [
    ["the small session", serveSmall, SMALL_START, [[1000, 240], [1000, 60], [100, 60], [50, 240]]],
    ["ESH4", serveEs, "18:40", [[1000, 60]]],
  ] as const
) {
  Deno.test({
    name:
      `rate: of each cell of the raster the last grid, all trades with their own times: ${name}`,
    ignore: name === "ESH4" && !hasShared,
    async fn() {
      await using served = await serve();
      const query = `start_time=${start}&fields=rest_depth,trades`;
      const plain = await all(served, `${query}&speed=1000`);
      for (const [speed, rate] of rates) {
        const stream = served.server.connect(`${query}&rate=${rate}&speed=${speed}`);
        const last = plain.findIndex(({ ns }) => ns > plain[0]!.ns + speed * 0.5 * SECOND);
        const isEnough = speed === 1000
          ? undefined
          : (grids: readonly TimedGrid[]) => grids.length > 0 && grids.at(-1)!.ns > plain[last]!.ns;
        const sent = await gridsOf(stream, isEnough);
        await stream.close();
        const upTo = plain.findIndex(({ head }) => head.event_id === sent.at(-1)!.head.event_id);
        checkRate(sent, plain.slice(0, upTo + 1), Math.max(25e6, speed / rate * SECOND));
      }
    },
  });
}

Deno.test("rate: at a speed that leaves the throttle's grids further apart nothing is left out", async () => {
  await using served = await serveSmall();
  const query = `start_time=${SMALL_START}&fields=k&throttle_ms=500`;
  const plain = await all(served, `${query}&speed=1000`);
  const stream = served.server.connect(`${query}&speed=20&rate=240`);
  const sent = await gridsOf(stream, (grids) => grids.length >= 40);
  await stream.close();
  const expected = lastOfCells(plain, 500e6);
  const first = sent[0]!.head.event_id;
  const rest = idsOf(expected).filter((id) => id !== first);
  assert.deepEqual(idsOf(sent).slice(1), rest.slice(0, sent.length - 1));
});

Deno.test("rate: steps show every grid, and a paused seek its very grid", async () => {
  await using served = await serveSmall();
  const plain = await all(served, `${PLAIN}`);
  // As slow as the market was: the session must not be over before the pause arrives.
  const stream = served.server.connect(`${PLAIN.replace("speed=1000", "speed=1")}&rate=1`);
  await stream.until("grid_update");
  stream.control("pause");
  await stateOf(stream);
  const at = plain.findIndex(({ ns }) => ns >= nsOf(served, "09:36:30"));
  seekTo(stream, BigInt(plain[at]!.head.ts_ns));
  await stateOf(stream);
  const seen = [...await arrival(stream)];
  for (let step = 0; step < 4; step++) {
    stream.control("step");
    await stateOf(stream);
    seen.push(...await arrival(stream));
  }
  await stream.close();
  assert.deepEqual(idsOf(seen), idsOf(plain.slice(at, at + 5)));
  assert.deepEqual(
    seen.map(({ trades }) => trades),
    plain.slice(at, at + 5).map(({ trades }) => trades),
  );
});

Deno.test("settle: boundaries that have settled come marked, between the very grids of a stream without", async () => {
  await using served = await serveSmall();
  const query =
    `start_time=${SMALL_START}&speed=0.1&fields=pressure_variant&throttle_ms=200&settle=1`;
  const expected = await plainRun(served, SMALL_START, 200, { settles: true });
  const stream = served.server.connect(query);
  const seen = await arrival(stream);
  stream.control("pause");
  await stateOf(stream);
  // By steps, so that none is left out because the next is due; fewer than are taken for a flood.
  for (let step = 0; step < 40; step++) {
    stream.control("step");
    await stateOf(stream);
    seen.push(...await arrival(stream));
  }
  await stream.close();
  for (const [i, { head, rows }] of seen.entries()) {
    const { kind, eventId, pressure } = expected[i]!;
    assert.deepEqual([head.event_id, head.settled], [
      eventId,
      kind === "settled" ? true : undefined,
    ]);
    assert.deepEqual([...tableFromIPC(rows).getChild("pressure_variant")!.toArray()], pressure);
  }
  assert.ok(seen.filter(({ head }) => head.settled).length > 5);
});

/** What a stream says of the balance at each grid. */
function readings(grids: readonly TimedGrid[]): Map<number, GridUpdateMessage["reading"]> {
  return new Map(grids.map(({ head }) => [head.event_id, head.reading]));
}

for (
  const [name, serve, start, seeks] of [
    ["the small session", serveSmall, SMALL_START, ["09:37:30", "09:36:40", "09:39:00"]],
    ["ESH4", serveEs, "18:25", ["18:40:00", "18:31:15", "18:52:30"]],
  ] as const
) {
  Deno.test({
    name: `the reading is the same at every rate, and after seeks as when playing: ${name}`,
    ignore: name === "ESH4" && !hasShared,
    async fn() {
      await using served = await serve();
      const query = `start_time=${start}&speed=1000&fields=k&reading=1`;
      const played = readings(await all(served, query));
      for (const reading of played.values()) assert.ok(reading);
      assert.ok(new Set([...played.values()].map((reading) => reading!.since_ts_ns)).size > 8);
      const rated = readings(await all(served, `${query}&rate=240&history=60`));
      let common = 0;
      for (const [id, reading] of rated) {
        if (!played.has(id)) continue;
        assert.deepEqual(reading, played.get(id));
        common++;
      }
      assert.ok(common > 30, `${common}`);
      for (const history of [60, 0]) {
        const slower = query.replace("speed=1000", "speed=20");
        const stream = served.server.connect(`${slower}&history=${history}`);
        await stream.until("grid_update");
        for (const time of seeks) {
          stream.control("seek", time);
          await stateOf(stream);
          const grids = await gridsOf(stream, (seen) => restOf(seen).length >= 150);
          for (const { head } of restOf(grids)) {
            const { state, since_ts_ns } = played.get(head.event_id)!;
            assert.deepEqual(
              [head.reading?.state, head.reading?.since_ts_ns],
              [state, since_ts_ns],
              `${time}, history=${history}`,
            );
          }
          for (const { head } of historyOf(grids)) assert.ok(head.reading);
        }
        await stream.close();
      }
    },
  });
}

/** What was traded up to a record, counted plainly. */
function plainSession(kept: ServedSession["kept"]): (eventId: number) => unknown {
  let high: bigint | null = null, low: bigint | null = null;
  let volume = 0n, notional = 0n, at = 0;
  return (eventId) => {
    for (; at < eventId; at++) {
      const { action, price, size } = kept[at]!;
      if (action !== "T" || size === 0n || size === 4294967295n || price === 0n) continue;
      if (high === null || price > high) high = price;
      if (low === null || price < low) low = price;
      volume += size;
      notional += price * size;
    }
    const vwap = volume === 0n ? null : (2n * notional + volume) / (2n * volume);
    const text = (value: bigint | null) => value === null ? null : `${value}`;
    return { high: text(high), low: text(low), vwap: text(vwap), volume: `${volume}` };
  };
}

for (
  const [name, serve, start] of [
    ["the small session", serveSmall, SMALL_START],
    ["ESH4", serveEs, "18:40"],
  ] as const
) {
  Deno.test({
    name: `session: what was traded since the session's beginning, bootstrap included: ${name}`,
    ignore: name === "ESH4" && !hasShared,
    async fn() {
      await using served = await serve();
      const query = `start_time=${start}&speed=1000&fields=k&session=1&history=60`;
      // Cold, then from the book cache.
      for (let turn = 0; turn < 2; turn++) {
        const grids = await all(served, query);
        const expected = plainSession(served.kept);
        assert.ok(grids.length > 500);
        for (const { head } of grids) assert.deepEqual(head.session, expected(head.event_id));
      }
    },
  });
}

Deno.test("seek by ts_ns arrives at the very grid, and is answered with that instant", async () => {
  await using served = await serveSmall();
  const plain = await all(served, `start_time=${SMALL_START}&speed=1000&fields=k`);
  const stream = served.server.connect(`start_time=${SMALL_START}&speed=1&fields=k`);
  await arrival(stream);
  stream.control("pause");
  await stateOf(stream);
  for (const index of [700, 701, 30, 1_500]) {
    const { ts_ns, event_id } = plain[index]!.head;
    seekTo(stream, BigInt(ts_ns));
    assert.equal((await stateOf(stream)).ts_ns, ts_ns);
    assert.equal((await arrival(stream))[0]!.head.event_id, event_id);
  }
  await stream.close();
});

Deno.test("a wrong instant to seek is refused in one line, and the stream goes on", async () => {
  await using served = await serveSmall();
  const stream = served.server.connect(`start_time=${SMALL_START}&speed=1&fields=k`);
  await arrival(stream);
  const before = nyNs(served.dt, "09:00");
  for (
    const [ts_ns, why] of [
      ["1", /ts_ns 1 is outside the session of 2026-02-06/],
      ["99999999999999999999", /outside the session/],
      [`${before}`, /before this stream's start_time 09:35/],
      ["-1", /is no instant/],
      ["1e9", /is no instant/],
      [1_770_388_500, /is no instant/],
    ] as const
  ) {
    stream.socket.send(JSON.stringify({ type: "control", action: "seek", ts_ns }));
    const { message } = await stream.until("error");
    assert.match(message, why);
    assert.ok(!message.includes("\n"));
  }
  stream.control("pause");
  await stateOf(stream);
  await stream.close();
});

Deno.test("wrong values of each parameter are named in one line, and close with 1008", async () => {
  await using served = await serveSmall();
  for (
    const [name, values] of [
      ["history", ["601", "-1", "1.5", "x"]],
      ["rate", ["0", "241", "1.5", "x"]],
      ["settle", ["2", "true", "-1"]],
      ["reading", ["2", "yes"]],
      ["session", ["2", "yes"]],
      ["fields", ["bid_dept"]],
    ] as const
  ) {
    for (const value of values) {
      const stream = served.server.connect(`start_time=${SMALL_START}&${name}=${value}`);
      const { message } = await stream.until("error");
      assert.ok(message.includes(name), `${name}=${value}: ${message}`);
      assert.ok(!message.includes("\n"));
      assert.equal((await stream.closed).code, 1008, `${name}=${value}`);
    }
  }
});

Deno.test("bid_depth and ask_depth come to who names them alone, after the others, and make rest_depth", async () => {
  await using served = await serveSmall();
  const query = `start_time=${SMALL_START}&speed=1000`;
  const stream = served.server.connect(
    `${query}&fields=ask_depth,bid_depth,last_event_id,rest_depth`,
  );
  const config = await stream.until("runtime_config");
  const names = ["k", "rest_depth", "last_event_id", "bid_depth", "ask_depth"];
  assert.deepEqual(config.grid_schema_fields, names);
  for (const { rows } of await gridsOf(stream, (grids) => grids.length >= 50)) {
    const table = tableFromIPC(rows);
    assert.deepEqual(table.schema.fields.map(({ name }) => name), names);
    const [rest, bids, asks] = ["rest_depth", "bid_depth", "ask_depth"]
      .map((name) => [...table.getChild(name)!.toArray()] as number[]);
    assert.deepEqual(bids!.map((depth, row) => depth + asks![row]!), rest);
    assert.ok(bids!.slice(0, 45).some((depth) => depth > 0));
  }
  await stream.close();
  const [first] = await gridsOf(served.server.connect(query), (grids) => grids.length > 0);
  const columns = tableFromIPC(first!.rows).schema.fields.map(({ name }) => name);
  assert.ok(!columns.includes("bid_depth") && columns.length === 20);
});

Deno.test("totals come to who names them, never fall, and part nobody from the grids of others", async () => {
  await using served = await serveSmall();
  const query = `start_time=${SMALL_START}&speed=1000`;
  const names = ["order_count", "added_total", "pulled_total", "filled_total"];
  const stream = served.server.connect(`${query}&fields=rest_depth,${names.join(",")}`);
  assert.deepEqual((await stream.until("runtime_config")).grid_schema_fields, [
    ...["k", "rest_depth", ...names],
  ]);
  const grids = await gridsOf(stream, (grids) => grids.length >= 50);
  const plain = await gridsOf(
    served.server.connect(`${query}&fields=rest_depth`),
    (grids) => grids.length >= 50,
  );
  const column = (rows: Uint8Array, name: string) =>
    [...tableFromIPC(rows).getChild(name)!.toArray()] as number[];
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  let before = 0;
  grids.slice(0, 50).forEach(({ rows, head }, i) => {
    assert.equal(head.ts_ns, plain[i]!.head.ts_ns);
    assert.deepEqual(column(rows, "rest_depth"), column(plain[i]!.rows, "rest_depth"));
    const orders = column(rows, "order_count");
    column(rows, "rest_depth").forEach((depth, row) => {
      assert.equal(depth > 0, orders[row]! > 0);
    });
    if (head.spot_ref_price_int !== grids[0]!.head.spot_ref_price_int) return;
    const added = sum(column(rows, "added_total"));
    assert.ok(added >= before);
    before = added;
  });
  assert.ok(before > 0);
  await stream.close();
});

Deno.test("who asks for nothing new gets no new key and no new message", async () => {
  await using served = await serveSmall();
  const keys = [
    ...["type", "ts_ns", "event_id", "mid_price", "spot_ref_price_int", "best_bid_price_int"],
    ...["best_ask_price_int", "book_valid", "bid_present", "ask_present"],
  ];
  const plain = await plainRun(served, SMALL_START, 25);
  const grids = await all(served, PLAIN);
  for (const { head } of grids) assert.deepEqual(Object.keys(head), keys);
  assert.deepEqual(idsOf(grids), plain.map(({ eventId }) => eventId));
});

Deno.test("executions of boundaries that have settled go with the next grid of who does not see them", async () => {
  await using served = await serveSmall();
  const query = `start_time=${SMALL_START}&speed=1&fields=k,trades&throttle_ms=200`;
  const { kept } = served;
  const traded = (from: number, to: number): Trade[] =>
    kept.slice(from, to).filter(({ action }) => action === "T")
      .map(({ ts, price, size, side }) => [`${ts}`, `${price}`, Number(size), side as "A" | "B"]);
  const plain = await plainRun(served, SMALL_START, 200, { settles: true });
  // Sought are instants right after grids that a settled boundary with executions follows.
  const at = plain.flatMap(({ kind }, i) => {
    const [grid, next] = [plain[i - 1], plain[i + 1]];
    const hasTrades = kind === "settled" && traded(grid!.eventId, plain[i]!.eventId).length > 0;
    return hasTrades && next !== undefined ? [i] : [];
  }).slice(5, 12);
  assert.ok(at.length >= 5, `${at.length}`);
  const stream = served.server.connect(query);
  await arrival(stream);
  stream.control("pause");
  await stateOf(stream);
  for (const i of at) {
    const [grid, settled, next] = [plain[i - 1]!, plain[i]!, plain[i + 1]!];
    // Before the settled boundary, and after it.
    for (const target of [grid.tsNs + 1n, settled.tsNs, settled.tsNs + 1n]) {
      seekTo(stream, target);
      await stateOf(stream);
      const [first] = await arrival(stream);
      assert.equal(first!.head.event_id, next.eventId);
      assert.deepEqual(first!.trades, traded(grid.eventId, next.eventId));
    }
  }
  await stream.close();
});

Deno.test("after the answer to a control nothing comes from before it", async () => {
  await using served = await serveSmall();
  const query =
    `start_time=${SMALL_START}&speed=20&fields=k,trades&reading=1&rate=60&settle=1&history=60`;
  const stream = served.server.connect(query);
  await arrival(stream);
  for (
    const [time, isBack] of [["09:37:00", false], ["09:36:00", true], ["09:38:00", false]] as const
  ) {
    stream.control("seek", time);
    await stateOf(stream);
    const toNs = nsOf(served, time);
    const seen = await arrival(stream);
    assert.ok(
      historyOf(seen).every(({ ns }) => ns >= toNs - 60 * SECOND && ns < toNs),
      `${isBack}`,
    );
    assert.ok(seen.at(-1)!.ns >= toNs);
    await gridsOf(stream, (grids) => grids.length >= 20);
  }
  stream.control("pause");
  const paused = await stateOf(stream);
  stream.control("speed", 100);
  const next = await stream.next();
  assert.ok(next && !(next instanceof Uint8Array) && next.type === "state");
  assert.equal(next.ts_ns, paused.ts_ns);
  stream.control("restart");
  await stateOf(stream);
  const again = await arrival(stream);
  assert.ok(again[0]!.head.history && again[0]!.ns < nsOf(served, SMALL_START));
  await stream.close();
});
