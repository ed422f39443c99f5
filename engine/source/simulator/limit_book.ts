/** Price levels of the book: a fixed range, which a session never leaves. */
export const LEVELS = 1 << 14;

const NONE = -1;

/**
 * A limit order book of orders in their queues, first come first served. Prices are levels, 0 to
 * LEVELS - 1, one a tick; orders are slots, numbers that are used again once an order is gone. It
 * is never crossed, so what rests at or below the best bid are bids, and all else asks.
 */
export class LimitBook {
  /** Level of the best bid and ask; both sides must hold orders before they are read. */
  bestBid = NONE;
  bestAsk = LEVELS;
  /** Orders of each side. */
  bidCount = 0;
  askCount = 0;
  /** By level: orders, first and last slot in the queue. */
  readonly count = new Int32Array(LEVELS);
  readonly first = new Int32Array(LEVELS).fill(NONE);
  readonly last = new Int32Array(LEVELS).fill(NONE);
  /** By slot: level, contracts, order number, neighbours in the queue. */
  readonly level: Int32Array;
  readonly size: Int32Array;
  readonly id: Float64Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  readonly #free: Int32Array;
  #freeCount: number;

  /** @param capacity most orders that rest at a time */
  constructor(capacity: number) {
    this.level = new Int32Array(capacity);
    this.size = new Int32Array(capacity);
    this.id = new Float64Array(capacity);
    this.next = new Int32Array(capacity);
    this.previous = new Int32Array(capacity);
    this.#free = new Int32Array(capacity);
    for (let i = 0; i < capacity; i++) this.#free[i] = capacity - 1 - i;
    this.#freeCount = capacity;
  }

  /** Whether another order has room. */
  get hasRoom(): boolean {
    return this.#freeCount > 0;
  }

  /**
   * Puts an order at the end of a queue.
   *
   * @param level a level at which the other side has no order
   * @returns its slot
   */
  add(level: number, isBid: boolean, size: number, id: number): number {
    const slot = this.#free[--this.#freeCount]!;
    this.size[slot] = size;
    this.id[slot] = id;
    this.#append(slot, level, isBid);
    return slot;
  }

  /** Takes an order out. */
  remove(slot: number): void {
    this.#detach(slot);
    this.#free[this.#freeCount++] = slot;
  }

  /** Moves an order to the end of a queue, its own or another of its side. */
  move(slot: number, level: number): void {
    const isBid = this.level[slot]! <= this.bestBid;
    this.#detach(slot);
    this.#append(slot, level, isBid);
  }

  /** The slot some places from the end of a queue, or the first where it is shorter; -1 if empty. */
  fromEnd(level: number, places: number): number {
    let slot = this.last[level]!;
    if (slot === NONE) return NONE;
    for (let i = 0; i < places; i++) {
      const before = this.previous[slot]!;
      if (before === NONE) return slot;
      slot = before;
    }
    return slot;
  }

  #append(slot: number, level: number, isBid: boolean): void {
    const last = this.last[level]!;
    this.level[slot] = level;
    this.previous[slot] = last;
    this.next[slot] = NONE;
    if (last === NONE) this.first[level] = slot;
    else this.next[last] = slot;
    this.last[level] = slot;
    this.count[level]!++;
    if (isBid) {
      this.bidCount++;
      if (level > this.bestBid) this.bestBid = level;
    } else {
      this.askCount++;
      if (level < this.bestAsk) this.bestAsk = level;
    }
  }

  #detach(slot: number): void {
    const level = this.level[slot]!;
    const before = this.previous[slot]!;
    const after = this.next[slot]!;
    if (before === NONE) this.first[level] = after;
    else this.next[before] = after;
    if (after === NONE) this.last[level] = before;
    else this.previous[after] = before;
    const left = --this.count[level]!;
    if (level <= this.bestBid) {
      this.bidCount--;
      if (left === 0 && level === this.bestBid) {
        do this.bestBid--; while (this.bestBid >= 0 && this.count[this.bestBid] === 0);
      }
    } else {
      this.askCount--;
      if (left === 0 && level === this.bestAsk) {
        do this.bestAsk++; while (this.bestAsk < LEVELS && this.count[this.bestAsk] === 0);
      }
    }
  }
}
