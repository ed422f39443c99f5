/** Work that takes long leaves the event loop to others in between. */
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { ensureBookCache } from "../../engine/cache.ts";
import { EngineRun } from "../../engine/run.ts";
import { newYorkNs } from "../new_york.ts";
import { SMALL_DT, smallLake } from "../small_session.ts";

const STARTS = ["09:37", "09:38", "09:39"];

/** Time between two looks at the clock: a turn of 3 ms then has room for two slices. */
const STEP_MS = 2;
/** Of 1,000 records each; a third is begun by whoever looked at the clock last. */
const MAX_RECORDS = 3_000 + STARTS.length;

/** A clock that goes on when it is looked at, and not with the machine. */
function steppingClock(): Disposable {
  const { now } = performance;
  let ms = now.call(performance);
  performance.now = () => ms += STEP_MS;
  return { [Symbol.dispose]: () => performance.now = now };
}

Deno.test("books that are built at once share the turns of the event loop, each of them short", async () => {
  await using made = await smallLake();
  const runs = await Promise.all(STARTS.map((start) =>
    EngineRun.open({
      origin: { path: made.path },
      productType: "future_mbo",
      symbol: "MNQH6",
      dt: SMALL_DT,
      tickInt: 250_000_000,
      startNs: newYorkNs(SMALL_DT, `${start}:00`),
      throttleMs: 25,
      capacity: 4096,
    })
  ));
  const recordsRead = () => runs.reduce((sum, { session }) => sum + session.decoder.recordsRead, 0);
  using _clock = steppingClock();
  let isOver = false;
  const built = Promise.all(runs.map((run) => ensureBookCache(run, { lake: made.lake })))
    .finally(() => isOver = true);
  const turns: number[] = [];
  for (let before = recordsRead(); !isOver; before = recordsRead()) {
    await setImmediate();
    turns.push(recordsRead() - before);
  }
  for (const result of await built) assert.equal(result?.stored, true);
  assert.ok(Math.max(...turns) <= MAX_RECORDS, `${Math.max(...turns)} records in one turn`);
  assert.ok(recordsRead() > 4 * MAX_RECORDS, `${recordsRead()} records in all`);
  for (const run of runs) run.close();
});
