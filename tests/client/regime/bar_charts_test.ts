import assert from "node:assert/strict";
import { countText, spread } from "../../../client/regime/bar_charts.ts";

Deno.test("labels of bars do not overlap: as many as there is room for, the last one among them", () => {
  assert.deepEqual(spread(5, 640), [0, 1, 2, 3, 4]);
  assert.deepEqual(spread(12, 640), [1, 3, 5, 7, 9, 11]);
  assert.deepEqual(spread(30, 640), [2, 5, 8, 11, 14, 17, 20, 23, 26, 29]);
  assert.deepEqual(spread(3, 0), [2]);
  assert.deepEqual(spread(0, 640), []);
});

Deno.test("a count beside an axis is one: between 2 and 3 there is none", () => {
  assert.deepEqual([0, 2, 2.5, 3, 1_000].map(countText), ["0", "2", "", "3", "1\u202f000"]);
});
