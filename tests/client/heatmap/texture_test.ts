import assert from "node:assert/strict";
import fc from "fast-check";
import { ColumnRing, HeatmapTexture, paintColumns } from "../../../client/heatmap/texture.ts";
import { rowsInView, topTick, type Viewport } from "../../../client/heatmap/viewport.ts";
import { CELL_VALUES, encodeCell, fadeBins, fadedCell } from "../../../client/history/cell.ts";
import { CellHistory } from "../../../client/history/cell_history.ts";
import { BREAK, Columns } from "../../../client/history/columns.ts";
import { GridOrder } from "../../../client/history/grid_order.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";

const WIDTH = 9;

Deno.test("ColumnRing shows what it was told last, and paints nothing twice", () => {
  const views = fc.array(fc.record({
    left: fc.integer({ min: -30, max: 30 }),
    grids: fc.array(fc.integer({ min: BREAK, max: 3 }), { minLength: WIDTH, maxLength: WIDTH }),
    fades: fc.array(fc.nat(1), { minLength: WIDTH, maxLength: WIDTH }),
  }));
  fc.assert(fc.property(views, (views) => {
    const ring = new ColumnRing(WIDTH);
    const places = new Array<string>(WIDTH).fill("-1 0");
    for (const { left, grids, fades } of views) {
      const shown = (x: number) => `${Math.max(-1, grids[x]!)} ${fades[x]}`;
      ring.update(Int32Array.from(grids), Uint16Array.from(fades), left, (from, to, place) => {
        assert.equal(place, ring.placeOf(left, from));
        assert.ok(from < to && place + to - from <= WIDTH);
        for (let x = from; x < to; x++) {
          assert.notEqual(places[place + x - from], shown(x), "painted though it was there");
          places[place + x - from] = shown(x);
        }
      });
      grids.forEach((_, x) => assert.equal(places[ring.placeOf(left, x)], shown(x)));
    }
  }));
});

