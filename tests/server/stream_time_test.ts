/** What a stream tells of time: its raster, boundaries that have settled, seeks to an instant; and columns by name. */
import assert from "node:assert/strict";
import { tableFromIPC } from "apache-arrow";
import type { Trade } from "../../engine/wire/messages.ts";
import { isWholeProof } from "../proof.ts";
import { hasShared } from "../shared_data.ts";
import { SMALL_START } from "../small_session.ts";
import { nyNs, servedOnce, serveEs, serveSmall, stateOf } from "./served_session.ts";
import {
  all,
  arrival,
  gridsOf,
  historyOf,
  idsOf,
  lastOfCells,
  LATE_START,
  nsOf,
  PLAIN,
  plainRun,
  SECOND,
  seekTo,
  type TimedGrid,
} from "./timed_stream.ts";

const small = servedOnce(() => serveSmall());
const es = servedOnce(serveEs);

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
    ["the small session", small, LATE_START, [[1000, 240], [1000, 60], [100, 60], [50, 240]]],
    ["ESH4", es, "18:50", [[1000, 60]]],
  ] as const
) {
  Deno.test({
    name:
      `rate: of each cell of the raster the last grid, all trades with their own times: ${name}`,
    ignore: name === "ESH4" && !(isWholeProof && hasShared),
    async fn() {
      const served = await serve();
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
  const served = await small();
  const query = `start_time=${LATE_START}&fields=k&throttle_ms=500`;
  const plain = await all(served, `${query}&speed=1000`);
  const stream = served.server.connect(`${query}&speed=20&rate=240`);
  const sent = await gridsOf(stream, (grids) => grids.length >= 40);
  await stream.close();
  const expected = lastOfCells(plain, 500e6);
  const first = sent[0]!.head.event_id;
  const rest = idsOf(expected).filter((id) => id !== first);
  assert.deepEqual(idsOf(sent).slice(1), rest.slice(0, sent.length - 1));
});

Deno.test("what lies far apart by the client's own wish is waited for: the clock leaps over silences alone", async () => {
  const served = await small();
  for (const wish of ["throttle_ms=61000&speed=1000", "throttle_ms=25&speed=500&rate=7"]) {
    const stream = served.server.connect(`start_time=${SMALL_START}&fields=k&${wish}`);
    const times: number[] = [];
    for (let message = await stream.next(); message !== null; message = await stream.next()) {
      if (message instanceof Uint8Array) continue;
      assert.notEqual(message.type, "state", wish);
      if (message.type === "grid_update") times.push(Number(BigInt(message.ts_ns) / 1_000_000n));
    }
    const apart = times.slice(1).map((ms, i) => ms - times[i]!);
    await stream.close();
    assert.ok(Math.max(...apart) > 60_000, `${wish}: ${apart}`);
  }
});

Deno.test("rate: steps show every grid, and a paused seek its very grid", async () => {
  const served = await small();
  const plain = await all(served, `${PLAIN}`);
  // As slow as the market was: the session must not be over before the pause arrives.
  const stream = served.server.connect(`${PLAIN.replace("speed=1000", "speed=1")}&rate=1`);
  await stream.until("grid_update");
  stream.control("pause");
  await stateOf(stream);
  const at = plain.findIndex(({ ns }) => ns >= nsOf(served, "09:38:30"));
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
  const served = await small();
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

Deno.test("seek by ts_ns arrives at the very grid, and is answered with that instant", async () => {
  const served = await small();
  const plain = await all(served, `start_time=${LATE_START}&speed=1000&fields=k`);
  const stream = served.server.connect(`start_time=${LATE_START}&speed=1&fields=k`);
  await arrival(stream);
  stream.control("pause");
  await stateOf(stream);
  for (const index of [300, 301, 30, 400]) {
    const { ts_ns, event_id } = plain[index]!.head;
    seekTo(stream, BigInt(ts_ns));
    assert.equal((await stateOf(stream)).ts_ns, ts_ns);
    assert.equal((await arrival(stream))[0]!.head.event_id, event_id);
  }
  await stream.close();
});

Deno.test("a wrong instant to seek is refused in one line, and the stream goes on", async () => {
  const served = await small();
  const stream = served.server.connect(`start_time=${SMALL_START}&speed=1&fields=k`);
  await arrival(stream);
  const before = nyNs(served.dt, "09:00");
  for (
    const [ts_ns, why] of [
      ["1", /ts_ns 1 is outside the session of 2026-02-06/],
      [
        "99999999999999999999",
        /outside the session of 2026-02-06, which is from 2026-02-05 19:00 to 2026-02-06 19:00 A/,
      ],
      [`${before}`, /, 2026-02-06 09:00 New York, is before this stream's start_time 09:35/],
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
  const served = await small();
  for (
    const [name, values] of [
      ["history", ["601", "-1", "1.5", "x"]],
      ["rate", ["0", "241", "1.5", "x"]],
      ["settle", ["2", "true", "-1"]],
      ["reading", ["2", "yes"]],
      ["session", ["2", "yes"]],
      ["fields", ["bid_dept"]],
      // Which of two would hold?
      ["speed", ["2&speed=3"]],
      ["dt", ["2026-02-06&dt=2026-02-06"]],
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
  const served = await small();
  const query = `start_time=${LATE_START}&speed=1000`;
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
  const served = await small();
  const query = `start_time=${LATE_START}&speed=1000`;
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
  const served = await small();
  const keys = [
    ...["type", "ts_ns", "event_id", "mid_price", "spot_ref_price_int", "best_bid_price_int"],
    ...["best_ask_price_int", "book_valid", "bid_present", "ask_present"],
  ];
  const plain = await plainRun(served, LATE_START, 25);
  const grids = await all(served, PLAIN);
  for (const { head } of grids) assert.deepEqual(Object.keys(head), keys);
  assert.deepEqual(idsOf(grids), plain.map(({ eventId }) => eventId));
});

Deno.test("executions of boundaries that have settled go with the next grid of who does not see them", async () => {
  const served = await small();
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
  const served = await small();
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
