/** What a server says of MNQ, for tests of the page. */
import type { PageDefaults } from "../../client/stream/instrument.ts";
import type { GridUpdateMessage } from "../../engine/wire/messages.ts";

/** A session of it that begins at 09:25. */
export const MNQ: PageDefaults = {
  product_type: "future_mbo",
  symbol: "MNQH6",
  dt: "2026-02-06",
  start_time: "09:25",
  throttle_ms: 25,
  speed: 1,
  tick_size: 0.25,
  bucket_size_dollars: 0.25,
  contract_multiplier: 2,
  price_decimals: 2,
};

/**
 * @param startNs time of grid 0, UTC nanoseconds since the epoch
 * @param event number of the grid, 25 ms apart
 * @param changes what is otherwise than around 25,000
 * @returns the head of a grid
 */
export function gridHead(
  startNs: bigint,
  event: number,
  changes: Partial<GridUpdateMessage> = {},
): GridUpdateMessage {
  return {
    type: "grid_update",
    ts_ns: `${startNs + BigInt(event) * 25_000_000n}`,
    event_id: event,
    mid_price: 25_000.125,
    spot_ref_price_int: "25000000000000",
    best_bid_price_int: "25000000000000",
    best_ask_price_int: "25000250000000",
    book_valid: true,
    bid_present: true,
    ask_present: true,
    ...changes,
  };
}
