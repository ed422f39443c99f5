import {
  ACTION,
  F_LAST,
  F_MAYBE_BAD_BOOK,
  F_SNAPSHOT,
  SIDE,
  UNDEF_SIZE,
} from "../../../engine/dbn/constants.ts";
import type { MboRecord } from "../record.ts";
import { type BookCounters, noBookCounters } from "./counters.ts";
import { Depth } from "./depth.ts";
import { EventFills } from "./event_fills.ts";
import { OrderTable } from "./order_table.ts";
import { bucketTick, priceInt } from "./price.ts";
import { BID, KEY_BITS, ODD, PriceKeys } from "./price_key.ts";
import type { BookSide } from "./side.ts";
import { Spot } from "./spot.ts";
import type { Touch } from "./touch.ts";

// Constants of this module are compiled in; imported ones are looked up at every use.
const { ADD, CANCEL, MODIFY, FILL, CLEAR } = ACTION;
const TICK_SHIFT = KEY_BITS;
const ODD_MARK = ODD;
const LAST = F_LAST;
const SNAPSHOT = F_SNAPSHOT;
const MAYBE_BAD_BOOK = F_MAYBE_BAD_BOOK;
const NO_SIZE = UNDEF_SIZE;

/** Slots of an empty order table. */
const FIRST_SLOTS = 1 << 14;

/**
 * The order book of one instrument, rebuilt record by record (spec/engine.md, "Book rules").
 *
 * Records go through `apply`; a snapshot that ends without F_LAST is ended by its caller, who is
 * the one to see the next record. Depth, best prices and spot are exact integers.
 */
export class OrderBook {
  /** Records applied so far. */
  eventId = 0;
  /** False after a Clear and inside a snapshot. */
  valid = false;
  /** Whether the source doubts the book (F_MAYBE_BAD_BOOK): from such a record to a snapshot. */
  maybeBad = false;
  /** Whether a run of snapshot records is under way. */
  inSnapshot = false;
  readonly depth: Depth;
  readonly bids: BookSide;
  readonly asks: BookSide;
  readonly counters: BookCounters = noBookCounters();

  /** Touches of the last record applied: the first `touchCount` of two. */
  touchCount = 0;
  readonly touches: readonly [Touch, Touch] = [
    { tick: 0, add: 0, pull: 0, fill: 0 },
    { tick: 0, add: 0, pull: 0, fill: 0 },
  ];

  readonly #orders = new OrderTable(FIRST_SLOTS);
  readonly #keys: PriceKeys;
  readonly #fills = new EventFills();
  readonly #spot: Spot;
  #eventTsLo = 0;
  #eventTsHi = 0;

