import { framedPair } from "../frames.ts";

/** A grid as it is sent to any client that asked for the same columns. */
export interface EncodedGrid {
  /** Event time, milliseconds since the session's midnight. */
  ms: number;
  /** Event time, UTC nanoseconds since the epoch. */
  tsNs: string;
  /** The grid_update message. */
  head: string;
  /** The Arrow stream; its buffer is never used again, for it may still wait for a slow client. */
  rows: Uint8Array<ArrayBuffer>;
  /** The trades message of the executions since the grid before; null when there is none. */
  trades: string | null;
}

/** The last grids of a run, by their number from 0 on, the oldest let go first. */
export class GridRing {
  readonly #grids: EncodedGrid[] = [];
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
  at(number: number): EncodedGrid | undefined {
    return this.#grids[number - this.#first];
  }

  /**
   * Adds the next grid.
   *
   * @param grid the grid; its rows are copied
   */
  push(grid: EncodedGrid): void {
    this.#grids.push(framedPair(grid));
    this.#bytes += sizeOf(grid);
  }

  /** Counts a grid that nobody wants. */
  skip(): void {
    this.dropBefore(this.next);
    this.#first++;
  }

  /** Lets the oldest grid go. */
  drop(): void {
    const grid = this.#grids.shift();
    if (grid === undefined) return;
    this.#first++;
    this.#bytes -= sizeOf(grid);
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

function sizeOf({ head, rows, trades }: EncodedGrid): number {
  return head.length + rows.length + (trades?.length ?? 0);
}
