import type { Pair } from "../client_socket.ts";
import { framedPair } from "../frames.ts";
import type { GridView } from "./grid_view.ts";
import type { GridKind, RunGrid } from "./run_grid.ts";

/** What the numbers of a grid take, beside what is made of them, bytes. */
const OWN_BYTES = 1_000;

/** A grid in the ring, with what was made of it. */
interface Held {
  readonly grid: RunGrid;
  readonly pairs: Map<GridView, Map<GridKind, Pair>>;
  bytes: number;
}

/** The last grids of a run, by their number from 0 on, the oldest let go first. */
export class GridRing {
  readonly #grids: Held[] = [];
  #first = 0;
  #bytes = 0;

  /** Number of the oldest grid held. */
  get first(): number {
    return this.#first;
  }

  /** Number of the grid that comes next. */
  get next(): number {
    return this.#first + this.#grids.length;
  }

  /** What the grids held take, bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * @param number of a grid
   * @returns the grid, to be used at once; undefined when it has been let go or has not come
   */
  at(number: number): RunGrid | undefined {
    return this.#grids[number - this.#first]?.grid;
  }

  /**
   * A grid as it is sent, made once for all who see it so.
   *
   * @param number of a grid that is held
   * @param view what of it is wanted
   * @param as what it is to those who get it: a grid before what they seek is history
   * @returns both messages; their bytes are never used again, for they may still wait for a slow client
   */
  pair(number: number, view: GridView, as: GridKind): Pair {
    const held = this.#grids[number - this.#first]!;
    let pairs = held.pairs.get(view);
    if (pairs === undefined) held.pairs.set(view, pairs = new Map());
    let pair = pairs.get(as);
    if (pair === undefined) {
      pairs.set(as, pair = framedPair(view.encode(held.grid, as)));
      const bytes = pair.head.length + pair.rows.length;
      held.bytes += bytes;
      this.#bytes += bytes;
    }
    return pair;
  }

  /**
   * Adds the next grid.
   *
   * @param grid the grid
   */
  push(grid: RunGrid): void {
    const { values, lastEventId, extras } = grid.columns;
    const bytes = OWN_BYTES + values.byteLength + lastEventId.byteLength + extras.byteLength;
    this.#grids.push({ grid, pairs: new Map(), bytes });
    this.#bytes += bytes;
  }

  /** Counts a grid that nobody wants. */
  skip(): void {
    this.dropBefore(this.next);
    this.#first++;
  }

  /** Lets the oldest grid go. */
  drop(): void {
    const held = this.#grids.shift();
    if (held === undefined) return;
    this.#first++;
    this.#bytes -= held.bytes;
  }

  /**
   * Lets the grids before one go.
   *
   * @param number of the first to keep
   */
  dropBefore(number: number): void {
    while (this.#first < number && this.#grids.length > 0) this.drop();
  }
}
