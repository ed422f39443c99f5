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
  #held: { readonly grid: number; readonly tick: number; readonly place: Place } | null = null;

  /** Points at a place; null when the pointer leaves. */
  point(place: Place | null): void {
    this.#place = place;
    if (place !== null) this.#pinned = this.#cursor = null;
  }

  /**
   * Holds what is pointed at, wherever the pointer goes, until it is let go.
   *
   * @param target what; without a price, or nothing, holds nothing
   */
  hold(target: Target | null): void {
    if (target?.tick == null || this.#place === null) return;
    this.#held = { grid: target.grid, tick: target.tick, place: this.#place };
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
      const { grid, tick } = this.#held;
      if (order.has(grid)) return { grid, x: columns.xOf(grid), tick };
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
