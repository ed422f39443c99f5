import {
  ACTION,
  F_LAST,
  F_MAYBE_BAD_BOOK,
  F_SNAPSHOT,
  SIDE,
  UNDEF_SIZE,
} from "../dbn/constants.ts";
import type { MboRecord } from "../record.ts";
import { type BookCounters, noBookCounters } from "./counters.ts";
import { EventFills } from "./event_fills.ts";
import { OddPrices } from "./odd_prices.ts";
import { OrderTable } from "./order_table.ts";
import { bucketTick, priceInt, PriceSplitter } from "./price.ts";
import { BookSide, WINDOW } from "./side.ts";

// An order's key: 29 bits of tick (or of its number among the odd prices), then these three.
const USED = 1;
const BID = 2;
const ODD = 4;
const KEY_BITS = 3;
const MAX_TICK = 1 << 28;

/** The window moves when spot comes this near to its edge; a grid reaches 50 ticks from spot. */
const MARGIN = 256;

/** A change of liquidity at a price, for the bucket it belongs to. */
export interface Touch {
  /** Tick of the bucket; k is this less spot's tick. */
  tick: number;
  /** Contracts added, pulled and executed. */
  add: number;
  pull: number;
  fill: number;
}

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
  /** Whether spot is known, and its tick (spot is always a whole number of ticks). */
  spotKnown = false;
  spotTick = 0;
  readonly bids = new BookSide(true);
  readonly asks = new BookSide(false);
  readonly counters: BookCounters = noBookCounters();

  /** Touches of the last record applied: the first `touchCount` of two. */
  touchCount = 0;
  readonly touches: readonly [Touch, Touch] = [
    { tick: 0, add: 0, pull: 0, fill: 0 },
    { tick: 0, add: 0, pull: 0, fill: 0 },
  ];

  readonly #orders = new OrderTable(1 << 14);
  readonly #odd = new OddPrices();
  readonly #fills = new EventFills();
  readonly #price: PriceSplitter;
  readonly #oddDepth = new Map<number, number>();
  /** The last best bid and ask that were both present: spot comes from them. */
  readonly #lastBid = { tick: 0, rem: 0 };
  readonly #lastAsk = { tick: 0, rem: 0 };
  #windowSet = false;
  #eventTsLo = 0;
  #eventTsHi = 0;

  /** @param tickInt price_int units per tick */
  constructor(readonly tickInt: number) {
    this.#price = new PriceSplitter(tickInt);
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
    if (tsLo !== this.#eventTsLo || tsHi !== this.#eventTsHi) {
      this.#fills.clear();
      this.#eventTsLo = tsLo;
      this.#eventTsHi = tsHi;
    }
    if ((flags & F_SNAPSHOT) === 0) {
      if ((flags & F_MAYBE_BAD_BOOK) !== 0) this.maybeBad = true;
      this.valid = true;
      this.#change(record);
      this.#updateSpot();
      if ((flags & F_LAST) !== 0) this.#fills.clear();
      return;
    }
    if (!this.inSnapshot) {
      this.inSnapshot = true;
      // Nothing shows the book within a snapshot, so a doubt that its end clears may go now; then
      // one that its own records raise outlives it.
      this.maybeBad = false;
      if (record.action !== ACTION.CLEAR && this.#orders.size > 0) this.#clear();
    }
    if ((flags & F_MAYBE_BAD_BOOK) !== 0) this.maybeBad = true;
    this.valid = false;
    this.#change(record);
    this.touchCount = 0;
    if ((flags & F_LAST) !== 0) {
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
   * Depth of a bucket, both sides.
   *
   * @param tick the bucket's tick, within 50 of spot's
   * @returns contracts
   */
  restDepth(tick: number): number {
    const depth = this.bids.depthAt(tick) + this.asks.depthAt(tick);
    return this.#oddDepth.size === 0 ? depth : depth + (this.#oddDepth.get(tick) ?? 0);
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
      const price = priceInt(this.#tickOf(key), this.#remOf(key), this.tickInt);
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
    const { tick, rem } = this.#split(order.priceLo, order.priceHi);
    this.#insert(order.idLo, order.idHi, tick, rem, isBid, order.qty);
  }

  /** The best bid and ask that were last both present, as price_int; null before there were any. */
  get lastTwoSided(): { bid: bigint; ask: bigint } | null {
    if (!this.spotKnown) return null;
    const price = ({ tick, rem }: { tick: number; rem: number }) =>
      priceInt(tick, rem, this.tickInt);
    return { bid: price(this.#lastBid), ask: price(this.#lastAsk) };
  }

  /**
   * Puts back what `lastTwoSided` gave, and so spot.
   *
   * @param prices best bid and ask as price_int
   */
  restoreSpot({ bid, ask }: { bid: bigint; ask: bigint }): void {
    for (const [price, to] of [[bid, this.#lastBid], [ask, this.#lastAsk]] as const) {
      const { tick, rem } = this.#split(
        Number(BigInt.asIntN(32, price)),
        Number(BigInt.asIntN(32, price >> 32n)),
      );
      to.tick = tick;
      to.rem = rem;
    }
    this.#spotFromLast();
  }

  #change(record: MboRecord): void {
    switch (record.action) {
      case ACTION.ADD:
        return this.#add(record);
      case ACTION.CANCEL:
        return this.#cancel(record);
      case ACTION.MODIFY:
        return this.#modify(record);
      case ACTION.FILL:
        return this.#fill(record);
      case ACTION.CLEAR:
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
    const { tick, rem } = this.#split(priceLo, priceHi);
    const slot = this.#orders.find(idLo, idHi);
    if (slot >= 0) {
      this.counters.duplicateAdds++;
      this.#remove(slot);
    }
    this.#insert(idLo, idHi, tick, rem, side === SIDE.BID, size);
    this.#touch(tick, rem, size, 0, 0);
  }

  #cancel({ idLo, idHi, size }: MboRecord): void {
    const slot = this.#orders.find(idLo, idHi);
    if (slot < 0) {
      this.counters.unknownCancels++;
      return;
    }
    const qty = this.#orders.qtyAt(slot);
    let cut = qty;
    if (size === UNDEF_SIZE) {
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
      const { tick, rem } = this.#split(priceLo, priceHi);
      this.#insert(idLo, idHi, tick, rem, side === SIDE.BID, size);
      if (refreshed) this.#touch(tick, rem, size, 0, 0);
      return;
    }
    this.#fills.forget(idLo, idHi);
    const key = this.#orders.keyAt(slot);
    const qty = this.#orders.qtyAt(slot);
    if (size === 0) {
      this.#reduce(slot, qty, qty, 0);
      return;
    }
    const { tick, rem } = this.#split(priceLo, priceHi);
    const isBid = side === SIDE.BID;
    const oldTick = this.#tickOf(key);
    const oldRem = this.#remOf(key);
    if (tick !== oldTick || rem !== oldRem || isBid !== ((key & BID) !== 0)) {
      this.#remove(slot);
      this.#touch(oldTick, oldRem, 0, qty, 0);
      this.#insert(idLo, idHi, tick, rem, isBid, size);
      this.#touch(tick, rem, size, 0, 0);
      return;
    }
    this.#orders.set(slot, key, size);
    if (size !== qty) this.#depth(tick, rem, isBid, size - qty);
    this.#touch(tick, rem, Math.max(0, size - qty), Math.max(0, qty - size), 0);
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
    this.#orders.clear(1 << 14);
    this.#odd.clear();
    this.#oddDepth.clear();
    this.#fills.clear();
    this.bids.clear();
    this.asks.clear();
  }

  #insert(lo: number, hi: number, tick: number, rem: number, isBid: boolean, qty: number): void {
    this.#orders.insert(lo, hi, this.#retainKey(tick, rem, isBid), qty);
    this.#depth(tick, rem, isBid, qty);
  }

  #remove(slot: number): void {
    const key = this.#orders.keyAt(slot);
    this.#depth(this.#tickOf(key), this.#remOf(key), (key & BID) !== 0, -this.#orders.qtyAt(slot));
    if ((key & ODD) !== 0) this.#odd.release(key >> KEY_BITS);
    this.#orders.removeAt(slot);
  }

  /** Takes `cut` contracts from an order and touches its price. */
  #reduce(slot: number, cut: number, pull: number, fill: number): void {
    const key = this.#orders.keyAt(slot);
    const left = this.#orders.qtyAt(slot) - cut;
    this.#touch(this.#tickOf(key), this.#remOf(key), 0, pull, fill);
    if (left === 0) {
      this.#remove(slot);
    } else {
      this.#orders.set(slot, key, left);
      this.#depth(this.#tickOf(key), this.#remOf(key), (key & BID) !== 0, -cut);
    }
  }

  #depth(tick: number, rem: number, isBid: boolean, delta: number): void {
    if (!this.#windowSet) this.#centre(tick);
    if (isBid) this.bids.change(tick, rem, delta);
    else this.asks.change(tick, rem, delta);
    if (rem === 0) return;
    const bucket = bucketTick(tick, rem, this.tickInt);
    const depth = (this.#oddDepth.get(bucket) ?? 0) + delta;
    if (depth === 0) this.#oddDepth.delete(bucket);
    else this.#oddDepth.set(bucket, depth);
  }

  #touch(tick: number, rem: number, add: number, pull: number, fill: number): void {
    const touch = this.touchCount === 0 ? this.touches[0] : this.touches[1];
    touch.tick = rem === 0 ? tick : bucketTick(tick, rem, this.tickInt);
    touch.add = add;
    touch.pull = pull;
    touch.fill = fill;
    this.touchCount += 1;
  }

  #updateSpot(): void {
    const { bids, asks } = this;
    const lastBid = this.#lastBid;
    const lastAsk = this.#lastAsk;
    if (!bids.present || !asks.present) return;
    if (
      this.spotKnown && bids.bestTick === lastBid.tick && asks.bestTick === lastAsk.tick &&
      bids.bestRem === lastBid.rem && asks.bestRem === lastAsk.rem
    ) return;
    lastBid.tick = bids.bestTick;
    lastBid.rem = bids.bestRem;
    lastAsk.tick = asks.bestTick;
    lastAsk.rem = asks.bestRem;
    this.#spotFromLast();
  }

  /** floorDiv(bid + ask + tickInt, 2 * tickInt), in ticks so that no intermediate is inexact. */
  #spotFromLast(): void {
    const ticks = this.#lastBid.tick + this.#lastAsk.tick + 1;
    const rest = this.#lastBid.rem + this.#lastAsk.rem;
    const half = Math.floor(ticks / 2);
    this.spotTick = ticks - 2 * half === 1 && rest >= this.tickInt ? half + 1 : half;
    this.spotKnown = true;
    const inWindow = this.spotTick - this.bids.base;
    if (inWindow < MARGIN || inWindow >= WINDOW - MARGIN) this.#centre(this.spotTick);
  }

  #centre(tick: number): void {
    this.bids.centre(tick);
    this.asks.centre(tick);
    this.#windowSet = true;
  }

  #split(priceLo: number, priceHi: number): PriceSplitter {
    this.#price.split(priceLo, priceHi);
    return this.#price;
  }

  #retainKey(tick: number, rem: number, isBid: boolean): number {
    const side = isBid ? BID | USED : USED;
    if (rem === 0 && tick > -MAX_TICK && tick < MAX_TICK) return (tick << KEY_BITS) | side;
    return (this.#odd.retain(tick, rem) << KEY_BITS) | ODD | side;
  }

  #tickOf(key: number): number {
    return (key & ODD) === 0 ? key >> KEY_BITS : this.#odd.tick(key >> KEY_BITS);
  }

  #remOf(key: number): number {
    return (key & ODD) === 0 ? 0 : this.#odd.rem(key >> KEY_BITS);
  }
}
