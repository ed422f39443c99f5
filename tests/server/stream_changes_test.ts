/** A stream tells every change of the state, whatever grids it leaves out. */
import assert from "node:assert/strict";
import type { ReadingUpdateMessage } from "../../engine/wire/messages.ts";
import { isWholeProof } from "../proof.ts";
import { hasShared } from "../shared_data.ts";
import { SMALL_START } from "../small_session.ts";
import { servedOnce, serveEs, serveSmall, stateOf } from "./served_session.ts";
import { all, gridsOf, restOf, type TimedGrid } from "./timed_stream.ts";

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

const small = servedOnce(() => serveSmall());

/** Sessions, each with a time to begin at. */
const SERVED = [
  ["the small session", small, SMALL_START],
  ["ESH4", servedOnce(serveEs), "18:45"],
] as const;

for (const [name, serve, start] of SERVED) {
  Deno.test({
    name: `every change of the state is told, whatever is not sent: ${name}`,
    ignore: name === "ESH4" && !(isWholeProof && hasShared),
    async fn() {
      const served = await serve();
      const query = `start_time=${start}&fields=k&reading=1`;
      const states = statesOf(await all(served, `${query}&speed=1000`));
      assert.ok(states.length > 8, `${states.length}`);
      for (const [before, [, sinceNs]] of states.slice(1).entries()) {
        assert.ok(BigInt(sinceNs) > BigInt(states[before]![1]));
      }
      // A raster of seconds, one that leaves out nearly all of it, and boundaries that have settled.
      const slow = name === "ESH4" ? 1000 : 100;
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

for (const [name, serve, start] of SERVED) {
  Deno.test({
    name: `what the state becomes between two grids is told before the second: ${name}`,
    ignore: name === "ESH4" && !(isWholeProof && hasShared),
    async fn() {
      const served = await serve();
      const stream = served.server.connect(`start_time=${start}&fields=k&reading=1&speed=1000`);
      let before: bigint | null = null;
      let told: ReadingUpdateMessage[] = [];
      let count = 0;
      for (let message = await stream.next(); message !== null; message = await stream.next()) {
        if (message instanceof Uint8Array) continue;
        if (message.type === "reading") told.push(message);
        if (message.type !== "grid_update") continue;
        const now = BigInt(message.ts_ns);
        const { changes = [], state, since_ts_ns } = message.reading!;
        const between = [...changes, { state, since_ts_ns }].filter(({ since_ts_ns: ns }) =>
          before !== null && BigInt(ns) > before && BigInt(ns) < now
        );
        // Others tell of a risk.
        const states = told.filter(({ ts_ns, reading }) => ts_ns === reading.since_ts_ns);
        assert.deepEqual(
          states.map(({ reading }) => [reading.state, reading.since_ts_ns]),
          between.map(({ state, since_ts_ns: ns }) => [state, ns]),
        );
        for (const { ts_ns } of told) {
          assert.ok(BigInt(ts_ns) > before! && BigInt(ts_ns) < now);
        }
        count += states.length;
        before = now;
        told = [];
      }
      await stream.closed;
      assert.ok(count > 8, `${count}`);
    },
  });
}

Deno.test("after a seek no change of before is told", async () => {
  const served = await small();
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
