import assert from "node:assert/strict";
import fc from "fast-check";
import { reconnectDelay } from "../../../client/stream/backoff.ts";

Deno.test("reconnectDelay() doubles from 1 s to 15 s", () => {
  const delays = [0, 1, 2, 3, 4, 5, 2000].map((attempt) => reconnectDelay(attempt, 0));
  assert.deepEqual(delays, [1000, 2000, 4000, 8000, 15000, 15000, 15000]);
});

Deno.test("reconnectDelay() takes up to a quarter off by chance", () => {
  assert.equal(reconnectDelay(1, 0.5), 1750);
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(fc.nat(40), chance, (attempt, random) => {
    const longest = reconnectDelay(attempt, 0);
    const delay = reconnectDelay(attempt, random);
    assert.ok(Number.isInteger(delay) && delay <= longest && delay >= 0.75 * longest);
  }));
});
