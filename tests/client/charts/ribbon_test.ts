import assert from "node:assert/strict";
import { stateRuns } from "../../../client/charts/ribbon.ts";
import { decimalsOf, mirroredScale, valueScale } from "../../../client/charts/value_scale.ts";
import { BREAK } from "../../../client/history/columns.ts";
import { NO_GRID } from "../../../client/history/grid_order.ts";

Deno.test("stateRuns() runs over grids with one state, and ends at breaks and where nothing is", () => {
  const grids = Int32Array.from([NO_GRID, 0, 0, 1, BREAK, BREAK, 2, 3, 4]);
  const states = ["CHOP", "CHOP", "CHOP", "UP LEAN", null] as const;
  assert.deepEqual(stateRuns({ grids }, (grid) => states[grid] ?? null), [
    { from: 1, to: 4, state: "CHOP" },
    { from: 6, to: 7, state: "CHOP" },
    { from: 7, to: 8, state: "UP LEAN" },
  ]);
});

Deno.test("valueScale() of prices keeps to whole ticks", () => {
  for (const [min, max] of [[24994.375, 24994.625], [100, 101.3], [7, 7]] as const) {
    const scale = valueScale(min, max, 3, 0.25, 0.25);
    for (const value of [scale.min, scale.max, scale.step]) assert.equal(value % 0.25, 0);
    assert.ok(scale.min <= min && scale.max >= max && scale.step > 0);
  }
});

Deno.test("mirroredScale() has 0 in the middle and holds what it is to hold", () => {
  assert.deepEqual(mirroredScale(37, 1), { min: -50, max: 50, step: 50 });
  assert.deepEqual(mirroredScale(0, 1), { min: -1, max: 1, step: 1 });
});

Deno.test("decimalsOf() tells the multiples of a step apart", () => {
  assert.deepEqual([1, 50, 0.5, 0.25, 0.005].map(decimalsOf), [0, 0, 1, 2, 3]);
});
