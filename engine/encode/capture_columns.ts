import type { GridFrame } from "../grid_frame.ts";
import type { ColumnType } from "./arrow_template.ts";
import { GRID_ROWS, STREAM_FIELDS, type StreamField } from "../wire/fields.ts";

/** A column of a captured table: its name and type. */
export type CaptureColumn = readonly [name: string, type: ColumnType];

const HEAD: readonly CaptureColumn[] = [
  ["ts_ns", "int64"],
  ["event_id", "int64"],
  ["mid_price", "float64"],
  ["spot_ref_price_int", "int64"],
  ["best_bid_price_int", "int64"],
  ["best_ask_price_int", "int64"],
  ["book_valid", "bool"],
  ["bid_present", "bool"],
  ["ask_present", "bool"],
  ["maybe_bad_book", "bool"],
  ["k", "int32"],
];

/** What the bool columns say of a grid, by name. */
export const FLAGS: Readonly<Record<string, (frame: GridFrame) => boolean>> = {
  book_valid: (frame) => frame.bookValid,
  bid_present: (frame) => frame.bidPresent,
  ask_present: (frame) => frame.askPresent,
  maybe_bad_book: (frame) => frame.maybeBadBook,
};

/** The columns that hold a number for each row of a table, by name. */
export interface NumberColumns {
  ints: Readonly<Record<string, BigInt64Array>>;
  floats: Readonly<Record<string, Float64Array>>;
}

/**
 * Puts bucket columns into their one order.
 *
 * @param fields bucket columns wanted, in any order
 * @returns them, each once, in the order of STREAM_FIELDS
 */
export function ordered(fields: readonly StreamField[]): StreamField[] {
  return STREAM_FIELDS.filter((field) => fields.includes(field));
}

/**
 * The columns of captured grids as a table. A row is a bucket; what heads its grid stands beside it:
 * ts_ns, event_id, mid_price, spot_ref_price_int, best_bid_price_int, best_ask_price_int,
 * book_valid, bid_present, ask_present, maybe_bad_book, then k and the bucket columns.
 *
 * @param fields bucket columns, in order
 */
export function captureColumns(fields: readonly StreamField[]): CaptureColumn[] {
  const typeOf = (field: StreamField) => field === "last_event_id" ? "int64" : "float64";
  return [...HEAD, ...fields.map((field) => [field, typeOf(field)] as const)];
}

/**
 * Writes a grid into rows of a table: all but its flags, which each format keeps its own way, and k,
 * which is the same for every grid.
 *
 * @param columns the table's columns
 * @param fields bucket columns, in order
 * @param from the grid's first row
 * @param frame the grid
 */
export function fillRows(
  { ints, floats }: NumberColumns,
  fields: readonly StreamField[],
  from: number,
  frame: GridFrame,
): void {
  const to = from + GRID_ROWS;
  ints["ts_ns"]!.fill(frame.tsNs, from, to);
  ints["event_id"]!.fill(BigInt(frame.eventId), from, to);
  floats["mid_price"]!.fill(frame.midPrice, from, to);
  ints["spot_ref_price_int"]!.fill(frame.spot, from, to);
  ints["best_bid_price_int"]!.fill(frame.bestBid, from, to);
  ints["best_ask_price_int"]!.fill(frame.bestAsk, from, to);
  for (const field of fields) {
    if (field === "last_event_id") ints[field]!.set(frame.lastEventId, from);
    else floats[field]!.set(frame.column(field), from);
  }
}

/**
 * Makes something for each column of a type.
 *
 * @param columns columns of a table
 * @param type the type wanted
 * @param make makes it from the column's name
 * @returns what was made, by name
 */
export function byName<T>(
  columns: readonly CaptureColumn[],
  type: ColumnType,
  make: (name: string) => T,
): Record<string, T> {
  const wanted = columns.filter((column) => column[1] === type);
  return Object.fromEntries(wanted.map(([name]) => [name, make(name)]));
}
