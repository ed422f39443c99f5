import { ACTION } from "dbn-ts";
import type { LimitBook } from "./limit_book.ts";
import type { Random } from "./random.ts";
import type { Venue } from "./venue.ts";

/** A side keeps at least this many orders, so that it always has a best price. */
const LEAST_ORDERS = 50;

/**
 * The book and the venue that tells of it: each operation changes the book and writes the event that
 * a venue would send.
 */
export class Market {
  /** Time of the next event, nanoseconds since midnight. */
  ts = 0;
  /** Orders that a trade fills, and by how much. */
  readonly #slots: number[] = [];
  readonly #fills: number[] = [];
  /** Lowest level that may hold an order: its price is a tick or more. */
  readonly lowestLevel: number;
  #lastId: number;

  /**
   * @param baseTick price of the book's level 0, in ticks
   * @param firstId number of the first new order
   */
  constructor(
    readonly book: LimitBook,
    readonly venue: Venue,
    readonly random: Random,
    readonly instrumentId: number,
    readonly baseTick: number,
    firstId: number,
  ) {
    this.lowestLevel = Math.max(1, 1 - baseTick);
    this.#lastId = firstId - 1;
  }

  /** Order numbers rise, with gaps: those of other instruments. */
  nextId(): number {
    return this.#lastId += this.random.chance(0.75) ? 1 : 2 + this.random.geometric(0.6);
  }

  /** Orders that a side can lose and still have a best price. */
  spare(isBid: boolean): number {
    return (isBid ? this.book.bidCount : this.book.askCount) - LEAST_ORDERS;
  }

  /** A new order at the end of a queue. */
  add(isBid: boolean, level: number, size: number): void {
    const id = this.nextId();
    this.book.add(level, isBid, size, id);
    this.#begin();
    this.#put(ACTION.ADD, isBid, level, size, id, true);
  }

  /** An order is cancelled, always whole. */
  cancel(slot: number): void {
    const { book } = this;
    const level = book.level[slot]!;
    this.#begin();
    this.#put(
      ACTION.CANCEL,
      level <= book.bestBid,
      level,
      book.size[slot]!,
      book.id[slot]!,
      true,
    );
    book.remove(slot);
  }

  /** An order changes; it keeps its place in the queue only when it becomes smaller. */
  modify(slot: number, level: number, size: number): void {
    const { book } = this;
    const isBid = book.level[slot]! <= book.bestBid;
    if (level !== book.level[slot] || size > book.size[slot]!) book.move(slot, level);
    book.size[slot] = size;
    this.#begin();
    this.#put(ACTION.MODIFY, isBid, level, size, book.id[slot]!, true);
  }

  /**
   * An aggressor takes from the best prices: for each price a T and an F per resting order, then a C
   * or M of each of those. What it cannot get rests or goes, as it likes.
   *
   * @param isBuy whether it takes from the asks; their best queue must be spare
   * @param size contracts that it wants
   * @param prices most prices it goes through
   * @param rests whether what it did not get stays as an order, at the last price it took
   */
  trade(isBuy: boolean, size: number, prices: number, rests: boolean): void {
    const { book } = this;
    const step = isBuy ? 1 : -1;
    const spare = this.spare(!isBuy);
    const id = this.nextId();
    let level = isBuy ? book.bestAsk : book.bestBid;
    let left = size;
    this.#slots.length = 0;
    this.#fills.length = 0;
    this.#begin();
    for (let i = 0; i < prices && left > 0; i++) {
      let next = i === 0 ? level : level + step;
      while (book.count[next] === 0) next += step;
      if (this.#slots.length + book.count[next]! > spare) break;
      level = next;
      left -= this.#take(level, isBuy, left, id);
    }
    this.venue.nextMessage();
    const stays = rests && left > 0;
    const last = this.#slots.length - 1;
    for (let i = 0; i <= last; i++) this.#settle(i, !isBuy, i === last && !stays);
    if (!stays) return;
    book.add(level, isBuy, left, id);
    this.#put(ACTION.ADD, isBuy, level, left, id, true);
  }

  /**
   * The price goes a tick further, in one event: what rests at the best price of the one side is taken
   * back, and the other side quotes there. The best prices are a tick apart before and after it.
   *
   * @param isUp whether bids come where the best asks were
   * @param sizes contracts of each order that comes, at least one; the first also of one that comes
   * where the side that went back has nothing a tick behind
   */
  requote(isUp: boolean, sizes: readonly number[]): void {
    const { book } = this;
    const level = isUp ? book.bestAsk : book.bestBid;
    this.#begin();
    const behind = isUp ? level + 1 : level - 1;
    if (book.count[behind] === 0) this.#quote(!isUp, behind, sizes[0]!, false);
    while (book.count[level]! > 0) {
      const slot = book.first[level]!;
      this.#put(ACTION.CANCEL, !isUp, level, book.size[slot]!, book.id[slot]!, false);
      book.remove(slot);
    }
    sizes.forEach((size, i) => this.#quote(isUp, level, size, i === sizes.length - 1));
  }

  #quote(isBid: boolean, level: number, size: number, last: boolean): void {
    const id = this.nextId();
    this.book.add(level, isBid, size, id);
    this.#put(ACTION.ADD, isBid, level, size, id, last);
  }

  /** Executes at one price: T, then an F per order; returns the contracts. */
  #take(level: number, isBuy: boolean, wanted: number, id: number): number {
    const { book } = this;
    let traded = 0;
    for (let slot = book.first[level]!; slot >= 0 && traded < wanted; slot = book.next[slot]!) {
      traded += book.size[slot]!;
    }
    traded = Math.min(traded, wanted);
    this.#put(ACTION.TRADE, isBuy, level, traded, id, false);
    let left = traded;
    for (let slot = book.first[level]!; left > 0; slot = book.next[slot]!) {
      const fill = Math.min(left, book.size[slot]!);
      left -= fill;
      this.#slots.push(slot);
      this.#fills.push(fill);
      this.#put(ACTION.FILL, !isBuy, level, fill, book.id[slot]!, false);
    }
    return traded;
  }

  /** Tells what became of an order that was filled. */
  #settle(index: number, isBid: boolean, last: boolean): void {
    const { book } = this;
    const slot = this.#slots[index]!;
    const size = book.size[slot]!;
    const left = size - this.#fills[index]!;
    const level = book.level[slot]!;
    const id = book.id[slot]!;
    if (left === 0) {
      this.#put(ACTION.CANCEL, isBid, level, size, id, last);
      book.remove(slot);
    } else {
      this.#put(ACTION.MODIFY, isBid, level, left, id, last);
      book.size[slot] = left;
    }
  }

  #begin(): void {
    this.venue.begin(this.instrumentId, this.ts);
  }

  #put(
    action: number,
    isBid: boolean,
    level: number,
    size: number,
    id: number,
    last: boolean,
  ): void {
    this.venue.put(action, isBid, this.baseTick + level, size, id, last);
  }
}
