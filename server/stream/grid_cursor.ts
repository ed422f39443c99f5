import type { GridRing } from "./grid_ring.ts";
import type { GridKind, RunGrid } from "./run_grid.ts";
import type { Playhead } from "./playhead.ts";
import { cellOf, endOf, type Raster } from "./raster.ts";
import { COARSE_MS, FINE_HISTORY_MS, FINE_MS } from "./history_cells.ts";

/** What the cursor reads: a place in a run. */
export interface Place {
  /** Number of the grid that is next. */
  readonly position: number;
  readonly shared: {
    readonly ring: Pick<GridRing, "at">;
    readonly hasEnded: boolean;
    /** Whether the feed has brought no more yet. */
    readonly isAtEdge: boolean;
    /** Event time that the run has come to, milliseconds. */
    readonly reachedMs: number;
  };
}

/** What a client does with the next grid of its run. */
export type Next =
  /** Passes it by, on the way to where it wants to be. */
  | { what: "pass"; grid: RunGrid }
  /** Leaves it out: it did not ask for such a one, or a later one stands for it. */
  | { what: "leave out"; grid: RunGrid }
  /** Gets it, as what it is to the client, when it is due; waits for its cell to be over. */
  | { what: "show"; grid: RunGrid; as: GridKind; dueMs: number }
  | { what: "wait"; grid: RunGrid; ms: number };

/**
 * What a client gets of a run: grids before what it seeks come as history, evenly spaced; of each cell of
 * its raster it gets the last one, when the cell is over; boundaries that have settled come if it asked
 * for them.
 */
export class GridCursor {
  /**
   * @param playhead where the client is
   * @param settles whether it wants boundaries that have settled
   */
  constructor(readonly playhead: Playhead, readonly settles: boolean) {}

  /**
   * Tells what to do with the next grid.
   *
   * @param place of the client in its run
   * @param raster its raster; null for none
   * @returns what; null when the run has to go on first
   */
  next({ position, shared }: Place, raster: Raster | null): Next | null {
    const { playhead } = this;
    const { ring } = shared;
    const grid = ring.at(position);
    if (grid === undefined) return null;
    const { kind, ms, dueMs } = grid;
    if (playhead.passes(ms, kind)) return { what: "pass", grid };
    const isHistory = playhead.isHistory(ms, kind);
    if (!this.#shows(grid)) return { what: "leave out", grid };
    const cells = this.#cells(isHistory, raster);
    // Of a cell that lies partly before the history nothing comes, so that it has one cell too few
    // rather than one too many.
    if (isHistory && playhead.passes(endOf(cells!, cellOf(cells!, ms) - 1), kind)) {
      return { what: "leave out", grid };
    }
    let next = position + 1;
    while (ring.at(next) !== undefined && !this.#shows(ring.at(next)!)) next++;
    const after = ring.at(next);
    const as = isHistory ? "history" : kind;
    if (cells === null) {
      // What comes after it is due as well: nobody needs to see what stood there before.
      const isOver = kind === "settled" && after !== undefined && playhead.isPast(after.dueMs);
      return isOver ? { what: "leave out", grid } : { what: "show", grid, as, dueMs };
    }
    const cell = cellOf(cells, dueMs);
    const endMs = endOf(cells, cell);
    // Asked once: a cell that is over a moment later has to be looked at anew.
    const isBehind = after !== undefined || !shared.isAtEdge;
    const waitMs = isHistory ? 0 : playhead.waitFor(endMs, isBehind, grid.resumedMs);
    if (waitMs > 0) return { what: "wait", grid, ms: waitMs };
    if (after === undefined) {
      if (!shared.hasEnded && !shared.isAtEdge && shared.reachedMs < endMs) return null;
    } else if (this.#standsFor(after, cell, cells, isHistory)) return { what: "leave out", grid };
    return { what: "show", grid, as, dueMs: isHistory ? ms : endMs };
  }

  /** Whether the client may get a grid: one that has settled if it asked for such, and never as history. */
  #shows({ kind, ms }: RunGrid): boolean {
    return kind !== "settled" || (this.settles && !this.playhead.isHistory(ms, kind));
  }

  /** Whether a grid belongs to a cell too. */
  #standsFor({ kind, ms, dueMs }: RunGrid, cell: number, cells: Raster, isHistory: boolean) {
    return cellOf(cells, dueMs) === cell && this.playhead.isHistory(ms, kind) === isHistory;
  }

  #cells(isHistory: boolean, raster: Raster | null): Raster | null {
    const { playhead } = this;
    if (isHistory) {
      return { ms: playhead.historyMs > FINE_HISTORY_MS ? COARSE_MS : FINE_MS, cells: 1 };
    }
    // Whoever steps, or has just arrived, sees the next grid there is.
    return playhead.isAsked || !playhead.hasArrived ? null : raster;
  }
}
