import assert from "node:assert/strict";
import { Lateness } from "../../../client/stream/lateness.ts";

Deno.test("Lateness tells how far a stream that lags is behind its pace, until it keeps up", () => {
  const lateness = new Lateness();
  const take = (eventMs: number, nowMs: number) => lateness.take(eventMs, 10, nowMs);
  assert.deepEqual([take(50_000, 1000), take(60_000, 2000), take(70_000, 4500)], [0, 0, 0]);
  lateness.lag();
  assert.deepEqual([take(80_000, 6400), take(110_000, 8000)], [2400, 1000]);
  assert.equal(take(120_000, 8400), 0);
  assert.equal(take(130_000, 9900), 0);
});

Deno.test("Lateness counts anew from another pace on", () => {
  const lateness = new Lateness();
  lateness.take(0, 1, 0);
  lateness.reset();
  lateness.lag();
  assert.equal(lateness.take(1000, 1, 60_000), 0);
  lateness.lag();
  assert.equal(lateness.take(2000, 1, 62_000), 1000);
});
