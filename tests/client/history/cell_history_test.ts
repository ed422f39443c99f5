import assert from "node:assert/strict";
import { CellHistory } from "../../../client/history/cell_history.ts";
import { GRID_ROWS } from "../../../engine/wire/fields.ts";

function filled(capacity: number, columns: number): CellHistory {
  const history = new CellHistory(capacity);
  for (let n = 0; n < columns; n++) history.append(1000 + n, 5000 + n).fill(n + 1);
  return history;
}

Deno.test("CellHistory keeps the newest columns under their numbers", () => {
  const history = filled(4, 11);
  assert.equal(history.first, 7);
  assert.equal(history.end, 11);
  for (let column = 7; column < 11; column++) {
    assert.deepEqual(history.cells(column), new Uint16Array(GRID_ROWS).fill(column + 1));
    assert.equal(history.spotTick(column), 1000 + column);
    assert.equal(history.time(column), 5000 + column);
  }
});

Deno.test("CellHistory starts at column 0 until it is full", () => {
  assert.equal(filled(4, 0).first, 0);
  assert.equal(filled(4, 4).first, 0);
  assert.equal(filled(4, 5).first, 1);
});

Deno.test("CellHistory numbers from 0 again after a clear, as another generation", () => {
  const history = filled(4, 11);
  const generation = history.generation;
  history.clear();
  assert.equal(history.end, 0);
  assert.notEqual(history.generation, generation);
  history.append(7, 8);
  assert.equal(history.spotTick(0), 7);
});
