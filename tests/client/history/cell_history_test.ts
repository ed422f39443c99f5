import assert from "node:assert/strict";
import { CellHistory } from "../../../client/history/cell_history.ts";
import { GRID_ROWS } from "../../../engine/wire/fields.ts";

Deno.test("CellHistory keeps a grid until another has its slot", () => {
  const history = new CellHistory(4);
  for (const number of [0, 1, 2, 3, 6]) history.open(number, 1000 + number).fill(number + 1);
  for (const number of [0, 1, 3, 6]) {
    assert.deepEqual(history.cells(number), new Uint16Array(GRID_ROWS).fill(number + 1));
    assert.equal(history.spotTick(number), 1000 + number);
  }
});
