import {
  columnAt,
  endGroup,
  followSpot,
  rowsInView,
  tickAt,
  topTick,
  type Viewport,
} from "./viewport.ts";
import { COLUMN_PIXELS, fitRowHeight, groupOf, zoomPrice, zoomTime } from "./zoom.ts";

/** The history that a camera looks at. */
export interface Scene {
  /** Oldest column there is. */
  readonly first: number;
  /** Number that the next column gets. */
  readonly end: number;
  /** Price of a column's spot in ticks. */
  spotTick(column: number): number;
}

/**
 * Where the heatmap looks: follows the newest column and spot until it is panned, and again when
 * told to. Zooms keep what is under the pointer where it is.
 */
export class Camera {
  /** Whether it follows the newest column and spot. */
  following = true;
  /** CSS pixels for a column. */
  columnPixels = COLUMN_PIXELS;
  /** CSS pixels for a price row; null fits a whole grid into the view. */
  rowPixels: number | null = null;
  #view: Viewport = {
    width: 0,
    height: 0,
    rowHeight: 1,
    groupWidth: 1,
    stride: 1,
    anchor: 0,
    end: 0,
  };
  #ratio = 1;
  /** Parts of a row and of a group that a drag has left over, device pixels. */
  #restX = 0;
  #restY = 0;

  /** The view as it was last computed. */
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
    const group = groupOf(this.columnPixels, ratio);
    const rowHeight = this.rowPixels === null
      ? fitRowHeight(height)
      : Math.max(1, Math.round(this.rowPixels * ratio));
    this.#set({ width, height, rowHeight, groupWidth: group.width, stride: group.stride });
  }

  /** Moves on with the history where it follows, and stays within it where it does not. */
  update(scene: Scene): Viewport {
    if (scene.end === 0) {
      this.following = true;
      this.#set({ end: 0 });
    } else if (this.following) {
      this.#set({ end: scene.end });
      this.#set({ anchor: followSpot(this.#view, scene.spotTick(scene.end - 1)) });
    } else {
      this.#set({ end: this.#clampEnd(this.#view.end, scene) });
    }
    return this.#view;
  }

  /** Follows the newest column again, spot in the middle. */
  follow(scene: Scene): void {
    this.following = true;
    this.#restX = this.#restY = 0;
    if (scene.end > 0) this.#set({ anchor: scene.spotTick(scene.end - 1) });
  }

  /** Puts spot in the middle, as it is at the right edge of the view; the time stays. */
  recentre(scene: Scene): void {
    if (scene.end === 0) return;
    this.#restY = 0;
    this.#set({ anchor: scene.spotTick(Math.max(scene.first, this.#view.end - 1)) });
  }

  /**
   * Drags the picture and stops following.
   *
   * @param dx device pixels to the right
   * @param dy device pixels down
   */
  pan(dx: number, dy: number, scene: Scene): void {
    if (scene.end === 0) return;
    const { groupWidth, rowHeight, stride, anchor, end } = this.#view;
    this.following = false;
    const groups = Math.trunc((this.#restX + dx) / groupWidth);
    const rows = Math.trunc((this.#restY + dy) / rowHeight);
    this.#restX += dx - groups * groupWidth;
    this.#restY += dy - rows * rowHeight;
    this.#set({ anchor: anchor + rows, end: this.#clampEnd(end - groups * stride, scene) });
  }

  /**
   * Zooms the price axis.
   *
   * @param steps 1 shows fewer prices, -1 more
   * @param y what stays where it is, device pixels
   */
  zoomPrice(steps: number, y: number): void {
    const { rowHeight, width, height } = this.#view;
    const tick = tickAt(this.#view, y);
    this.rowPixels = zoomPrice(rowHeight / this.#ratio, steps);
    this.resize(width, height, this.#ratio);
    const moved = tickAt(this.#view, y);
    this.#set({ anchor: this.#view.anchor + tick - moved });
  }

  /**
   * Zooms the time axis. Following ends where the newest column leaves the view by it.
   *
   * @param steps 1 shows less time, -1 more
   * @param x what stays where it is, device pixels
   */
  zoomTime(steps: number, x: number, scene: Scene): void {
    const { width, height } = this.#view;
    const column = columnAt(this.#view, x, scene.first);
    this.columnPixels = zoomTime(this.columnPixels, steps);
    this.resize(width, height, this.#ratio);
    if (column === null) return;
    const { stride, groupWidth } = this.#view;
    const groupsRight = Math.ceil((width - x) / groupWidth);
    const end = (Math.floor(column / stride) + groupsRight) * stride;
    this.following = end >= scene.end;
    this.#set({ end: this.#clampEnd(end, scene) });
  }

  /** Brings a column into view where it is not, without moving more than needed. */
  reveal(column: number, scene: Scene): void {
    const room = Math.floor(this.#view.width / this.#view.groupWidth) * this.#view.stride;
    const { end } = this.#view;
    if (column >= end - room && column < end) return;
    this.following = false;
    this.#set({ end: this.#clampEnd(column < end - room ? column + room : column + 1, scene) });
  }

  /** Price ticks in view, lowest and highest. */
  get ticks(): { low: number; high: number } {
    const high = topTick(this.#view);
    return { low: high - rowsInView(this.#view) + 1, high };
  }

  /** First column of the view's left edge, there or not, and the column after its right edge. */
  get span(): { min: number; max: number } {
    const { width, groupWidth, stride } = this.#view;
    const max = endGroup(this.#view) * stride;
    return { min: max - (width / groupWidth) * stride, max };
  }

  /** A view of the past keeps a group to show, and does not reach beyond the newest column. */
  #clampEnd(end: number, scene: Scene): number {
    const least = Math.min(scene.end, scene.first + this.#view.stride);
    return Math.min(scene.end, Math.max(least, end));
  }

  #set(part: Partial<Viewport>): void {
    this.#view = { ...this.#view, ...part };
  }
}