  /** @param tickInt price_int units per tick */
  constructor(readonly tickInt: number) {
    this.#keys = new PriceKeys(tickInt);
    this.depth = new Depth(this.#keys, tickInt);
    this.#spot = new Spot(tickInt);
    this.bids = this.depth.bids;
    this.asks = this.depth.asks;
  }

  /** Whether spot is known. */
  get spotKnown(): boolean {
    return this.#spot.known;
  }

  /** Spot's tick: it is always a whole number of ticks. */
  get spotTick(): number {
    return this.#spot.tick;
  }

  /** Whether the best bid is at or above the best ask, as in an auction. */
  get crossed(): boolean {
    const { bids, asks } = this;
    if (!bids.present || !asks.present || bids.bestTick < asks.bestTick) return false;
    return bids.bestTick > asks.bestTick || bids.bestRem >= asks.bestRem;
  }

  /** Orders that rest. */
  get orderCount(): number {
    return this.#orders.size;
  }

  /**
   * Applies a kept record: rules 1 to 5. A snapshot that this record ends is over when it returns.
   *
   * @param record the record
   */
  apply(record: MboRecord): void {
    const { flags, tsLo, tsHi } = record;
    this.eventId += 1;
    this.touchCount = 0;
    if (this.#fills.size > 0 && (tsLo !== this.#eventTsLo || tsHi !== this.#eventTsHi)) {
      this.#fills.clear();
    }
    this.#eventTsLo = tsLo;
    this.#eventTsHi = tsHi;
    if ((flags & SNAPSHOT) === 0) {
      if ((flags & MAYBE_BAD_BOOK) !== 0) this.maybeBad = true;
      this.valid = true;
      this.#change(record);
      this.#updateSpot();
      if (this.#fills.size > 0 && (flags & LAST) !== 0) this.#fills.clear();
      return;
    }
    if (!this.inSnapshot) {
      this.inSnapshot = true;
      // Nothing shows the book within a snapshot, so a doubt that its end clears may go now; then
      // one that its own records raise outlives it.
      this.maybeBad = false;
      if (record.action !== CLEAR && this.#orders.size > 0) this.#clear();
    }
    if ((flags & MAYBE_BAD_BOOK) !== 0) this.maybeBad = true;
    this.valid = false;
    this.#change(record);
    this.touchCount = 0;
    if ((flags & LAST) !== 0) {
      this.#fills.clear();
      this.endSnapshot();
    }
  }

  /** Ends a snapshot: the book is valid again and spot follows it. */
  endSnapshot(): void {
    this.inSnapshot = false;
    this.valid = true;
    this.#updateSpot();
  }

  /**
   * Visits every resting order, in no particular order.
   *
   * @param visit called with id words (signed), price_int, side and contracts
   */
  forEachOrder(
    visit: (idLo: number, idHi: number, price: bigint, isBid: boolean, qty: number) => void,
  ): void {
    this.#orders.forEach((lo, hi, key, qty) => {
      const price = priceInt(this.#keys.tick(key), this.#keys.rem(key), this.tickInt);
      visit(lo, hi, price, (key & BID) !== 0, qty);
    });
  }

  /**
   * Puts back an order that `forEachOrder` gave, into a book that does not hold its id.
   *
   * @param order id and price in words, quantity in contracts, above 0
   */
  restoreOrder(
    order: { idLo: number; idHi: number; priceLo: number; priceHi: number; qty: number },
    isBid: boolean,
  ): void {
    const { idLo, idHi, priceLo, priceHi, qty } = order;
    const key = this.#keys.retain(priceLo, priceHi, isBid ? SIDE.BID : SIDE.ASK);
    this.#insert(this.#orders.find(idLo, idHi), idLo, idHi, key, qty);
  }

  /** The best bid and ask that were last both present, as price_int; null before there were any. */
  get lastTwoSided(): { bid: bigint; ask: bigint } | null {
    return this.#spot.lastTwoSided;
  }

  /**
   * Puts back what `lastTwoSided` gave, and so spot.
   *
   * @param prices best bid and ask as price_int
   */
  restoreSpot(prices: { bid: bigint; ask: bigint }): void {
    this.#spot.restore(prices);
    this.depth.follow(this.#spot.tick);
  }

  #change(record: MboRecord): void {
    switch (record.action) {
      case ADD:
        return this.#add(record);
      case CANCEL:
        return this.#cancel(record);
      case MODIFY:
        return this.#modify(record);
      case FILL:
        return this.#fill(record);
      case CLEAR:
        this.#clear();
        this.valid = false;
        return;
    }
  }

  #add({ idLo, idHi, side, size, priceLo, priceHi }: MboRecord): void {
    if (size === 0) {
      this.#fills.setFilled(idLo, idHi, 0);
      return;
    }
    this.#fills.forget(idLo, idHi);
    const key = this.#keys.retain(priceLo, priceHi, side);
    const slot = this.#orders.find(idLo, idHi);
    if (slot >= 0) {
      this.counters.duplicateAdds++;
      this.#replace(slot, key, size);
    } else this.#insert(slot, idLo, idHi, key, size);
    this.#touch(key, size, 0, 0);
  }

  #cancel({ idLo, idHi, size }: MboRecord): void {
    const slot = this.#orders.find(idLo, idHi);
    if (slot < 0) {
      if (!this.#fills.takenWhole(idLo, idHi)) this.counters.unknownCancels++;
      return;
    }
    const qty = this.#orders.qtyAt(slot);
    let cut = qty;
    if (size === NO_SIZE) {
      this.#fills.setFilled(idLo, idHi, 0);
    } else {
      const filled = this.#fills.filled(idLo, idHi);
      cut = Math.min(qty, Math.max(0, size - filled));
      if (filled > 0) this.#fills.setFilled(idLo, idHi, filled - Math.min(size, filled));
    }
    if (cut > 0) this.#reduce(slot, cut, cut, 0);
  }

  #modify({ idLo, idHi, side, size, priceLo, priceHi }: MboRecord): void {
    const slot = this.#orders.find(idLo, idHi);
    if (slot < 0) {
      if (size === 0) {
        this.#fills.setFilled(idLo, idHi, 0);
        return;
      }
      const refreshed = this.#fills.takenWhole(idLo, idHi);
      if (!refreshed) this.counters.unknownModifies++;
      this.#fills.forget(idLo, idHi);
      const key = this.#keys.retain(priceLo, priceHi, side);
      this.#insert(slot, idLo, idHi, key, size);
      if (refreshed) this.#touch(key, size, 0, 0);
      return;
    }
    this.#fills.forget(idLo, idHi);
    const qty = this.#orders.qtyAt(slot);
    if (size === 0) {
      this.#reduce(slot, qty, qty, 0);
      return;
    }
    const old = this.#orders.keyAt(slot);
    const key = this.#keys.retain(priceLo, priceHi, side);
    if (key !== old) {
      this.#touch(old, 0, qty, 0);
      this.#replace(slot, key, size);
      this.#touch(key, size, 0, 0);
      return;
    }
    this.#keys.release(key);
    this.#orders.set(slot, key, size);
    if (size !== qty) this.depth.change(key, size - qty);
    this.#touch(key, Math.max(0, size - qty), Math.max(0, qty - size), 0);
  }

