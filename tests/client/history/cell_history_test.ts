import assert from "node:assert/strict";
import { CellHistory } from "../../../client/history/cell_history.ts";
import { encodeCell } from "../../../client/history/cell.ts";
import { GRID_ROWS } from "../../../engine/wire/fields.ts";

Deno.test("CellHistory keeps a grid until another has its slot", () => {
  const history = new CellHistory(4);
  for (const number of [0, 1, 2, 3, 6]) history.open(number, 1000 + number).fill(number + 1);
  for (const number of [0, 1, 3, 6]) {
    assert.deepEqual(history.cells(number), new Uint16Array(GRID_ROWS).fill(number + 1));
    assert.equal(history.spotTick(number), 1000 + number);
  }
});

Deno.test("CellHistory colours a bucket that left the grid and came back as it is now", () => {
  const history = new CellHistory(8);
  const grid = (force: number, depth: number) => ({
    columns: {
      pressure_variant: new Float64Array(GRID_ROWS).fill(force),
      rest_depth: new Float64Array(GRID_ROWS).fill(depth),
    },
  });
  history.write(0, grid(40, 90), 100);
  history.write(1, grid(1, 1), 300);
  history.write(2, grid(10, 80), 100);
  assert.equal(history.cells(0)[50], encodeCell(40, 90));
  assert.equal(history.cells(2)[50], encodeCell(10, 80));
});
