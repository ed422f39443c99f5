import assert from "node:assert/strict";
import { REGIME_DEFAULTS } from "../../../engine/regime/params.ts";
import { Tail } from "../../../engine/regime/tail.ts";

/** How many of the snapshots after an evaluation are taken, ten milliseconds apart from its end on. */
function taken(params: Partial<typeof REGIME_DEFAULTS>, startMs = 0): number {
  const tail = new Tail(1e9, { ...REGIME_DEFAULTS, ...params });
  for (let i = 0; i < 10_000; i++) {
    if (tail.isLast(1e9 + (startMs + 10 * i) * 1e6)) return i + 1;
  }
  return Infinity;
}

Deno.test("after an evaluation as many snapshots are taken as its last trade may need", () => {
  // Entered by the first of them at the latest, and held for so many more.
  assert.equal(taken({ maxHoldSnapshots: 5 }), 6);
  // Entered at 50 ms, the sixth; held for five more, left at the first 50 ms after.
  assert.equal(taken({ maxHoldSnapshots: 5, latencyMs: 50 }), 16);
  // Held until after 100 ms.
  assert.equal(taken({ maxHoldMs: 100 }), 12);
  assert.equal(taken({ maxHoldMs: 100, latencyMs: 50 }), 22);
  // Nothing is there for a while: the entry's fill is as late.
  assert.equal(taken({ maxHoldMs: 100 }, 3_000), 12);
});
