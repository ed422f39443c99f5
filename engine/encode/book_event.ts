import { SIDE } from "dbn-ts";
import type { BookEvent } from "../book_events.ts";
import type { BookEventMessage } from "../wire/messages.ts";

/**
 * A sweep or a reserve in the stream's words: 64-bit integers as decimal strings.
 *
 * @param event what happened
 */
export function bookEventMessage(event: BookEvent): BookEventMessage {
  const { kind, tsNs, eventId, price } = event;
  const happened = {
    ts_ns: `${tsNs}`,
    event_id: eventId,
    side: event.side === SIDE.ASK ? "A" : "B",
    price_int: `${price}`,
  } as const;
  if (kind === "sweep") {
    const { from, prices, size } = event;
    return { ...happened, event: kind, from_price_int: `${from}`, prices, size };
  }
  const { orderId, size, shown, filled, refills, sinceNs } = event;
  return {
    ...{ ...happened, event: kind, order_id: `${orderId}`, size, shown, filled, refills },
    since_ts_ns: `${sinceNs}`,
  };
}
