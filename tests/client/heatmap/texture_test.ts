import assert from "node:assert/strict";
import { groupsToPaint, HeatmapTexture, paintColumn } from "../../../client/heatmap/texture.ts";
import { CELL_VALUES } from "../../../client/history/cell.ts";
import { CellHistory } from "../../../client/history/cell_history.ts";
import { rowsInView, topTick, type Viewport } from "../../../client/heatmap/viewport.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";

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

/** A picture of so many pixels, 0 where nothing was drawn. */
class FakeCanvas {
  readonly pixels;
  /** Columns of pixels that were put there, each as often as it was. */
  readonly put: number[] = [];

  constructor(readonly width: number, readonly height: number) {
    this.pixels = new Uint32Array(width * height);
  }

  getContext() {
    return { canvas: this, putImageData: this.#put.bind(this) };
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

/** A texture of a view in a browser that is none, over a history that takes so many columns. */
class Shown {
  readonly history;
  readonly #texture: HeatmapTexture;
  readonly #canvas: FakeCanvas;
  #columns = 0;

  constructor(readonly view: Viewport, capacity: number) {
    this.history = new CellHistory(capacity);
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

  /** A column whose cells all have its number, counted from 1. */
  append(spotTick: number): void {
    this.#columns++;
    this.history.append(spotTick, 0).fill(this.#columns);
  }

  /**
   * Draws the newest columns, a pixel per cell.
   *
   * @returns which columns of the ring were painted for it, and the picture by rows
   */
  draw(anchor: number): { put: number[]; rows: number[][] } {
    const view = { ...this.view, anchor, end: this.history.end };
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
    this.#texture.draw(target as unknown as CanvasRenderingContext2D, this.history, view);
    assert.deepEqual(rows, this.#expected(view));
    return { put: [...canvas.put], rows };
  }

  /** The picture by its meaning: at each price the latest column of the group that reaches there. */
  #expected(view: Viewport): number[][] {
    const { history } = this;
    const lastGroup = Math.ceil(view.end / view.stride);
    return Array.from(
      { length: rowsInView(view) },
      (_, row) =>
        Array.from({ length: view.width }, (_, x) => {
          const group = lastGroup - view.width + x;
          const end = Math.min(view.end, (group + 1) * view.stride);
          for (
            let column = end - 1;
            column >= Math.max(history.first, group * view.stride);
            column--
          ) {
            const k = topTick(view) - row - history.spotTick(column);
            if (Math.abs(k) <= HALF_WIDTH) return history.cells(column)[k + HALF_WIDTH]!;
          }
          return 0;
        }),
    );
  }
}

const SMALL: Viewport = {
  width: 8,
  height: 6,
  rowHeight: 1,
  groupWidth: 1,
  stride: 1,
  anchor: 0,
  end: 0,
};

Deno.test("HeatmapTexture paints each column once, at the right edge of the view", () => {
  const shown = new Shown(SMALL, 100);
  shown.append(1000);
  shown.append(1000);
  assert.deepEqual(shown.draw(1000), {
    put: [0, 1],
    rows: Array(6).fill([0, 0, 0, 0, 0, 0, 1, 2]),
  });
  assert.deepEqual(shown.draw(1000).put, []);
  shown.append(1000);
  assert.deepEqual(shown.draw(1000), {
    put: [2],
    rows: Array(6).fill([0, 0, 0, 0, 0, 1, 2, 3]),
  });
});

Deno.test("HeatmapTexture goes round its ring, and columns that the history forgot are not shown", () => {
  const shown = new Shown(SMALL, 5);
  for (let i = 0; i < 3 * shown.ring; i++) {
    shown.append(1000);
    assert.deepEqual(shown.draw(1000).put, [i % shown.ring]);
  }
  const newest = 3 * shown.ring;
  const { rows } = shown.draw(1000);
  assert.deepEqual(rows[0]!.slice(3), [4, 3, 2, 1, 0].map((before) => newest - before));
});

Deno.test("HeatmapTexture keeps what it painted while prices are within its rows, and repaints beyond", () => {
  const shown = new Shown(SMALL, 100);
  for (let i = 0; i < 3; i++) shown.append(1000);
  shown.draw(1000);
  // Six rows are in view of twelve.
  assert.deepEqual(shown.draw(1003).put, []);
  assert.deepEqual(shown.draw(997).put, []);
  assert.deepEqual(shown.draw(1004).put, [0, 1, 2]);
});

Deno.test("HeatmapTexture shows a price again that spot left and came back to", () => {
  const shown = new Shown(SMALL, 100);
  for (const spot of [1000, 1200, 1000]) shown.append(spot);
  assert.deepEqual(shown.draw(1000).rows[0], [0, 0, 0, 0, 0, 1, 0, 3]);
  assert.deepEqual(shown.draw(1200).rows[0], [0, 0, 0, 0, 0, 0, 2, 0]);
  assert.deepEqual(shown.draw(1000).rows[0], [0, 0, 0, 0, 0, 1, 0, 3]);
  shown.append(1200);
  assert.deepEqual(shown.draw(1000).rows[0], [0, 0, 0, 0, 1, 0, 3, 0]);
});

Deno.test("HeatmapTexture zoomed out paints a group again until it is full, the latest on top", () => {
  const shown = new Shown({ ...SMALL, stride: 4 }, 100);
  const newest = (spot: number) => {
    shown.append(spot);
    const { put, rows } = shown.draw(1000);
    return [put, rows[0]!.slice(-2)];
  };
  assert.deepEqual(newest(1000), [[0], [0, 1]]);
  assert.deepEqual(newest(1000), [[0], [0, 2]]);
  // Beside what the latest column reaches, those before it show.
  assert.deepEqual(newest(1200), [[0], [0, 2]]);
  assert.deepEqual(newest(1000), [[0], [0, 4]]);
  assert.deepEqual(newest(1000), [[1], [4, 5]]);
  assert.deepEqual(newest(1000), [[1], [4, 6]]);
});

Deno.test("HeatmapTexture shows of a group what the history still has", () => {
  const shown = new Shown({ ...SMALL, stride: 4 }, 6);
  // Of the first group the fourth column alone is left, and it does not reach into the view.
  for (const spot of [1000, 1000, 1000, 1200, 1000, 1000, 1000, 1000, 1000]) shown.append(spot);
  assert.deepEqual(shown.draw(1000).rows[0]!.slice(-3), [0, 8, 9]);
});

Deno.test("HeatmapTexture forgets a history that was cleared", () => {
  const shown = new Shown(SMALL, 100);
  for (let i = 0; i < 3; i++) shown.append(1000);
  shown.draw(1000);
  shown.history.clear();
  shown.append(1000);
  assert.deepEqual(shown.draw(1000).rows[0], [0, 0, 0, 0, 0, 0, 0, 4]);
});
