import { GRID_ROWS, type StreamField } from "../../engine/wire/fields.ts";
import type { GridUpdateMessage } from "../../engine/wire/messages.ts";
import { columnOf, type Grid } from "../stream/grid.ts";
import { type Sums, sumsOf } from "./edge.ts";

/** The columns of a grid that are kept for the readout of a cell. */
export const CELL_FIELDS = [
  "pressure_variant",
  "vacuum_variant",
  "rest_depth",
  "v_add",
  "v_pull",
  "v_fill",
  "v_rest_depth",
  "a_add",
  "a_pull",
  "a_fill",
  "a_rest_depth",
  "j_add",
  "j_pull",
  "j_fill",
  "j_rest_depth",
  "bid_depth",
  "ask_depth",
  "order_count",
  "added_total",
  "pulled_total",
  "filled_total",
] as const satisfies readonly StreamField[];

/** Counts that go on all day, of which differences are shown: they are kept to the last contract. */
const COUNTED: ReadonlySet<StreamField> = new Set(["added_total", "pulled_total", "filled_total"]);

/** What rests, in whole contracts: kept to the last one too, in half the room. */
const RESTING: ReadonlySet<StreamField> = new Set([
  ...["rest_depth", "bid_depth", "ask_depth", "order_count"] as const,
]);

/** Name of a kept column. */
export type CellField = (typeof CELL_FIELDS)[number];

/** What may be wrong with the book of a moment, as bits. */
export const BOOK_INVALID = 1;
export const BOOK_CROSSED = 2;
export const BOOK_IN_DOUBT = 4;
export const BOOK_LOCKED = 8;
/** The grid is a boundary that has settled: what came with it of the balance is of the grid before. */
export const IS_SETTLED = 16;

/** Price integers count billionths of a dollar. */
const PRICE_SCALE = 1e-9;

/**
 * What the page shows of the grids kept besides their colours, by slot (grid_order.ts). Everything
 * lies in typed arrays that are allocated once; the pages of one that is not full yet cost nothing.
 */
export class ReadingHistory {
  readonly capacity: number;
  /** Event time, UTC nanoseconds since the epoch. */
  readonly #tsNs: BigInt64Array;
  readonly #eventIds: Float64Array;
  /** Dollars; NaN where a side of the book is missing. */
  readonly #mids: Float64Array;
  /** Dollars; NaN where there is none: 0 is a price. */
  readonly #bids: Float64Array;
  readonly #asks: Float64Array;
  readonly #books: Uint8Array;
  /** Which run has counted: totals of two are not of one beginning. */
  readonly #runs: Uint32Array;
  /** Six sums for each grid, in the order of `Sums`. */
  readonly #sums: Float64Array;
  readonly #cells: ReadonlyMap<CellField, Float32Array | Float64Array | Uint32Array>;

