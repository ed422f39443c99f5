import assert from "node:assert/strict";
import fc from "fast-check";
import { ColumnRing, paintColumns } from "../../../client/heatmap/texture.ts";
import { CELL_VALUES } from "../../../client/history/cell.ts";
import { BREAK } from "../../../client/history/columns.ts";
import { GRID_ROWS } from "../../../engine/wire/fields.ts";

const WIDTH = 9;

Deno.test("ColumnRing shows what it was told last, and paints nothing twice", () => {
  const views = fc.array(fc.record({
    left: fc.integer({ min: -30, max: 30 }),
    grids: fc.array(fc.integer({ min: BREAK, max: 3 }), { minLength: WIDTH, maxLength: WIDTH }),
  }));
  fc.assert(fc.property(views, (views) => {
    const ring = new ColumnRing(WIDTH);
    const places = new Array<number>(WIDTH).fill(-1);
    for (const { left, grids } of views) {
      ring.update(Int32Array.from(grids), left, (from, to, place) => {
        assert.equal(place, ring.placeOf(left, from));
        assert.ok(from < to && place + to - from <= WIDTH);
        for (let x = from; x < to; x++) {
          const grid = Math.max(-1, grids[x]!);
          assert.notEqual(places[place + x - from], grid, "painted though it was there");
          places[place + x - from] = grid;
        }
      });
      grids.forEach((grid, x) => assert.equal(places[ring.placeOf(left, x)], Math.max(-1, grid)));
    }
  }));
});

Deno.test("ColumnRing paints the new columns alone as a view moves on, all after a clear", () => {
  const ring = new ColumnRing(WIDTH);
  const painted = (left: number) => {
    const all: number[] = [];
    const grids = Int32Array.from({ length: WIDTH }, (_, x) => 1000 + left + x);
    ring.update(grids, left, (from, to) => {
      for (let x = from; x < to; x++) all.push(x);
    });
    return all;
  };
  assert.equal(painted(500).length, WIDTH);
  assert.deepEqual(painted(502), [7, 8]);
  assert.deepEqual(painted(502), []);
  ring.clear();
  assert.equal(painted(502).length, WIDTH);
});

/** Pixels of 3 columns and `rows` rows after column 1 was painted with cells 1, 2, 3 … */
function painted(rows: number, top: number, spotTick: number): number[] {
  const pixels = new Uint32Array(3 * rows);
  const palette = Uint32Array.from({ length: CELL_VALUES }, (_, cell) => cell);
  const cells = Uint16Array.from({ length: GRID_ROWS }, (_, row) => row + 1);
  paintColumns(pixels, 3, 1, 2, top, cells, spotTick, palette);
  assert.ok(pixels.every((pixel, i) => i % 3 === 1 || pixel === 0));
  return Array.from({ length: rows }, (_, row) => pixels[3 * row + 1] ?? 0);
}

Deno.test("paintColumns() puts each cell in the row of its price", () => {
  const column = painted(103, 1051, 1000);
  assert.equal(column[0], 0);
  assert.equal(column[1], 101);
  assert.equal(column[51], 51);
  assert.equal(column[101], 1);
  assert.equal(column[102], 0);
});

Deno.test("paintColumns() leaves out prices beyond the rows", () => {
  assert.deepEqual(painted(3, 1001, 1000), [52, 51, 50]);
  assert.deepEqual(painted(3, 1001, 1052), [0, 0, 0]);
  assert.deepEqual(painted(3, 1001, 1051), [1, 0, 0]);
  assert.deepEqual(painted(3, 1001, 949), [0, 0, 101]);
});
