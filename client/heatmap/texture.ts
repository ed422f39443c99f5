import { GRID_ROWS, HALF_WIDTH } from "../../engine/wire/fields.ts";
import type { CellHistory } from "../history/cell_history.ts";
import {
  columnsInView,
  groupLeft,
  type Range,
  rowsInView,
  topTick,
  type Viewport,
} from "./viewport.ts";

/** Groups painted in one go. */
const BLOCK = 64;
const NOTHING: Range = { from: 0, to: 0 };

/**
 * Which groups are still to be painted.
 *
 * @param drawn groups that are painted and whole
 * @param wanted groups in view
 * @returns the new ones where the view moved on, all wanted ones where it jumped
 */
export function groupsToPaint(drawn: Range, wanted: Range): Range {
  const joins = wanted.from >= drawn.from && wanted.from <= drawn.to;
  return joins ? { from: Math.min(drawn.to, wanted.to), to: wanted.to } : wanted;
}

/**
 * Writes one column of cells into pixels.
 *
 * @param pixels rows of `stride` pixels each, highest price first; the column must be clear
 * @param stride pixels in a row
 * @param x column to write
 * @param top price tick of the first row
 * @param cells cells of a grid, lowest price first; those outside the rows are left out
 * @param spotTick price tick of the middle cell
 * @param palette pixel by cell
 */
export function paintColumn(
  pixels: Uint32Array,
  stride: number,
  x: number,
  top: number,
  cells: Uint16Array,
  spotTick: number,
  palette: Uint32Array,
): void {
  const rows = pixels.length / stride;
  const lowestRow = top - (spotTick - HALF_WIDTH);
  for (let i = 0; i < GRID_ROWS; i++) {
    const row = lowestRow - i;
    if (row < 0 || row >= rows) continue;
    pixels[row * stride + x] = palette[cells[i] ?? 0] ?? 0;
  }
}

/**
 * The heatmap as one offscreen picture, a pixel per price and group of columns: a ring of groups,
 * with rows to spare above and below the view. Only groups that are not yet in it are painted, and
 * the newest again while it fills; all of them when the view leaves its rows. In a group of several
 * columns the latest lies on top.
 */
export class HeatmapTexture {
  readonly #context: OffscreenCanvasRenderingContext2D;
  readonly #palette: Uint32Array;
  readonly #stride: number;
  readonly #block: ImageData;
  readonly #pixels: Uint32Array;
  /** Groups that are painted and whole. */
  #drawn: Range = NOTHING;
  #top = 0;
  #generation = -1;

  /**
   * @param view a view of the size and zoom that it is for
   * @param palette pixel by cell
   */
  constructor(view: Viewport, palette: Uint32Array) {
    const groups = Math.ceil(view.width / view.groupWidth) + BLOCK;
    const rows = rowsInView(view) * 2;
    const context = new OffscreenCanvas(groups, rows).getContext("2d");
    if (context === null) throw new Error("heatmap: this browser gives no 2D canvas");
    this.#context = context;
    this.#palette = palette;
    this.#stride = view.stride;
    this.#block = new ImageData(BLOCK, rows);
    this.#pixels = new Uint32Array(this.#block.data.buffer);
  }

  /** Draws the part of a history that is in view; nothing where there are no columns. */
  draw(target: CanvasRenderingContext2D, history: CellHistory, view: Viewport): void {
    const { canvas } = this.#context;
    const columns = columnsInView(view, history.first);
    const wanted = {
      from: Math.floor(columns.from / this.#stride),
      to: Math.ceil(columns.to / this.#stride),
    };
    this.#sync(history, view, wanted);
    const rows = rowsInView(view);
    const row = this.#top - topTick(view);
    target.imageSmoothingEnabled = false;
    for (const run of this.#runs(wanted, canvas.width)) {
      const count = run.to - run.from;
      target.drawImage(
        canvas,
        run.from % canvas.width,
        row,
        count,
        rows,
        groupLeft(view, run.from),
        0,
        count * view.groupWidth,
        rows * view.rowHeight,
      );
    }
  }

  #sync(history: CellHistory, view: Viewport, wanted: Range): void {
    const { canvas } = this.#context;
    const rows = rowsInView(view);
    const row = this.#top - topTick(view);
    const fits = row >= 0 && row + rows <= canvas.height;
    if (!fits || this.#generation !== history.generation) {
      this.#generation = history.generation;
      this.#drawn = NOTHING;
      this.#top = topTick(view) + Math.floor((canvas.height - rows) / 2);
    }
    for (const run of this.#runs(groupsToPaint(this.#drawn, wanted), BLOCK)) {
      this.#pixels.fill(0);
      for (let group = run.from; group < run.to; group++) {
        this.#paintGroup(group, group - run.from, history);
      }
      const slot = run.from % canvas.width;
      this.#context.putImageData(this.#block, slot, 0, 0, 0, run.to - run.from, canvas.height);
    }
    const whole = Math.floor(history.end / this.#stride);
    this.#drawn = { from: wanted.from, to: Math.min(wanted.to, whole) };
  }

  #paintGroup(group: number, x: number, history: CellHistory): void {
    const to = Math.min(history.end, (group + 1) * this.#stride);
    for (let column = Math.max(history.first, group * this.#stride); column < to; column++) {
      const spot = history.spotTick(column);
      const cells = history.cells(column);
      paintColumn(this.#pixels, BLOCK, x, this.#top, cells, spot, this.#palette);
    }
  }

  /** Cuts a range where the ring ends and wherever it is longer than `longest`. */
  *#runs(range: Range, longest: number): Generator<Range> {
    const width = this.#context.canvas.width;
    for (let from = range.from; from < range.to;) {
      const ringEnd = from - (from % width) + width;
      const to = Math.min(range.to, ringEnd, from + longest);
      yield { from, to };
      from = to;
    }
  }
}
