import { type CoreViews, numberAt } from "./core.ts";
import {
  ASK_PRESENT,
  ASK_PRICE,
  BID_PRESENT,
  BID_PRICE,
  BOOK_VALID,
  EVENT_ID,
  LAST_TS,
  MAYBE_BAD,
  MID,
  SPOT_KNOWN,
  SPOT_TICK,
  STATE,
} from "./core/layout.ts";
import {
  EXTRA_FIELDS,
  type ExtraField,
  FLOAT_FIELDS,
  type FloatField,
  GRID_ROWS,
  isExtra,
} from "./wire/fields.ts";

/** The columns of a grid: GRID_ROWS values each. */
export interface GridColumns {
  /** All float64 columns, one after another in the order of FLOAT_FIELDS. */
  readonly values: Float64Array;
  /** The event that touched each bucket last; 0 for none. */
  readonly lastEventId: BigInt64Array;
  /** The columns of EXTRA_FIELDS, one after another; good where they are asked for. */
  readonly extras: Float64Array;
}

/**
 * One emitted grid: GRID_ROWS buckets as columns, and what heads them.
 *
 * A frame is a look at what its owner overwrites with every grid; a sink that keeps a grid copies
 * what it needs. Row i of a column is the bucket k = i - HALF_WIDTH.
 */
export class GridFrame implements GridColumns {
  values!: Float64Array;
  lastEventId!: BigInt64Array;
  extras!: Float64Array;
  #words!: Int32Array;
  #state!: BigInt64Array;
  #doubles!: Float64Array;
  readonly #midnightNs: bigint;

  /**
   * @param views where it is
   * @param tickInt price_int units per tick
   * @param midnightNs midnight UTC of the session's date, nanoseconds since the epoch
   */
  constructor(views: CoreViews, readonly tickInt: number, midnightNs: bigint) {
    this.#midnightNs = midnightNs;
    this.look(views);
  }

  /**
   * Looks elsewhere from now on.
   *
   * @param views where it is
   */
  look({ columns, lastEventId, extras, words, state, doubles }: CoreViews): void {
    this.values = columns;
    this.lastEventId = lastEventId;
    this.extras = extras;
    this.#words = words;
    this.#state = state;
    this.#doubles = doubles;
  }

  /** Event time, UTC nanoseconds since the epoch. */
  get tsNs(): bigint {
    return BigInt.asUintN(64, this.#big(LAST_TS));
  }

  /** Event time in nanoseconds since midnight UTC of the session's date. */
  get ts(): number {
    return Number(this.tsNs - this.#midnightNs);
  }

  /** Number of the record that the grid shows the state after. */
  get eventId(): number {
    return numberAt(this.#words, EVENT_ID);
  }

  /** False after a Clear and inside a snapshot. */
  get bookValid(): boolean {
    return this.#is(BOOK_VALID);
  }

  /** Whether the source doubts the book: records were lost, and no snapshot has come since. */
  get maybeBadBook(): boolean {
    return this.#is(MAYBE_BAD);
  }

  /** Whether there was a two-sided book, so that there is a spot. */
  get spotKnown(): boolean {
    return this.#is(SPOT_KNOWN);
  }

  /** Whether there is a bid. */
  get bidPresent(): boolean {
    return this.#is(BID_PRESENT);
  }

  /** Whether there is an ask. */
  get askPresent(): boolean {
    return this.#is(ASK_PRESENT);
  }

  /** Spot as price_int; 0 while unknown. */
  get spot(): bigint {
    return this.spotKnown ? this.#big(SPOT_TICK) * BigInt(this.tickInt) : 0n;
  }

  /** Best bid as price_int; 0 when absent. */
  get bestBid(): bigint {
    return this.#big(BID_PRICE);
  }

  /** Best ask as price_int; 0 when absent. */
  get bestAsk(): bigint {
    return this.#big(ASK_PRICE);
  }

  /** (best bid + best ask) / 2 in dollars; 0 when a side is missing. */
  get midPrice(): number {
    return this.#doubles[(MID - STATE) / 8]!;
  }

  /**
   * Its columns as they are now.
   *
   * @param extraColumns how many of EXTRA_FIELDS, from the first on
   */
  copyColumns(extraColumns: number): GridColumns {
    const floats = this.values.length;
    const more = extraColumns * GRID_ROWS;
    const bytes = new ArrayBuffer((floats + GRID_ROWS + more) * 8);
    const values = new Float64Array(bytes, 0, floats);
    const lastEventId = new BigInt64Array(bytes, floats * 8, GRID_ROWS);
    const extras = new Float64Array(bytes, (floats + GRID_ROWS) * 8, more);
    values.set(this.values);
    lastEventId.set(this.lastEventId);
    extras.set(this.extras.subarray(0, more));
    return { values, lastEventId, extras };
  }

  /** A float64 column: a view of GRID_ROWS values; one of EXTRA_FIELDS is good where it is asked for. */
  column(field: FloatField | ExtraField): Float64Array {
    const [values, at] = isExtra(field)
      ? [this.extras, EXTRA_FIELDS.indexOf(field)] as const
      : [this.values, FLOAT_FIELDS.indexOf(field)] as const;
    return values.subarray(at * GRID_ROWS, (at + 1) * GRID_ROWS);
  }

  #big(address: number): bigint {
    return this.#state[(address - STATE) / 8]!;
  }

  #is(address: number): boolean {
    return this.#words[(address - STATE) / 4] !== 0;
  }
}
