import type { Trade } from "../engine/wire/messages.ts";

/** Who took liquidity, as a number: the index in "NBA". */
export const NOBODY = 0;
export const BUYER = 1;
export const SELLER = 2;

/** The last executions, oldest overwritten first, in the columns of the heatmap. */
export class TradesRing {
  readonly capacity: number;
  readonly #columns: Float64Array;
  readonly #ticks: Float64Array;
  readonly #sizes: Float64Array;
  readonly #sides: Uint8Array;
  #end = 0;

  /** @param capacity Number of executions kept. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#columns = new Float64Array(capacity);
    this.#ticks = new Float64Array(capacity);
    this.#sizes = new Float64Array(capacity);
    this.#sides = new Uint8Array(capacity);
  }

  /** Executions taken in so far. */
  get end(): number {
    return this.#end;
  }

  /** Number of the oldest execution that is kept. */
  get first(): number {
    return Math.max(0, this.#end - this.capacity);
  }

  /**
   * Adds an execution.
   *
   * @param column Column of the grid that it comes before.
   * @param bucketInt Size of a bucket in billionths of a dollar.
   */
  add([, priceInt, size, side]: Trade, column: number, bucketInt: number): void {
    const slot = this.#end++ % this.capacity;
    this.#columns[slot] = column;
    this.#ticks[slot] = Number(priceInt) / bucketInt;
    this.#sizes[slot] = size;
    this.#sides[slot] = Math.max(NOBODY, "NBA".indexOf(side));
  }

  /**
   * Gives the executions of some columns, oldest first. Those that follow one another on one side at
   * one price within a group count as one.
   *
   * @param from First column.
   * @param to Column after the last one.
   * @param stride Columns in a group.
   * @param least Smallest size given.
   */
  visit(
    from: number,
    to: number,
    stride: number,
    least: number,
    visitor: (column: number, tick: number, size: number, side: number) => void,
  ): void {
    let column = -1, tick = NaN, size = 0, side = NOBODY;
    for (let i = this.#firstAt(from); i < this.#end; i++) {
      const slot = i % this.capacity;
      const at = this.#columns[slot] ?? 0;
      if (at >= to) break;
      const joins = Math.floor(at / stride) === Math.floor(column / stride) &&
        this.#ticks[slot] === tick && this.#sides[slot] === side;
      if (!joins && size >= least && column >= 0) visitor(column, tick, size, side);
      size = (joins ? size : 0) + (this.#sizes[slot] ?? 0);
      column = at;
      tick = this.#ticks[slot] ?? 0;
      side = this.#sides[slot] ?? NOBODY;
    }
    if (size >= least && column >= 0) visitor(column, tick, size, side);
  }

  /** Forgets all executions, for another run of the stream. */
  clear(): void {
    this.#end = 0;
  }

  /** Number of the first execution in a column or after it: columns only grow. */
  #firstAt(column: number): number {
    let low = this.first;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#columns[middle % this.capacity] ?? 0) < column) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
