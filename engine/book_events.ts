import { BOOK_EVENT_BYTES, RESERVE } from "./core/layout.ts";

/** What is the same of every event. */
interface Happened {
  /** Event time, UTC nanoseconds since the epoch. */
  tsNs: bigint;
  /** Number of the last record of it. */
  eventId: number;
  /** price_int: where a sweep ended, where a reserve shows again. */
  price: bigint;
}

/** Executions of one event and aggressor over more than one price. */
export interface Sweep extends Happened {
  kind: "sweep";
  /** Character code of the aggressor's side: A B. */
  side: number;
  /** price_int of its first execution. */
  from: bigint;
  /** Prices at which it executed. */
  prices: number;
  /** Contracts. */
  size: number;
}

/** An order that was filled, and shows more in the same event at the same price. */
export interface Reserve extends Happened {
  kind: "reserve";
  /** Character code of the order's side: A B. */
  side: number;
  orderId: bigint;
  /** Contracts that it shows more than were left of it. */
  size: number;
  /** Contracts that it shows now. */
  shown: number;
  /** Contracts of it that were filled since it was first seen to be, this event's among them. */
  filled: number;
  /** How often it was refilled since then, this time among them. */
  refills: number;
  /** Time of the first fill seen, UTC nanoseconds since the epoch. */
  sinceNs: bigint;
}

/** What the order-by-order data tell of an event (docs/engine.md, "Sweeps and reserves"). */
export type BookEvent = Sweep | Reserve;

/**
 * Reads events as the core hands them out.
 *
 * @param view where they lie (core/layout.ts, BOOK_EVENT_BYTES)
 * @param count how many there are
 */
export function* readBookEvents(view: DataView, count: number): Generator<BookEvent> {
  for (let at = 0; at < count * BOOK_EVENT_BYTES; at += BOOK_EVENT_BYTES) {
    const happened = {
      tsNs: view.getBigUint64(at, true),
      eventId: Number(view.getBigInt64(at + 8, true)),
      price: view.getBigInt64(at + 16, true),
      side: view.getUint8(at + 61),
    };
    const contracts = Number(view.getBigInt64(at + 32, true));
    const times = view.getUint32(at + 56, true);
    if (view.getUint8(at + 60) !== RESERVE) {
      const from = view.getBigInt64(at + 24, true);
      yield { kind: "sweep", ...happened, from, prices: times, size: contracts };
      continue;
    }
    yield {
      kind: "reserve",
      ...happened,
      orderId: view.getBigUint64(at + 24, true),
      size: view.getUint32(at + 48, true),
      shown: view.getUint32(at + 52, true),
      filled: contracts,
      refills: times,
      sinceNs: view.getBigUint64(at + 40, true),
    };
  }
}
