import type { Trade } from "../../engine/wire/messages.ts";

/** Who took liquidity, as a number: the index in "NBA". */
export const NOBODY = 0;
export const BUYER = 1;
export const SELLER = 2;

/** Takes an execution: its column, price in ticks, contracts or shares, and side. */
export type TradeVisitor = (column: number, tick: number, size: number, side: number) => void;

interface Sum {
  column: number;
  readonly tick: number;
  readonly side: number;
  size: number;
}

/** The last executions, oldest overwritten first, in the columns of the heatmap. */
export class TradeHistory {
  readonly capacity: number;
  readonly #columns: Float64Array;
  readonly #ticks: Float64Array;
  readonly #sizes: Float64Array;
  readonly #sides: Uint8Array;
  /** Executions of the block that is being visited. */
  readonly #sums: Sum[] = [];
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
   * Gives the executions of some columns, earliest first. Those on one side at one price within a
   * block of columns count as one, at the last of them.
   *
   * @param from First column.
   * @param to Column after the last one.
   * @param block Columns in a block; blocks are counted from column 0.
   * @param least Smallest size given.
   */
  visit(from: number, to: number, block: number, least: number, visitor: TradeVisitor): void {
    // From the beginning of the first block on, so that a sum does not change as it leaves the view.
    const start = Math.floor(from / block) * block;
    const sums = this.#sums;
    sums.length = 0;
    let blockEnd = start + block;
    for (let i = this.#firstAt(start); i < this.#end; i++) {
      const slot = i % this.capacity;
      const column = this.#columns[slot] ?? 0;
      if (column >= to) break;
      if (column >= blockEnd) {
        give(sums, least, visitor);
        blockEnd = (Math.floor(column / block) + 1) * block;
      }
      const tick = this.#ticks[slot] ?? 0;
      const side = this.#sides[slot] ?? NOBODY;
      const size = this.#sizes[slot] ?? 0;
      const sum = sums.find((known) => known.tick === tick && known.side === side);
      if (sum === undefined) sums.push({ column, tick, side, size });
      else {
        sum.column = column;
        sum.size += size;
      }
    }
    give(sums, least, visitor);
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

function give(sums: Sum[], least: number, visitor: TradeVisitor): void {
  for (const { column, tick, size, side } of sums) {
    if (size >= least) visitor(column, tick, size, side);
  }
  sums.length = 0;
}
