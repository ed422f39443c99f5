import type { GridFrame } from "../grid_frame.ts";
import { ordered } from "./capture_columns.ts";
import { GRID_ROWS, type StreamField } from "../wire/fields.ts";
import type { GridUpdateMessage } from "../wire/messages.ts";

/**
 * What heads a grid, in the stream's words: 64-bit integers as decimal strings.
 *
 * @param frame the grid
 */
export function gridHead(frame: GridFrame): Omit<GridUpdateMessage, "type"> {
  return {
    ts_ns: `${frame.tsNs}`,
    event_id: frame.eventId,
    mid_price: frame.midPrice,
    spot_ref_price_int: `${frame.spot}`,
    best_bid_price_int: `${frame.bestBid}`,
    best_ask_price_int: `${frame.bestAsk}`,
    book_valid: frame.bookValid,
    bid_present: frame.bidPresent,
    ask_present: frame.askPresent,
    ...(frame.maybeBadBook ? { maybe_bad_book: true } : {}),
  };
}

/**
 * Makes an encoder of grids as JSON lines: what heads the grid, then `buckets`, a row for each k
 * from -50 with the chosen columns in the order of STREAM_FIELDS. Numbers keep full precision.
 *
 * @param fields bucket columns wanted, in any order
 * @returns a function from a grid to its line, newline included
 */
export function jsonLines(fields: readonly StreamField[]): (frame: GridFrame) => string {
  const wanted = ordered(fields);
  return (frame) => {
    const columns = wanted.map((field) =>
      field === "last_event_id" ? frame.lastEventId : frame.column(field)
    );
    const rows: string[] = [];
    for (let row = 0; row < GRID_ROWS; row++) {
      rows.push(columns.map((values) => values[row]!).join(","));
    }
    const head = JSON.stringify(gridHead(frame)).slice(0, -1);
    return `${head},"buckets":[[${rows.join("],[")}]]}\n`;
  };
}
