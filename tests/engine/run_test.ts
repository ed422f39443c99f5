/** A run works no longer at a time than its caller allows. */
import assert from "node:assert/strict";
import { EngineRun } from "../../engine/run.ts";
import { newYorkNs } from "../new_york.ts";
import { SMALL_DT, smallLake } from "../small_session.ts";

const CAPACITY = 4096;
const BUDGET = 500;

Deno.test("advance() keeps to its budget, however small the pieces in which bytes come", async () => {
  await using lake = await smallLake();
  const run = await EngineRun.open({
    origin: { path: lake.path },
    productType: "future_mbo",
    symbol: "MNQH6",
    dt: SMALL_DT,
    tickInt: 250_000_000,
    startNs: newYorkNs(SMALL_DT, "09:35:00"),
    throttleMs: 25,
    capacity: CAPACITY,
  });
  const { decoder } = run.session;
  let used = 0;
  for (let before = 0;;) {
    const progress = await run.advance(BUDGET);
    const read = decoder.recordsRead - before;
    assert.ok(read <= BUDGET, `${read} records at once`);
    before = decoder.recordsRead;
    if (progress === "end") break;
    if (progress === "budget") used++;
  }
  run.close();
  assert.ok(used > 10, `${used} budgets were used up`);
});
