import { type Axis, Columns } from "../history/columns.ts";
import { type GridOrder, NO_GRID } from "../history/grid_order.ts";
import { Glide } from "./glide.ts";
import { onPixel, rowsInView, rowTop, tickAt, topTick, type Viewport } from "./viewport.ts";
import {
  fitRowHeight,
  MS_PER_PIXEL,
  MS_PER_PIXEL_RANGE,
  ROW_PIXELS_RANGE,
  zoomPrice,
  zoomTime,
} from "./zoom.ts";

/** The history that a camera looks at. */
export interface Scene {
  readonly order: GridOrder;
  /** The middle of a grid's best bid and best ask in ticks; spot where one is missing. */
  touchTick(grid: number): number;
}

/** How a view may move by itself. */
export interface Motion {
  /** Time that runs evenly, milliseconds. */
  readonly nowMs: number;
  /** Whether it is to be where it belongs at once. */
  readonly calm: boolean;
}

const AT_ONCE: Motion = { nowMs: 0, calm: true };

/** Width of a break, CSS pixels. */
const BREAK_WIDTH = 24;

/**
 * Where the heatmap looks: follows the grid that came last, and the touch, until it is panned, and
 * again when told to. Zooms keep what is under the pointer where it is.
 */
export class Camera {
  /** Whether it follows the grid that came last, and the touch. */
  following = true;
  /** Event milliseconds a CSS pixel. */
  msPerPixel = MS_PER_PIXEL;
  /** What the time axis counts. */
  axis: Axis = "time";
  /** CSS pixels for a price row; null fits a whole grid into the view. */
  rowPixels: number | null = null;
  /** What each column of the view shows. */
  readonly columns: Columns = new Columns();
  #view: Viewport = { width: 0, height: 0, rowHeight: 1, anchor: 0 };
  #ratio = 1;
  readonly #glide = new Glide();
  /** A grid in view or close to it, its time, and its distance from the right edge. */
  #anchor = NO_GRID;
  #anchorMs = 0;
  #offset = 1;
  /** Parts of a pixel that a drag has left over. */
  #restX = 0;
  #restY = 0;

  /** The prices in view as they were last computed. */
  get view(): Viewport {
    return this.#view;
  }

  /**
   * Sets the size of the view.
   *
   * @param width device pixels
   * @param height device pixels
   * @param ratio device pixels per CSS pixel
   */
  resize(width: number, height: number, ratio: number): void {
    this.#ratio = ratio;
    const rowHeight = this.rowPixels === null
      ? fitRowHeight(height)
      : Math.max(1, Math.round(this.rowPixels * ratio));
    const { anchor } = this.#view;
    this.#set({ width, height, rowHeight, anchor: onPixel(anchor, rowHeight) });
  }

  /** Whether it is on its way, and to be drawn again whether or not something comes. */
  get gliding(): boolean {
    return this.#glide.moving;
  }

