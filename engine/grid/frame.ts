import { FLOAT_FIELDS, type FloatField, GRID_ROWS } from "../wire/fields.ts";

/**
 * One emitted grid: GRID_ROWS buckets as columns, and what heads them.
 *
 * A frame is a buffer that its owner overwrites with every grid; a sink that keeps a grid copies
 * what it needs. Row i of a column is the bucket k = i - HALF_WIDTH.
 */
export class GridFrame {
  /** Event time, UTC nanoseconds since the epoch. */
  tsNs = 0n;
  /** Event time in nanoseconds since midnight UTC of the session's date. */
  ts = 0;
  /** Number of the record that the grid shows the state after. */
  eventId = 0;
  /** False after a Clear and inside a snapshot. */
  bookValid = false;
  /** Whether the source doubts the book: records were lost, and no snapshot has come since. */
  maybeBadBook = false;
  /** Whether spot, best bid and best ask exist; an absent one is 0. */
  spotKnown = false;
  bidPresent = false;
  askPresent = false;
  /** price_int. */
  spot = 0n;
  bestBid = 0n;
  bestAsk = 0n;
  /** (best bid + best ask) / 2 in dollars; 0 when a side is missing. */
  midPrice = 0;

  /** All float64 columns, one after another in the order of FLOAT_FIELDS. */
  values: Float64Array = new Float64Array(FLOAT_FIELDS.length * GRID_ROWS);
  /** The event that touched each bucket last; 0 for none. */
  lastEventId: BigInt64Array = new BigInt64Array(GRID_ROWS);

  /** @param tickInt price_int units per tick */
  constructor(readonly tickInt: number) {}

  /** A float64 column: a view of GRID_ROWS values. */
  column(field: FloatField): Float64Array {
    const at = FLOAT_FIELDS.indexOf(field) * GRID_ROWS;
    return this.values.subarray(at, at + GRID_ROWS);
  }
}
