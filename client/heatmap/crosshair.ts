import { columnAt, tickAt, type Viewport } from "./viewport.ts";

/** A place in the view, device pixels; without `y` it is on a chart below the heatmap. */
export interface Place {
  readonly x: number;
  readonly y: number | null;
}

/** The moment and the price that are pointed at. */
export interface Target {
  readonly column: number;
  /** Price tick, or null where only a moment is pointed at. */
  readonly tick: number | null;
}

/**
 * What is pointed at: a place under the pointer, which stays where it is while columns pass under
 * it, or a column chosen by keyboard, which moves with the picture.
 */
export class Crosshair {
  #place: Place | null = null;
  #pinned: number | null = null;

  /** Points at a place; null when the pointer leaves. */
  point(place: Place | null): void {
    this.#place = place;
    if (place !== null) this.#pinned = null;
  }

  /** Points at a column; null goes live again. */
  pin(column: number | null): void {
    this.#pinned = column;
  }

  /** The place under the pointer. */
  get place(): Place | null {
    return this.#place;
  }

  /** The column chosen by keyboard. */
  get pinned(): number | null {
    return this.#pinned;
  }

  /**
   * What is pointed at in a view.
   *
   * @param first oldest column there is
   * @returns null where nothing is
   */
  target(view: Viewport, first: number): Target | null {
    if (this.#place !== null) {
      const column = columnAt(view, this.#place.x, first);
      const { y } = this.#place;
      return column === null ? null : { column, tick: y === null ? null : tickAt(view, y) };
    }
    if (this.#pinned === null) return null;
    return { column: Math.max(first, this.#pinned), tick: null };
  }
}