Deno.test("ColumnRing paints the new columns alone as a view moves on, all after a clear", () => {
  const ring = new ColumnRing(WIDTH);
  const painted = (left: number) => {
    const all: number[] = [];
    const grids = Int32Array.from({ length: WIDTH }, (_, x) => 1000 + left + x);
    ring.update(grids, new Uint16Array(WIDTH), left, (from, to) => {
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

const NONE_TRADED = new Uint8Array(GRID_ROWS);

/** Pixels of 3 columns and `rows` rows after column 1 was painted with cells 1, 2, 3 … */
function painted(rows: number, top: number, spotTick: number): number[] {
  const pixels = new Uint32Array(3 * rows);
  const palette = Uint32Array.from({ length: CELL_VALUES }, (_, cell) => cell);
  const cells = Uint16Array.from({ length: GRID_ROWS }, (_, row) => row + 1);
  paintColumns(pixels, 3, 1, 2, top, cells, NONE_TRADED, spotTick, palette, 0);
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

/** A picture of so many pixels, 0 where nothing was drawn. */
class FakeCanvas {
  readonly pixels;
  /** Columns of pixels that were put there, each as often as it was. */
  readonly put: number[] = [];

  constructor(readonly width: number, readonly height: number) {
    this.pixels = new Uint32Array(width * height);
  }

  getContext() {
    return {
      canvas: this,
      putImageData: this.#put.bind(this),
      clearRect: () => void this.pixels.fill(0),
    };
  }

  at(x: number, y: number): number {
    return x < this.width ? this.pixels[y * this.width + x]! : 0;
  }

  #put(block: FakeImage, x: number, _y: number, _sx: number, _sy: number, columns: number): void {
    const from = new Uint32Array(block.data.buffer);
    for (let column = 0; column < columns; column++) {
      this.put.push(x + column);
      for (let row = 0; row < this.height; row++) {
        this.pixels[row * this.width + x + column] = from[row * block.width + column]!;
      }
    }
  }
}

class FakeImage {
  readonly data;
  constructor(readonly width: number, height: number) {
    this.data = new Uint8ClampedArray(4 * width * height);
  }
}

/** A texture of a view in a browser that is none, over a history that keeps so many grids. */
class Shown {
  readonly order;
  readonly #cells;
  readonly #columns = new Columns();
  readonly #texture: HeatmapTexture;
  readonly #canvas: FakeCanvas;
  #count = 0;

  constructor(readonly view: Viewport, capacity: number) {
    this.order = new GridOrder(capacity);
    this.#cells = new CellHistory(capacity);
    const browser = globalThis as unknown as Record<string, unknown>;
    const { OffscreenCanvas, ImageData } = browser;
    const made: FakeCanvas[] = [];
    browser["OffscreenCanvas"] = class extends FakeCanvas {
      constructor(width: number, height: number) {
        super(width, height);
        made.push(this);
      }
    };
    browser["ImageData"] = FakeImage;
    try {
      this.#texture = new HeatmapTexture(
        view,
        Uint32Array.from({ length: CELL_VALUES }, (_, cell) => cell),
      );
    } finally {
      Object.assign(browser, { OffscreenCanvas, ImageData });
    }
    this.#canvas = made[0]!;
  }

  /** Columns of the ring. */
  get ring(): number {
    return this.#canvas.width;
  }

  /** A grid at a time, each column 10 ms; its cells all are how many there were, with it. */
  play(timeMs: number, spotTick = 1000, cell?: number): void {
    const { number, isNew } = this.order.place(BigInt(timeMs) * 1_000_000n, timeMs);
    if (isNew) this.#cells.open(number, spotTick).fill(cell ?? ++this.#count);
  }

  /**
   * Draws the columns up to the grid that came last, a pixel per cell.
   *
   * @param anchor price in the middle
   * @param behind columns between that grid and the right edge
   * @param msPerColumn event time of a column
   * @returns which columns of the ring were painted for it, and the picture by rows
   */
  draw(anchor = 1000, behind = 0, msPerColumn = 10): { put: number[]; rows: number[][] } {
    const view = { ...this.view, anchor };
    this.#columns.layOut(this.order, {
      ...{ width: view.width, msPerColumn, axis: "time", breakWidth: 2 },
      ...{ anchor: this.order.now, offset: 1 - behind },
    });
    const canvas = this.#canvas;
    canvas.put.length = 0;
    const rows = Array.from({ length: view.height }, () => Array<number>(view.width).fill(0));
    const target = {
      drawImage(
        from: FakeCanvas,
        ...[sx, sy, columns, height, dx, dy]: [number, number, number, number, number, number]
      ) {
        for (let row = 0; row < height; row++) {
          for (let column = 0; column < columns; column++) {
            if (rows[dy + row]?.[dx + column] === undefined) continue;
            rows[dy + row]![dx + column] = from.at(sx + column, sy + row);
          }
        }
      },
    };
    this.#texture.draw(
      target as unknown as CanvasRenderingContext2D,
      this.#cells,
      this.#columns,
      view,
    );
    assert.deepEqual(rows, this.#expected(view));
    return { put: [...canvas.put], rows };
  }

  /** The picture by its meaning: at each price what the column's grid has there. */
  #expected(view: Viewport): number[][] {
    return Array.from(
      { length: rowsInView(view) },
      (_, row) =>
        Array.from(this.#columns.grids, (grid, x) => {
          if (grid < 0) return 0;
          const k = topTick(view) - row - this.#cells.spotTick(grid);
          if (Math.abs(k) > HALF_WIDTH) return 0;
          const fade = fadeBins(this.#columns.heldMs(x));
          return fadedCell(this.#cells.cells(grid)[k + HALF_WIDTH]!, fade);
        }),
    );
  }
}

const SMALL: Viewport = { width: 8, height: 6, rowHeight: 1, anchor: 0 };

Deno.test("HeatmapTexture paints each column once, at the right edge of the view", () => {
  const shown = new Shown(SMALL, 100);
  shown.play(0);
  assert.deepEqual(shown.draw(), { put: [0], rows: Array(6).fill([0, 0, 0, 0, 0, 0, 0, 1]) });
  assert.deepEqual(shown.draw().put, []);
  shown.play(10);
  assert.deepEqual(shown.draw(), { put: [1], rows: Array(6).fill([0, 0, 0, 0, 0, 0, 1, 2]) });
});

Deno.test("HeatmapTexture holds silence, and paints a column again that shows another grid", () => {
  const shown = new Shown(SMALL, 100);
  shown.play(0);
  shown.play(30);
  assert.deepEqual(shown.draw().rows[0], [0, 0, 0, 0, 1, 1, 1, 2]);
  shown.play(35);
  assert.deepEqual(shown.draw(), { put: [3], rows: Array(6).fill([0, 0, 0, 0, 1, 1, 1, 3]) });
});

Deno.test("paintColumns() fades forces, and leaves depth", () => {
  const pixels = new Uint32Array(1);
  const palette = Uint32Array.from({ length: CELL_VALUES }, (_, cell) => cell);
  const cells = new Uint16Array(GRID_ROWS).fill(encodeCell(100, 5));
  paintColumns(pixels, 1, 0, 1, 1000, cells, NONE_TRADED, 1000, palette, 9);
  assert.deepEqual([...pixels], [fadedCell(encodeCell(100, 5), 9)]);
});

Deno.test("paintColumns() takes the second half of the palette for what is traded", () => {
  const pixels = new Uint32Array(3);
  const palette = Uint32Array.from({ length: 2 * CELL_VALUES }, (_, cell) => cell);
  const cells = new Uint16Array(GRID_ROWS).fill(encodeCell(-100, 5));
  const traded = Uint8Array.from({ length: GRID_ROWS }, (_, row) => row === HALF_WIDTH ? 1 : 0);
  paintColumns(pixels, 1, 0, 1, 1001, cells, traded, 1000, palette, 3);
  const cell = fadedCell(encodeCell(-100, 5), 3);
  assert.deepEqual([...pixels], [cell, CELL_VALUES + cell, cell]);
});

Deno.test("HeatmapTexture lets held columns fade, each by how long it is held", () => {
  const shown = new Shown(SMALL, 100);
  const cell = encodeCell(100, 5);
  shown.play(0, 1000, cell);
  shown.play(7 * 1000, 1000, cell);
  const { rows } = shown.draw(1000, 0, 1000);
  const held = [0, 1, 2, 3, 4, 5, 6].map((s) => fadedCell(cell, fadeBins(1000 * s)));
  assert.deepEqual(rows[0], [...held, cell]);
  assert.equal(new Set(held).size, 7);
  assert.deepEqual(shown.draw(1000, 0, 1000).put, []);
});

Deno.test("HeatmapTexture leaves breaks blank, and closes one that was played", () => {
  const shown = new Shown(SMALL, 100);
  shown.play(0);
  shown.order.breakOff();
  shown.play(40);
  assert.deepEqual(shown.draw().rows[0], [0, 0, 0, 0, 1, 0, 0, 2]);
  shown.order.breakOff();
  for (const ms of [0, 10, 30, 40]) shown.play(ms);
  const { put, rows } = shown.draw();
  assert.deepEqual(rows[0], [0, 0, 0, 1, 3, 3, 4, 2]);
  assert.ok(put.length <= 5);
});

Deno.test("HeatmapTexture goes round its ring, and grids that gave way are not shown", () => {
  const shown = new Shown(SMALL, 5);
  for (let i = 0; i < 3 * shown.ring; i++) {
    shown.play(10 * i);
    const { put } = shown.draw();
    assert.ok(put.includes(i % shown.ring));
    // The column that the oldest had is blank from then on.
    assert.equal(put.length, i < 5 ? 1 : 2);
  }
  const newest = 3 * shown.ring;
  const { rows } = shown.draw();
  assert.deepEqual(rows[0], [0, 0, 0].concat([4, 3, 2, 1, 0].map((before) => newest - before)));
});

Deno.test("HeatmapTexture keeps what it painted while prices are within its rows, and repaints beyond", () => {
  const shown = new Shown(SMALL, 100);
  for (const ms of [0, 10, 20]) shown.play(ms);
  shown.draw();
  // Six rows are in view of fourteen.
  assert.deepEqual(shown.draw(1004).put, []);
  assert.deepEqual(shown.draw(996).put, []);
  assert.deepEqual(shown.draw(1005).put, [0, 1, 2]);
});

Deno.test("HeatmapTexture shows a price again that spot left and came back to", () => {
  const shown = new Shown(SMALL, 100);
  [1000, 1200, 1000].forEach((spot, i) => shown.play(10 * i, spot));
  assert.deepEqual(shown.draw(1000).rows[0], [0, 0, 0, 0, 0, 1, 0, 3]);
  assert.deepEqual(shown.draw(1200).rows[0], [0, 0, 0, 0, 0, 0, 2, 0]);
  assert.deepEqual(shown.draw(1000).rows[0], [0, 0, 0, 0, 0, 1, 0, 3]);
});

Deno.test("HeatmapTexture shows columns again that a view left and came back to", () => {
  const shown = new Shown(SMALL, 100);
  for (let i = 0; i < 30; i++) shown.play(10 * i);
  const { rows } = shown.draw();
  assert.deepEqual(shown.draw(1000, 3).put.length, 3);
  assert.deepEqual(shown.draw(1000, 15).put.length, 8);
  assert.deepEqual(shown.draw().rows, rows);
});

Deno.test("HeatmapTexture forgets a history that was cleared", () => {
  const shown = new Shown(SMALL, 100);
  for (const ms of [0, 10, 20]) shown.play(ms);
  shown.draw();
  shown.order.clear();
  shown.play(20);
  assert.deepEqual(shown.draw().rows[0], [0, 0, 0, 0, 0, 0, 0, 4]);
});
