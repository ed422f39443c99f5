import { GRID_ROWS, HALF_WIDTH } from "../../engine/wire/fields.ts";
import type { CellHistory } from "../history/cell_history.ts";
import { CELL_VALUES, fadedCell } from "../history/cell.ts";
import { type Columns, fadeOfColumn } from "../history/columns.ts";
import { NO_GRID } from "../history/grid_order.ts";
import { hiddenAbove, rowsInView, topTick, type Viewport } from "./viewport.ts";

/** Columns painted in one go. */
const BLOCK = 64;

/**
 * Which columns of a ring show something else than they are to show. Columns keep their place in
 * the ring while a view moves over them, so that those that stay in view are not painted again.
 */
export class ColumnRing {
  /** The grid that each place shows, and by how much it has faded. */
  readonly #shown: Int32Array;
  readonly #faded: Uint16Array;

  /** @param width columns in the ring */
  constructor(width: number) {
    this.#shown = new Int32Array(width).fill(NO_GRID);
    this.#faded = new Uint16Array(width);
  }

  /** Place of a column of the view. */
  placeOf(left: number, x: number): number {
    const width = this.#shown.length;
    return ((left + x) % width + width) % width;
  }

  /** Forgets what is shown: the ring is empty. */
  clear(): void {
    this.#shown.fill(NO_GRID);
  }

  /**
   * Visits the stretches of columns to be painted, each at most `BLOCK` wide and whole in the ring,
   * and takes them for painted.
   *
   * @param grids what the columns are to show; what is no grid is the same as nothing
   * @param fades by how much each has faded
   * @param left where the first is on the scale that they keep (columns.ts)
   * @param visitor takes the first column, the one after the last, and the first's place
   */
  update(
    grids: Int32Array,
    fades: Uint16Array,
    left: number,
    visitor: (from: number, to: number, place: number) => void,
  ): void {
    const shown = this.#shown;
    let from = -1;
    let start = 0;
    let place = this.placeOf(left, 0);
    for (let x = 0; x < grids.length; x++, place++) {
      if (place === shown.length) place = 0;
      const grid = Math.max(NO_GRID, grids[x]!);
      const fade = fades[x]!;
      const stale = shown[place] !== grid || this.#faded[place] !== fade;
      if (from >= 0 && (!stale || place === 0 || x - from === BLOCK)) {
        visitor(from, x, start);
        from = -1;
      }
      if (!stale) continue;
      shown[place] = grid;
      this.#faded[place] = fade;
      if (from >= 0) continue;
      from = x;
      start = place;
    }
    if (from >= 0) visitor(from, grids.length, start);
  }
}

/**
 * Writes a grid's cells into pixels.
 *
 * @param pixels rows of `stride` pixels each, highest price first; the columns must be clear
 * @param stride pixels in a row
 * @param from first column to write
 * @param to column after the last one
 * @param top price tick of the first row
 * @param cells cells of a grid, lowest price first; those outside the rows are left out
 * @param traded 1 for a cell in which more is traded than pulled, else 0
 * @param spotTick price tick of the middle cell
 * @param palette pixel by cell
 * @param fade bins that the forces have faded by (cell.ts)
 */
export function paintColumns(
  pixels: Uint32Array,
  stride: number,
  from: number,
  to: number,
  top: number,
  cells: Uint16Array,
  traded: Uint8Array,
  spotTick: number,
  palette: Uint32Array,
  fade: number,
): void {
  const rows = pixels.length / stride;
  const lowestRow = top - (spotTick - HALF_WIDTH);
  for (let i = 0; i < GRID_ROWS; i++) {
    const row = lowestRow - i;
    if (row < 0 || row >= rows) continue;
    const shade = (traded[i] ?? 0) * CELL_VALUES;
    const pixel = palette[shade + fadedCell(cells[i] ?? 0, fade)] ?? 0;
    const end = row * stride + to;
    for (let at = row * stride + from; at < end; at++) pixels[at] = pixel;
  }
}

/**
 * The heatmap as one offscreen picture, a pixel per price and column: a ring of columns, with rows
 * to spare above and below the view. Only columns that show something else than before are painted;
 * all of them when the view leaves its rows.
 */
export class HeatmapTexture {
  readonly #context: OffscreenCanvasRenderingContext2D;
  readonly #palette: Uint32Array;
  readonly #block: ImageData;
  readonly #pixels: Uint32Array;
  readonly #ring: ColumnRing;
  readonly #fades: Uint16Array;
  #top = 0;

  /**
   * @param view a view of the size and zoom that it is for
   * @param palette pixel by cell
   */
  constructor(view: Viewport, palette: Uint32Array) {
    // A view that lies between two rows shows parts of one more.
    const rows = (Math.ceil(view.height / view.rowHeight) + 1) * 2;
    const context = new OffscreenCanvas(view.width, rows).getContext("2d");
    if (context === null) throw new Error("heatmap: this browser gives no 2D canvas");
    this.#context = context;
    this.#palette = palette;
    this.#ring = new ColumnRing(view.width);
    this.#fades = new Uint16Array(view.width);
    this.#block = new ImageData(BLOCK, rows);
    this.#pixels = new Uint32Array(this.#block.data.buffer);
  }

  /** The palette has other colours: everything is to be painted again. */
  repaint(): void {
    this.#ring.clear();
    this.#context.clearRect(0, 0, this.#context.canvas.width, this.#context.canvas.height);
  }

  /** Draws what columns show; nothing where they show no grid. */
  draw(
    target: CanvasRenderingContext2D,
    cells: CellHistory,
    columns: Columns,
    view: Viewport,
  ): void {
    const { canvas } = this.#context;
    this.#sync(cells, columns, view);
    const rows = rowsInView(view);
    const row = this.#top - topTick(view);
    target.imageSmoothingEnabled = false;
    const start = this.#ring.placeOf(columns.left, 0);
    const height = rows * view.rowHeight;
    const before = canvas.width - start;
    const y = -hiddenAbove(view);
    target.drawImage(canvas, start, row, before, rows, 0, y, before, height);
    if (start > 0) target.drawImage(canvas, 0, row, start, rows, before, y, start, height);
  }

  #sync(cells: CellHistory, columns: Columns, view: Viewport): void {
    const { canvas } = this.#context;
    const rows = rowsInView(view);
    const row = this.#top - topTick(view);
    if (row < 0 || row + rows > canvas.height) {
      this.#top = topTick(view) + Math.floor((canvas.height - rows) / 2);
      this.#context.clearRect(0, 0, canvas.width, canvas.height);
      this.#ring.clear();
    }
    const { grids } = columns;
    const fades = this.#fades;
    for (let x = 0; x < grids.length; x++) fades[x] = fadeOfColumn(columns, x);
    this.#ring.update(grids, fades, columns.left, (from, to, place) => {
      this.#pixels.fill(0);
      for (let x = from; x < to;) {
        const grid = grids[x]!;
        const start = x;
        const fade = fades[x]!;
        while (x < to && grids[x] === grid && fades[x] === fade) x++;
        if (grid >= 0) this.#paint(start - from, x - from, grid, fade, cells);
      }
      this.#context.putImageData(this.#block, place, 0, 0, 0, to - from, canvas.height);
    });
  }

  #paint(from: number, to: number, grid: number, fade: number, cells: CellHistory): void {
    const spot = cells.spotTick(grid);
    paintColumns(
      this.#pixels,
      BLOCK,
      from,
      to,
      this.#top,
      cells.cells(grid),
      cells.traded(grid),
      spot,
      this.#palette,
      fade,
    );
  }
}
