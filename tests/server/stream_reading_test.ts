/** What a stream says of the balance of forces. */
import assert from "node:assert/strict";
import type { GridUpdateMessage } from "../../engine/wire/messages.ts";
import { isWholeProof } from "../proof.ts";
import { hasShared } from "../shared_data.ts";
import { SMALL_START } from "../small_session.ts";
import { serveEs, serveSmall, stateOf } from "./served_session.ts";
import { all, gridsOf, historyOf, restOf, type TimedGrid } from "./timed_stream.ts";

/** What a stream says of the balance at each grid, without what it was before. */
function readings(grids: readonly TimedGrid[]): Map<number, GridUpdateMessage["reading"]> {
  return new Map(grids.map(({ head }) => {
    const { changes: _, ...reading } = head.reading!;
    return [head.event_id, reading];
  }));
}

for (
  // As slow as the session is short: it must not be over before a control arrives.
  const [name, serve, start, speed, seeks] of [
    ["the small session", serveSmall, SMALL_START, 20, ["09:37:30", "09:36:40", "09:39:00"]],
    ["ESH4", serveEs, "18:35", 100, ["18:45:00", "18:36:15", "18:52:30"]],
  ] as const
) {
  Deno.test({
    name: `the reading is the same at every rate, and after seeks as when playing: ${name}`,
    ignore: name === "ESH4" && !(isWholeProof && hasShared),
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
      await Promise.all([60, 0].map(async (history) => {
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
      }));
    },
  });
}