  /** Moves on with the history where it follows, and stays within it where it does not. */
  update(scene: Scene, { nowMs, calm }: Motion = AT_ONCE): Viewport {
    const { order } = scene;
    if (order.length === 0) this.following = true;
    if (this.following) {
      this.#anchorAt(order, order.now, 1);
      if (order.length > 0) {
        const { anchor, height, rowHeight } = this.#view;
        const touch = scene.touchTick(order.now);
        this.#centre(this.#glide.next(anchor, touch, height / rowHeight, nowMs, calm));
      }
    } else if (!order.has(this.#anchor)) {
      // What is gone cannot be looked at: the view is pushed along with the end of what is kept.
      this.#anchorAt(order, order.at(Math.max(0, order.rankAt(this.#anchorMs))), 1);
    }
    this.#layOut(order);
    if (!this.following) this.#hold(order);
    return this.#view;
  }

  /** Follows the grid that came last again, the touch in the middle. */
  follow(scene: Scene): void {
    this.following = true;
    this.#restX = this.#restY = 0;
    this.#glide.stop();
    const { now } = scene.order;
    if (now !== NO_GRID) this.#centre(scene.touchTick(now));
  }

  /** Puts the touch in the middle, as it is at the right edge of the view; the time stays. */
  recentre(scene: Scene): void {
    if (scene.order.length === 0) return;
    this.#restY = 0;
    this.#glide.stop();
    this.#centre(scene.touchTick(this.#lastInView() ?? scene.order.now));
  }

  /**
   * Drags the picture and stops following.
   *
   * @param dx device pixels to the right
   * @param dy device pixels down
   */
  pan(dx: number, dy: number, scene: Scene): void {
    const { order } = scene;
    if (order.length === 0) return;
    this.following = false;
    const columns = Math.trunc(this.#restX + dx);
    const pixels = Math.trunc(this.#restY + dy);
    this.#restX += dx - columns;
    this.#restY += dy - pixels;
    this.#glide.stop();
    this.#centre(this.#view.anchor + pixels / this.#view.rowHeight);
    this.#offset -= columns;
    this.#layOut(order);
    this.#hold(order);
  }

  /**
   * Zooms the price axis.
   *
   * @param steps 1 shows fewer prices, -1 more
   * @param y what stays where it is, device pixels
   */
  zoomPrice(steps: number, y: number): void {
    this.scalePrice(zoomPrice(this.#view.rowHeight / this.#ratio, steps), y);
  }

  /**
   * Gives price rows a height.
   *
   * @param pixels CSS pixels; what is beyond the range is taken for its end
   * @param y what stays where it is, device pixels
   */
  scalePrice(pixels: number, y: number): void {
    const { width, height } = this.#view;
    const { min, max } = ROW_PIXELS_RANGE;
    const tick = tickAt(this.#view, y);
    // Rows are whole device pixels.
    const row = Math.round(pixels * this.#ratio) / this.#ratio;
    this.rowPixels = Math.min(max, Math.max(min, row));
    this.resize(width, height, this.#ratio);
    // The row that was under the pointer is there again, its middle as close as it can be.
    const { rowHeight, anchor } = this.#view;
    const middle = rowTop(this.#view, tick) + Math.floor(rowHeight / 2);
    this.#centre(anchor + (y - middle) / rowHeight);
  }

  /**
   * Zooms the time axis. Following ends where the grid that came last leaves the right edge by it.
   *
   * @param steps 1 shows less time, -1 more
   * @param x what stays where it is, device pixels
   */
  zoomTime(steps: number, x: number, scene: Scene): void {
    this.scaleTime(zoomTime(this.msPerPixel, steps), x, scene);
  }

  /**
   * Gives a pixel so much event time, as `zoomTime` does.
   *
   * @param msPerPixel a CSS pixel's; what is beyond the range is taken for its end
   * @param x what stays where it is, device pixels
   */
  scaleTime(msPerPixel: number, x: number, scene: Scene): void {
    const { order } = scene;
    const { columns } = this;
    const at = Math.min(this.#view.width - 1, Math.max(0, Math.floor(x)));
    const grid = columns.gridAt(at);
    const held = grid === null ? 0 : at - columns.xOf(grid);
    const before = columns.msPerColumn;
    const { min, max } = MS_PER_PIXEL_RANGE;
    this.msPerPixel = Math.round(Math.min(max, Math.max(min, msPerPixel)) * 100) / 100;
    if (grid === null) return;
    const heldNow = Math.round((held * before) / this.#msPerColumn);
    this.#anchorAt(order, grid, heldNow + this.#view.width - at);
    this.#layOut(order);
    const right = columns.xOf(order.now) + 1;
    this.following = this.following ? right <= this.#view.width : right === this.#view.width;
    if (!this.following) this.#hold(order);
  }

  /**
   * Brings a grid into view where it is not, without moving more than needed.
   *
   * @param atMs an instant to which it is held, milliseconds since the epoch, that is to be in view
   */
  reveal(grid: number, scene: Scene, atMs: number | null = null): void {
    const { width } = this.#view;
    const own = this.columns.xOf(grid);
    const x = (atMs === null ? null : this.columns.xOfTime(atMs)) ?? own;
    if (x >= 0 && x < width) return;
    this.following = false;
    this.#anchorAt(scene.order, grid, x - own + (x < 0 ? width : 1));
    this.#layOut(scene.order);
    this.#hold(scene.order);
  }

  /**
   * Brings a price into view where it is not, and stops following.
   *
   * @param isCentred whether it is to be in the middle, wherever it was
   */
  revealPrice(tick: number, isCentred = false): void {
    const { low, high } = this.ticks;
    // The rows at the edges may be in view in part.
    const over = Math.max(0, tick - (high - 1)) - Math.max(0, low + 1 - tick);
    if (over === 0 && !isCentred) return;
    this.following = false;
    this.#restY = 0;
    this.#glide.stop();
    this.#centre(isCentred ? tick : this.#view.anchor + over);
  }

  /** The last grid in view: its moment is the view's; null where there is none. */
  get edge(): number | null {
    return this.#lastInView();
  }

  /** Price ticks in view, lowest and highest. */
  get ticks(): { low: number; high: number } {
    const high = topTick(this.#view);
    return { low: high - rowsInView(this.#view) + 1, high };
  }

  get #msPerColumn(): number {
    return this.msPerPixel / this.#ratio;
  }

  #anchorAt(order: GridOrder, grid: number, offset: number): void {
    this.#anchor = grid;
    this.#anchorMs = order.time(grid);
    this.#offset = offset;
  }

  #layOut(order: GridOrder): void {
    this.columns.layOut(order, {
      width: this.#view.width,
      msPerColumn: this.#msPerColumn,
      axis: this.axis,
      breakWidth: Math.round(BREAK_WIDTH * this.#ratio),
      anchor: this.#anchor,
      offset: this.#offset,
    });
    this.#offset = this.columns.offset;
  }

  /** Keeps to what is in view, whatever comes before or behind it. */
  #hold(order: GridOrder): void {
    const grid = this.#lastInView();
    if (grid === null || grid === this.#anchor) return;
    this.#anchorAt(order, grid, this.#view.width - this.columns.xOf(grid));
  }

  #lastInView(): number | null {
    for (let x = this.columns.width - 1; x >= 0; x--) {
      const grid = this.columns.gridAt(x);
      if (grid !== null) return grid;
    }
    return null;
  }

  #centre(tick: number): void {
    this.#set({ anchor: onPixel(tick, this.#view.rowHeight) });
  }

  #set(part: Partial<Viewport>): void {
    this.#view = { ...this.#view, ...part };
  }
}