  /** @param capacity number of grids kept */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#tsNs = new BigInt64Array(capacity);
    this.#eventIds = new Float64Array(capacity);
    this.#mids = new Float64Array(capacity);
    this.#bids = new Float64Array(capacity);
    this.#asks = new Float64Array(capacity);
    this.#books = new Uint8Array(capacity);
    this.#runs = new Uint32Array(capacity);
    this.#sums = new Float64Array(capacity * SUMS);
    this.#cells = new Map(
      CELL_FIELDS.map((field) => {
        const Values = COUNTED.has(field)
          ? Float64Array
          : RESTING.has(field)
          ? Uint32Array
          : Float32Array;
        return [field, new Values(capacity * GRID_ROWS)];
      }),
    );
  }

  /** Memory that a grid takes, bytes. */
  get bytesPerGrid(): number {
    const columns = [this.#tsNs, this.#eventIds, this.#mids, this.#bids, this.#asks, this.#books];
    const all = [...columns, this.#runs, this.#sums, ...this.#cells.values()];
    return all.reduce((bytes, { byteLength }) => bytes + byteLength, 0) / this.capacity;
  }

  /**
   * Keeps a grid in the place of the one that had its slot.
   *
   * @param step price_int units of a bucket
   * @param run which run has counted its totals
   */
  write(number: number, grid: Grid, head: GridUpdateMessage, step: number, run = 0): void {
    const slot = number % this.capacity;
    this.#runs[slot] = run;
    const dollars = (present: boolean, price: string) =>
      present ? Number(price) * PRICE_SCALE : NaN;
    const bid = dollars(head.bid_present, head.best_bid_price_int);
    const ask = dollars(head.ask_present, head.best_ask_price_int);
    this.#tsNs[slot] = BigInt(head.ts_ns);
    this.#eventIds[slot] = head.event_id;
    this.#mids[slot] = head.bid_present && head.ask_present ? head.mid_price : NaN;
    this.#bids[slot] = bid;
    this.#asks[slot] = ask;
    this.#books[slot] = bookOf(head, bid > ask, bid === ask);
    const sums = sumsOf(grid, head, step);
    const { vacAbove, pressAbove, pressBelow, vacBelow, restAbove, restBelow } = sums;
    const kept = [vacAbove, pressAbove, pressBelow, vacBelow, restAbove, restBelow];
    this.#sums.set(kept, slot * SUMS);
    for (const [field, cells] of this.#cells) {
      const values = columnOf(grid, field);
      const at = slot * GRID_ROWS;
      if (!(cells instanceof Uint32Array)) cells.set(values, at);
      else for (let row = 0; row < GRID_ROWS; row++) cells[at + row] = packed(values[row]!);
    }
  }

  /** Event time of a grid, UTC nanoseconds since the epoch. */
  tsNs(number: number): bigint {
    return this.#tsNs[number % this.capacity] ?? 0n;
  }

  /** Which run has counted the totals of a grid. */
  run(number: number): number {
    return this.#runs[number % this.capacity] ?? 0;
  }

  eventId(number: number): number {
    return this.#eventIds[number % this.capacity] ?? 0;
  }

  /** Dollars; NaN where a side of the book is missing. */
  mid(number: number): number {
    return this.#mids[number % this.capacity] ?? NaN;
  }

  /** Best bid in dollars, NaN where there is none. */
  bestBid(number: number): number {
    return this.#bids[number % this.capacity] ?? NaN;
  }

  /** Best ask in dollars, NaN where there is none. */
  bestAsk(number: number): number {
    return this.#asks[number % this.capacity] ?? NaN;
  }

  /** Bits of what may be wrong with the book. */
  book(number: number): number {
    return this.#books[number % this.capacity] ?? 0;
  }

  /** Vacuum above, pressure above, pressure below, vacuum below: `part` 0 to 3. */
  force(number: number, part: 0 | 1 | 2 | 3): number {
    return this.#sums[(number % this.capacity) * SUMS + part] ?? 0;
  }

  /** The sums of a grid. */
  sums(number: number): Sums {
    const at = (number % this.capacity) * SUMS;
    const kept = this.#sums.subarray(at, at + SUMS);
    const [vacAbove = 0, pressAbove = 0, pressBelow = 0, vacBelow = 0] = kept;
    const [, , , , restAbove = 0, restBelow = 0] = kept;
    return { vacAbove, pressAbove, pressBelow, vacBelow, restAbove, restBelow };
  }

  /**
   * One value of a bucket: counts are exact, what rests up to 2^31; what else there is is as precise
   * as a float32.
   *
   * @param row k + HALF_WIDTH
   */
  cell(number: number, row: number, field: CellField): number {
    const cells = this.#cells.get(field);
    const kept = cells?.[(number % this.capacity) * GRID_ROWS + row] ?? 0;
    return cells instanceof Uint32Array ? unpacked(kept) : kept;
  }
}

const SUMS = 6;

/** From here on 32 bits hold the bits of a float32 above 0, whose sign is free to say so. */
const FLOATS = 2 ** 31;
const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

/** A count in 32 bits: itself, or as precise as a float32 where it is larger than that. */
function packed(count: number): number {
  if (count < FLOATS && Number.isInteger(count)) return count;
  FLOAT[0] = count;
  return BITS[0]! + FLOATS;
}

function unpacked(kept: number): number {
  if (kept < FLOATS) return kept;
  BITS[0] = kept - FLOATS;
  return FLOAT[0]!;
}

function bookOf(head: GridUpdateMessage, crossed: boolean, locked: boolean): number {
  return (head.book_valid ? 0 : BOOK_INVALID) | (crossed ? BOOK_CROSSED : 0) |
    (locked ? BOOK_LOCKED : 0) | (head.maybe_bad_book === true ? BOOK_IN_DOUBT : 0) |
    (head.settled === true ? IS_SETTLED : 0);
}
