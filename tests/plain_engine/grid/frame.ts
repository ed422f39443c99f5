import { FLOAT_FIELDS, type FloatField, GRID_ROWS } from "../../../engine/wire/fields.ts";
import { priceInt } from "../book/price.ts";
import { joinWords } from "../record.ts";

/**
 * One emitted grid: GRID_ROWS buckets as columns, and what heads them.
 *
 * A frame is a buffer that its owner overwrites with every grid; a sink that keeps a grid copies
 * what it needs. Row i of a column is the bucket k = i - HALF_WIDTH.
 */
export class GridFrame {
  /** Event time, UTC nanoseconds since the epoch, as signed words. */
  tsLo = 0;
  tsHi = 0;
  /** Event time in nanoseconds since midnight UTC of the session's date. */
  ts = 0;
  /** Number of the record that the grid shows the state after. */
  eventId = 0;
  /** False after a Clear and inside a snapshot. */
  bookValid = false;
  /** Whether the source doubts the book: records were lost, and no snapshot has come since. */
  maybeBadBook = false;
  /** Whether spot, best bid and best ask exist; an absent one is 0 on the wire. */
  spotKnown = false;
  bidPresent = false;
  askPresent = false;
  spotTick = 0;
  bidTick = 0;
  bidRem = 0;
  askTick = 0;
  askRem = 0;

  /** All float64 columns, one after another in the order of FLOAT_FIELDS. */
  readonly values: Float64Array = new Float64Array(FLOAT_FIELDS.length * GRID_ROWS);
  /** The event that touched each bucket last; 0 for none. */
  readonly lastEventId: Float64Array = new Float64Array(GRID_ROWS);

  /** @param tickInt price_int units per tick */
  constructor(readonly tickInt: number) {}

  /** A float64 column: a view of GRID_ROWS values. */
  column(field: FloatField): Float64Array {
    const at = FLOAT_FIELDS.indexOf(field) * GRID_ROWS;
    return this.values.subarray(at, at + GRID_ROWS);
  }

  /** Event time, UTC nanoseconds since the epoch. */
  get tsNs(): bigint {
    return joinWords(this.tsLo, this.tsHi);
  }

  /** Spot as price_int; 0 while unknown. */
  get spot(): bigint {
    return this.spotKnown ? priceInt(this.spotTick, 0, this.tickInt) : 0n;
  }

  /** Best bid as price_int; 0 when absent. */
  get bestBid(): bigint {
    return this.bidPresent ? priceInt(this.bidTick, this.bidRem, this.tickInt) : 0n;
  }

  /** Best ask as price_int; 0 when absent. */
  get bestAsk(): bigint {
    return this.askPresent ? priceInt(this.askTick, this.askRem, this.tickInt) : 0n;
  }

  /** (best bid + best ask) / 2 in dollars; 0 when a side is missing. */
  get midPrice(): number {
    if (!this.bidPresent || !this.askPresent) return 0;
    const sum = (this.bidTick + this.askTick) * this.tickInt + this.bidRem + this.askRem;
    const exact = Number.isSafeInteger(sum) ? sum : Number(this.bestBid + this.bestAsk);
    return exact / 2 * 1e-9;
  }
}
