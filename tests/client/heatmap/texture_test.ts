import assert from "node:assert/strict";
import { groupsToPaint, paintColumn } from "../../../client/heatmap/texture.ts";
import { CELL_VALUES } from "../../../client/history/cell.ts";
import { GRID_ROWS } from "../../../engine/wire/fields.ts";

Deno.test("groupsToPaint() paints only what the view moved on to", () => {
  const drawn = { from: 100, to: 200 };
  assert.deepEqual(groupsToPaint(drawn, { from: 101, to: 203 }), { from: 200, to: 203 });
  assert.deepEqual(groupsToPaint(drawn, { from: 100, to: 200 }), { from: 200, to: 200 });
  assert.deepEqual(groupsToPaint(drawn, { from: 150, to: 180 }), { from: 180, to: 180 });
});

Deno.test("groupsToPaint() paints all of a view that jumped", () => {
  const drawn = { from: 100, to: 200 };
  for (const wanted of [{ from: 99, to: 150 }, { from: 201, to: 300 }, { from: 0, to: 5 }]) {
    assert.deepEqual(groupsToPaint(drawn, wanted), wanted);
  }
});

/** Pixels of 3 columns and `rows` rows after column 1 was painted with cells 1, 2, 3 … */
function painted(rows: number, top: number, spotTick: number): number[] {
  const pixels = new Uint32Array(3 * rows);
  const palette = Uint32Array.from({ length: CELL_VALUES }, (_, cell) => cell);
  const cells = Uint16Array.from({ length: GRID_ROWS }, (_, row) => row + 1);
  paintColumn(pixels, 3, 1, top, cells, spotTick, palette);
  assert.ok(pixels.every((pixel, i) => i % 3 === 1 || pixel === 0));
  return Array.from({ length: rows }, (_, row) => pixels[3 * row + 1] ?? 0);
}

Deno.test("paintColumn() puts each cell in the row of its price", () => {
  const column = painted(103, 1051, 1000);
  assert.equal(column[0], 0);
  assert.equal(column[1], 101);
  assert.equal(column[51], 51);
  assert.equal(column[101], 1);
  assert.equal(column[102], 0);
});

Deno.test("paintColumn() leaves out prices beyond the rows", () => {
  assert.deepEqual(painted(3, 1001, 1000), [52, 51, 50]);
  assert.deepEqual(painted(3, 1001, 1052), [0, 0, 0]);
  assert.deepEqual(painted(3, 1001, 1051), [1, 0, 0]);
  assert.deepEqual(painted(3, 1001, 949), [0, 0, 101]);
});
