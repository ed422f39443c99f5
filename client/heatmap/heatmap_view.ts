import type { Grid } from "../grid.ts";
import type { Theme } from "../theme.ts";
import { ColumnHistory } from "./history.ts";
import { paintPriceAxis, paintTimeAxis, paintTrail, type Surface } from "./painters.ts";
import { buildPalette } from "./palette.ts";
import { ColumnRecorder } from "./recorder.ts";
import { HeatmapTexture } from "./texture.ts";
import { fitRowHeight, followSpot, type Viewport } from "./viewport.ts";

/** Ten minutes at 40 grids a second. */
const HISTORY_COLUMNS = 24_000;

/** Prices of the instrument shown. */
export interface PriceScale {
  /** Dollars per tick. */
  readonly tick: number;
  readonly decimals: number;
}

/** The heatmap and its price axis on their canvases: takes grids at any rate, draws when told. */
export class HeatmapView {
  readonly #history = new ColumnHistory(HISTORY_COLUMNS);
  readonly #recorder = new ColumnRecorder(this.#history);
  readonly #palette: Uint32Array;
  readonly #theme: Theme;
  readonly #map: CanvasRenderingContext2D;
  readonly #axis: CanvasRenderingContext2D;
  #texture: HeatmapTexture | null = null;
  #view: Viewport = { width: 0, height: 0, rowHeight: 1, columnWidth: 1, anchor: 0, end: 0 };

  /**
   * @param map Canvas of the heatmap.
   * @param axis Canvas of the price axis beside it, of the same height.
   * @throws Error when the browser gives no 2D canvas.
   */
  constructor(map: HTMLCanvasElement, axis: HTMLCanvasElement, theme: Theme) {
    this.#map = contextOf(map);
    this.#axis = contextOf(axis);
    this.#theme = theme;
    this.#palette = buildPalette(theme.heatmap);
  }

  /**
   * Adds a grid as the newest column.
   *
   * @param spotTick Its spot in ticks.
   * @param timeMs Its event time, milliseconds since the epoch.
   */
  record(grid: Grid, spotTick: number, timeMs: number): void {
    this.#recorder.record(grid, spotTick, timeMs);
  }

  /** Forgets all columns, for another run of the stream. */
  clear(): void {
    this.#recorder.clear();
  }

  /** Draws the newest columns in the canvases' present size. */
  draw(scale: PriceScale): void {
    const ratio = devicePixelRatio;
    this.#fit(ratio);
    const view = this.#view;
    if (view.width === 0 || view.height === 0) return;
    const map: Surface = { context: this.#map, theme: this.#theme, ratio };
    map.context.fillStyle = this.#theme.ground;
    map.context.fillRect(0, 0, view.width, view.height);
    const axisWidth = this.#axis.canvas.width;
    if (this.#history.end === 0) {
      this.#axis.clearRect(0, 0, axisWidth, view.height);
      return;
    }
    const spotTick = this.#history.spotTick(this.#history.end - 1);
    this.#view = { ...view, end: this.#history.end, anchor: followSpot(view, spotTick) };
    this.#texture?.draw(map.context, this.#history, this.#view);
    paintTrail(map, this.#history, this.#view);
    paintTimeAxis(map, this.#history, this.#view);
    const axis: Surface = { ...map, context: this.#axis };
    paintPriceAxis(axis, this.#view, axisWidth, spotTick, scale.tick, scale.decimals);
  }

  /** Gives the canvases a pixel per device pixel; a new size needs a new texture. */
  #fit(ratio: number): void {
    const width = Math.round(this.#map.canvas.clientWidth * ratio);
    const height = Math.round(this.#map.canvas.clientHeight * ratio);
    const axisWidth = Math.round(this.#axis.canvas.clientWidth * ratio);
    if (this.#axis.canvas.width !== axisWidth) this.#axis.canvas.width = axisWidth;
    if (this.#view.width === width && this.#view.height === height) return;
    this.#map.canvas.width = width;
    this.#map.canvas.height = height;
    this.#axis.canvas.height = height;
    const rowHeight = fitRowHeight(height);
    const columnWidth = Math.max(1, Math.round(ratio));
    this.#view = { ...this.#view, width, height, rowHeight, columnWidth };
    this.#texture = width > 0 && height > 0 ? new HeatmapTexture(this.#view, this.#palette) : null;
  }
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("heatmap: this browser gives no 2D canvas");
  return context;
}