  #fill({ idLo, idHi, size }: MboRecord): void {
    const slot = this.#orders.find(idLo, idHi);
    if (size === 0) return;
    if (slot < 0) {
      this.counters.unknownFills++;
      return;
    }
    const qty = this.#orders.qtyAt(slot);
    const cut = Math.min(size, qty);
    this.#reduce(slot, cut, 0, size);
    this.#fills.fill(idLo, idHi, cut, cut === qty);
  }

  #clear(): void {
    this.#orders.clear(FIRST_SLOTS);
    this.#fills.clear();
    this.depth.clear();
    this.#keys.clear();
  }

  #insert(missing: number, lo: number, hi: number, key: number, qty: number): void {
    this.#orders.insert(missing, lo, hi, key, qty);
    this.depth.change(key, qty);
  }

  /** Moves a resting order to another price, side or quantity. */
  #replace(slot: number, key: number, qty: number): void {
    const old = this.#orders.keyAt(slot);
    this.depth.change(old, -this.#orders.qtyAt(slot));
    this.#keys.release(old);
    this.#orders.set(slot, key, qty);
    this.depth.change(key, qty);
  }

  /** Takes `cut` contracts from an order and touches its price. */
  #reduce(slot: number, cut: number, pull: number, fill: number): void {
    const key = this.#orders.keyAt(slot);
    const left = this.#orders.qtyAt(slot) - cut;
    this.#touch(key, 0, pull, fill);
    this.depth.change(key, -cut);
    if (left > 0) {
      this.#orders.set(slot, key, left);
    } else {
      this.#keys.release(key);
      this.#orders.removeAt(slot);
    }
  }

  #touch(key: number, add: number, pull: number, fill: number): void {
    const touch = this.touchCount === 0 ? this.touches[0] : this.touches[1];
    touch.tick = (key & ODD_MARK) === 0 ? key >> TICK_SHIFT : this.#oddBucket(key);
    touch.add = add;
    touch.pull = pull;
    touch.fill = fill;
    this.touchCount += 1;
  }

  #oddBucket(key: number): number {
    return bucketTick(this.#keys.tick(key), this.#keys.rem(key), this.tickInt);
  }

  #updateSpot(): void {
    if (this.#spot.update(this.bids, this.asks)) this.depth.follow(this.#spot.tick);
  }
}
