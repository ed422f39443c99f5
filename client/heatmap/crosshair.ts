import type { Columns } from "../history/columns.ts";
import type { GridOrder } from "../history/grid_order.ts";
import { rowTop, tickAt, type Viewport } from "./viewport.ts";

/** A place in the view, device pixels; without `y` it is on a chart below the heatmap. */
export interface Place {
  readonly x: number;
  readonly y: number | null;
}

/** The moment and the price that are pointed at. */
export interface Target {
  /** Number of the grid shown there. */
  readonly grid: number;
  /** Column of the view, from the left edge. */
  readonly x: number;
  /** Price tick, or null where only a moment is pointed at. */
  readonly tick: number | null;
  /** Event time to which the grid is held, milliseconds since the epoch; left out, its column's. */
  readonly atMs?: number;
  /** The column that it was, where it is held since; left out, it is the one of now. */
  readonly column?: Column;
}

/** A stretch of event time that a column showed, milliseconds since the epoch. */
export interface Column {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * What is pointed at: a place under the pointer, which stays where it is while columns pass under
 * it, or a grid and a price chosen by keyboard, which move with the picture.
 */
export class Crosshair {
  #place: Place | null = null;
  #pinned: number | null = null;
  /** The instant chosen with it, milliseconds since the epoch. */
  #pinnedMs: number | null = null;
  /** The price chosen by keyboard at the pinned grid, and where it was last. */
  #cursor: number | null = null;
  #cursorPlace: Place | null = null;
  #held:
    | {
      readonly grid: number;
      readonly tick: number;
      readonly column: Column;
      readonly place: Place;
    }
    | null = null;

  /** Points at a place; null when the pointer leaves. */
  point(place: Place | null): void {
    this.#place = place;
    if (place !== null) this.#pinned = this.#cursor = null;
  }

  /**
   * Holds what is pointed at, the moment too, wherever the pointer and the picture go, until it is let go.
   *
   * @param target what; without a price, or nothing, holds nothing
   * @param columns of the view that it is in
   */
  hold(target: Target | null, columns: Columns): void {
    if (target === null || target.tick === null || this.#place === null) return;
    const { grid, x, tick } = target;
    const column = { fromMs: columns.times[x] ?? NaN, toMs: columns.endMs(x) };
    this.#held = { grid, tick, column, place: this.#place };
  }

  /** Lets go of what is held. */
  release(): void {
    this.#held = null;
  }

  /** Whether something is held. */
  get isHeld(): boolean {
    return this.#held !== null;
  }

  /**
   * Points at a grid, at the price of the cursor where there is one; null goes live again.
   *
   * @param atMs the instant to which it is held, milliseconds since the epoch; null is its own
   */
  pin(grid: number | null, atMs: number | null = null): void {
    this.#pinned = grid;
    this.#pinnedMs = atMs;
    this.#held = null;
    if (grid === null) this.#cursor = null;
  }

  /** Puts the price cursor at a grid and a price; what the pointer points at no longer counts. */
  setCursor(grid: number, tick: number): void {
    this.#place = null;
    this.pin(grid, grid === this.#pinned ? this.#pinnedMs : null);
    this.#cursor = tick;
  }

  /** Price tick of the cursor; null where there is none. */
  get cursor(): number | null {
    return this.#cursor;
  }

  /** Takes the price cursor away; the grid stays chosen. */
  removeCursor(): void {
    this.#cursor = null;
  }

  /** The place under the pointer, where it was when what is held was pointed at, or the cursor's. */
  get place(): Place | null {
    return this.#held?.place ?? this.#place ?? (this.#cursor === null ? null : this.#cursorPlace);
  }

  /** The grid chosen by keyboard. */
  get pinned(): number | null {
    return this.#pinned;
  }

  /** The instant chosen with it, milliseconds since the epoch; null where it is the grid's own. */
  get pinnedMs(): number | null {
    return this.#pinned === null ? null : this.#pinnedMs;
  }

  /**
   * What is pointed at in a view.
   *
   * @returns null where nothing is
   */
  target(view: Viewport, columns: Columns, order: GridOrder): Target | null {
    if (this.#held !== null) {
      const { grid, tick, column } = this.#held;
      if (order.has(grid)) {
        const { fromMs, toMs } = column;
        const isAfter = columns.axis === "time" && fromMs > order.time(grid);
        const x = isAfter ? columns.xOfTime((fromMs + toMs) / 2) : null;
        return { grid, x: x ?? columns.xOf(grid), tick, column };
      }
      this.#held = null;
    }
    if (this.#place !== null) {
      const { x, y } = this.#place;
      const grid = columns.gridAt(x);
      if (grid === null) return null;
      return { grid, x: Math.floor(x), tick: y === null ? null : tickAt(view, y) };
    }
    if (this.#pinned === null || order.length === 0) return null;
    // What is pinned may have given way.
    const grid = order.has(this.#pinned) ? this.#pinned : order.at(0);
    const atMs = grid === this.#pinned ? this.#pinnedMs : null;
    const x = (atMs === null ? null : columns.xOfTime(atMs)) ?? columns.xOf(grid);
    const tick = this.#cursor;
    if (tick !== null) this.#cursorPlace = { x, y: rowTop(view, tick) + view.rowHeight / 2 };
    return { grid, x, tick, ...(atMs !== null && { atMs }) };
  }
}
