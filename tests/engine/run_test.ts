/** A run works no longer at a time than its caller allows, and tells how far it came. */
import assert from "node:assert/strict";
import { zstdCompressSync } from "node:zlib";
import { ensureBookCache } from "../../engine/cache.ts";
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

Deno.test("the frame can be read wherever a run stops, also when the core's memory has grown", async () => {
  await using small = await smallLake();
  for (const hit of [false, true]) {
    const run = await EngineRun.open({
      origin: { path: small.path },
      ...{ productType: "future_mbo", symbol: "MNQH6", dt: SMALL_DT, tickInt: 250_000_000 },
      ...{ startNs: newYorkNs(SMALL_DT, "09:38:00"), throttleMs: 25 },
    });
    assert.equal((await ensureBookCache(run, small))?.hit, hit);
    let before = 0;
    while (await run.advance(BUDGET) !== "end") {
      const { eventId, tsNs } = run.frame;
      assert.ok(eventId >= before && tsNs > 0n, `${eventId}`);
      before = eventId;
    }
    run.close();
  }
});

Deno.test("a compressed file that is cut says which record is the first that is lost", async () => {
  await using lake = await smallLake();
  // Two frames, the second of them cut: what is whole of that is a matter of its blocks.
  const whole = await Deno.readFile(lake.path);
  const half = whole.length >> 1;
  const frames = [whole.subarray(0, half), whole.subarray(half)].map((part) =>
    zstdCompressSync(part)
  );
  await Deno.writeFile(lake.path, frames[0]!);
  await Deno.writeFile(lake.path, frames[1]!.subarray(0, frames[1]!.length >> 1), { append: true });
  const run = await EngineRun.open({
    origin: { path: lake.path },
    ...{ productType: "future_mbo", symbol: "MNQH6", dt: SMALL_DT, tickInt: 250_000_000 },
    ...{ startNs: null, throttleMs: 25, allowTruncated: true },
  });
  while (await run.advance(BUDGET) !== "end");
  const { recordsRead } = run.session.decoder;
  run.close();
  assert.ok(recordsRead > 1_000);
  assert.match(run.truncated!, /truncated at compressed byte \d+, .*; get the file again/);
  assert.ok(
    run.truncated!.endsWith(`(the record with index ${recordsRead} is the first that is lost)`),
  );
});
