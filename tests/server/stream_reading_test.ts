/** What a stream says of the balance of forces, and of the session so far. */
import assert from "node:assert/strict";
import type { GridUpdateMessage } from "../../engine/wire/messages.ts";
import { hasShared } from "../shared_data.ts";
import { SMALL_START } from "../small_session.ts";
import { type ServedSession, serveEs, serveSmall, stateOf } from "./served_session.ts";
import { all, gridsOf, historyOf, restOf, type TimedGrid } from "./timed_stream.ts";

/** What a stream says of the balance at each grid, without what it was before. */
function readings(grids: readonly TimedGrid[]): Map<number, GridUpdateMessage["reading"]> {
  return new Map(grids.map(({ head }) => {
    const { changes: _, ...reading } = head.reading!;
    return [head.event_id, reading];
  }));
}

/** The states that a stream tells of, each with when it began. */
function statesOf(grids: readonly TimedGrid[]): [state: string, sinceNs: string][] {
  const states: [string, string][] = [];
  for (const { head: { reading } } of grids) {
    const { changes = [], state, since_ts_ns } = reading!;
    // It tells of others only where there are some.
    assert.ok(reading!.changes === undefined || changes.length > 0);
    for (const told of [...changes, { state, since_ts_ns }]) {
      if (told.since_ts_ns !== states.at(-1)?.[1]) states.push([told.state, told.since_ts_ns]);
    }
  }
  return states;
}

for (
  const [name, serve, start] of [
    ["the small session", serveSmall, SMALL_START],
    ["ESH4", serveEs, "18:25"],
  ] as const
) {
  Deno.test({
    name: `every change of the state is told, whatever is not sent: ${name}`,
    ignore: name === "ESH4" && !hasShared,
    async fn() {
      await using served = await serve();
      const query = `start_time=${start}&fields=k&reading=1`;
      const states = statesOf(await all(served, `${query}&speed=1000`));
      assert.ok(states.length > 8, `${states.length}`);
      for (const [before, [, sinceNs]] of states.slice(1).entries()) {
        assert.ok(BigInt(sinceNs) > BigInt(states[before]![1]));
      }
      // A raster of seconds, one that leaves out nearly all of it, and boundaries that have settled.
      const slow = name === "ESH4" ? 500 : 100;
      const wishes = ["speed=1000&rate=60", "speed=1000&rate=1", `speed=${slow}&rate=60&settle=1`];
      await Promise.all(wishes.map(async (wish) => {
        const grids = await all(served, `${query}&${wish}`);
        assert.deepEqual(statesOf(grids), states, wish);
        const [first] = grids;
        assert.equal(first!.head.reading!.changes, undefined, wish);
      }));
      // With history it is known from earlier on.
      const grids = await all(served, `${query}&speed=1000&rate=60&history=60`);
      const known = statesOf(grids);
      const from = known.findIndex(([, sinceNs]) => sinceNs === states[0]![1]);
      assert.deepEqual(known.slice(from), states);
    },
  });
}

Deno.test("after a seek no change of before is told", async () => {
  await using served = await serveSmall();
  const query = `start_time=${SMALL_START}&speed=20&fields=k&reading=1&rate=1&history=60`;
  const stream = served.server.connect(query);
  await gridsOf(stream, (seen) => restOf(seen).length > 1);
  for (const time of ["09:37:30", "09:36:40"]) {
    stream.control("seek", time);
    await stateOf(stream);
    const [first] = await gridsOf(stream, (seen) => seen.length > 0);
    assert.equal(first!.head.reading!.changes, undefined, time);
    assert.equal(first!.head.reading!.since_ts_ns, first!.head.ts_ns, time);
  }
  await stream.close();
});

for (
  // As slow as the session is short: it must not be over before a control arrives.
  const [name, serve, start, speed, seeks] of [
    ["the small session", serveSmall, SMALL_START, 20, ["09:37:30", "09:36:40", "09:39:00"]],
    ["ESH4", serveEs, "18:25", 100, ["18:40:00", "18:31:15", "18:52:30"]],
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
        const slower = query.replace("speed=1000", `speed=${speed}`);
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
