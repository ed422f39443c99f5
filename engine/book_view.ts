import type { EngineCore } from "./core.ts";
import {
  ASK_PRESENT,
  ASK_PRICE,
  BID_PRESENT,
  BID_PRICE,
  BOOK_VALID,
  DUPLICATE_ADDS,
  EVENT_ID,
  EXCHANGE_BYTES,
  IN_SNAPSHOT,
  LAST_ASK,
  LAST_BID,
  LEVEL_BYTES,
  MAYBE_BAD,
  ORDER_BYTES,
  SPOT_KNOWN,
  SPOT_TICK,
  UNKNOWN_CANCELS,
  UNKNOWN_FILLS,
  UNKNOWN_MODIFIES,
} from "./core/layout.ts";

/** What did not fit the book. */
export interface BookCounters {
  /** C of ids that do not rest, and were not taken whole by a Fill of their event. */
  unknownCancels: number;
  unknownModifies: number;
  unknownFills: number;
  /** A of ids that rest already. */
  duplicateAdds: number;
}

/** Orders that one exchange with the core holds. */
export const MOST_ORDERS = Math.floor(EXCHANGE_BYTES / ORDER_BYTES);

/** A look at the order book that a core holds. */
export class BookView {
  /**
   * @param core whose book
   * @param tickInt price_int units per tick
   */
  constructor(readonly core: EngineCore, readonly tickInt: number) {}

  /** Records applied so far. */
  get eventId(): number {
    return this.core.number(EVENT_ID);
  }

  /** False after a Clear and inside a snapshot. */
  get valid(): boolean {
    return this.core.is(BOOK_VALID);
  }

  /** Whether the source doubts the book: from a record that says so to a snapshot. */
  get maybeBad(): boolean {
    return this.core.is(MAYBE_BAD);
  }

  /** Whether a run of snapshot records is under way. */
  get inSnapshot(): boolean {
    return this.core.is(IN_SNAPSHOT);
  }

  /** Whether spot is known. */
  get spotKnown(): boolean {
    return this.core.is(SPOT_KNOWN);
  }

  /** Spot's tick: it is always a whole number of ticks. */
  get spotTick(): number {
    return this.core.number(SPOT_TICK);
  }

  /** Best bid as price_int; null when there is none. */
  get bestBid(): bigint | null {
    return this.core.is(BID_PRESENT) ? this.core.big(BID_PRICE) : null;
  }

  /** Best ask as price_int; null when there is none. */
  get bestAsk(): bigint | null {
    return this.core.is(ASK_PRESENT) ? this.core.big(ASK_PRICE) : null;
  }

  /** Orders that rest. */
  get orderCount(): number {
    return this.core.exports.orderCount();
  }

  /** Counts so far. */
  get counters(): BookCounters {
    const { core } = this;
    return {
      unknownCancels: core.number(UNKNOWN_CANCELS),
      unknownModifies: core.number(UNKNOWN_MODIFIES),
      unknownFills: core.number(UNKNOWN_FILLS),
      duplicateAdds: core.number(DUPLICATE_ADDS),
    };
  }

  /**
   * Visits every resting order, in no particular order, some at a time.
   *
   * @returns bytes of ORDER_BYTES an order: id u64, price_int i64, quantity u32, 1 for a bid u32;
   * each good until the next
   */
  *orders(): Generator<Uint8Array<ArrayBuffer>> {
    const { exports } = this.core;
    for (let restart = true;; restart = false) {
      const n = exports.listOrders(restart);
      if (n === 0) return;
      yield bytesOf(this.core, n * ORDER_BYTES);
    }
  }

  /**
   * Puts orders that `orders` gave into a book that does not hold their ids.
   *
   * @param bytes at most MOST_ORDERS of them
   * @throws UserError when there is no memory for them
   */
  putOrders(bytes: Uint8Array): void {
    bytesOf(this.core, bytes.length).set(bytes);
    this.core.guarded(() => this.core.exports.putOrders(bytes.length / ORDER_BYTES));
  }

  /** Puts spot between the last best bid and ask that were both present. */
  restoreSpot(): void {
    const { core } = this;
    if (!this.spotKnown) return;
    core.guarded(() => core.exports.putSpot(core.big(LAST_BID), core.big(LAST_ASK)));
  }

  /**
   * Visits every level of a side, in no particular order.
   *
   * @param isBid which side
   * @param visit called with price_int and the depth in contracts
   */
  forEachLevel(isBid: boolean, visit: (price: bigint, depth: bigint) => void): void {
    const { core } = this;
    for (let restart = true;; restart = false) {
      const n = core.exports.listLevels(isBid, restart);
      if (n === 0) return;
      const view = core.exchange();
      for (let at = 0; at < n * LEVEL_BYTES; at += LEVEL_BYTES) {
        visit(view.getBigInt64(at, true), view.getBigInt64(at + 8, true));
      }
    }
  }
}

function bytesOf(core: EngineCore, length: number): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset } = core.exchange();
  return new Uint8Array(buffer, byteOffset, length);
}
