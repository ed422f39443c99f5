import { grown, grownLength, type PriceNumbers } from "./price_numbers.ts";

/** Levels there is room for at first. */
const LEAST = 16;

/**
 * Depth of one side at prices that its dense window does not hold. A book has a few such levels, but
 * a file may consist of them: a binary heap of prices with the best one on top, over typed arrays,
 * keeps each change to some steps, and each level knows its place in the heap.
 */
export class FarLevels {
  /** Levels that hold depth. */
  size = 0;
  readonly #prices: PriceNumbers;
  /** By the number of a price: depth, and place in the heap. */
  #depths = new Float64Array(LEAST);
  #places = new Int32Array(LEAST);
  /** Numbers of prices, `size` of them; those below a place are at 2 * place + 1 and + 2. */
  #heap = new Int32Array(LEAST);

  /**
   * @param isBid whether the best price is the highest (bid) or the lowest (ask)
   * @param prices numbers the prices; others may hold some of them
   */
  constructor(readonly isBid: boolean, prices: PriceNumbers) {
    this.#prices = prices;
  }

  /** Whole ticks of the best price; meaningless while there is none. */
  get bestTick(): number {
    return this.#prices.tick(this.#heap[0]!);
  }

  /** Rest of the best price in price_int units; meaningless while there is none. */
  get bestRem(): number {
    return this.#prices.rem(this.#heap[0]!);
  }

  /**
   * Adds to (or takes from) the depth at a price.
   *
   * @param tick whole ticks
   * @param rem rest in price_int units
   * @param delta contracts; the depth never falls below 0
   */
  change(tick: number, rem: number, delta: number): void {
    let n = this.#prices.find(tick, rem);
    if (n < 0 || !this.#holds(n)) {
      n = this.#prices.retain(tick, rem);
      while (n >= this.#depths.length) this.#grow();
      this.#depths[n] = 0;
      this.#rise(n, this.size++);
    }
    this.#depths[n]! += delta;
    if (this.#depths[n] === 0) this.#remove(n);
  }

  /** Forgets all depth. */
  clear(): void {
    for (let place = 0; place < this.size; place++) this.#prices.release(this.#heap[place]!);
    this.size = 0;
  }

  /**
   * Visits every level, in no particular order.
   *
   * @param visit called with whole ticks, the rest, and the depth in contracts
   */
  forEach(visit: (tick: number, rem: number, depth: number) => void): void {
    for (let place = 0; place < this.size; place++) {
      const n = this.#heap[place]!;
      visit(this.#prices.tick(n), this.#prices.rem(n), this.#depths[n]!);
    }
  }

  #holds(n: number): boolean {
    const place = this.#places[n];
    return place !== undefined && place < this.size && this.#heap[place] === n;
  }

  #remove(n: number): void {
    const place = this.#places[n]!;
    const last = this.#heap[--this.size]!;
    if (last !== n) {
      this.#sink(last, place);
      this.#rise(last, this.#places[last]!);
    }
    this.#prices.release(n);
  }

  /** Puts a price at a place, or as far above it as it is better. */
  #rise(n: number, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!this.#isBetter(n, this.#heap[above]!)) break;
      this.#put(this.#heap[above]!, place);
      place = above;
    }
    this.#put(n, place);
  }

  /** Puts a price at a place, or as far below it as others are better. */
  #sink(n: number, from: number): void {
    let place = from;
    for (let below = 2 * place + 1; below < this.size; below = 2 * place + 1) {
      const other = below + 1;
      if (other < this.size && this.#isBetter(this.#heap[other]!, this.#heap[below]!)) {
        below = other;
      }
      if (!this.#isBetter(this.#heap[below]!, n)) break;
      this.#put(this.#heap[below]!, place);
      place = below;
    }
    this.#put(n, place);
  }

  #put(n: number, place: number): void {
    this.#heap[place] = n;
    this.#places[n] = place;
  }

  #isBetter(a: number, b: number): boolean {
    const ticks = this.#prices.tick(a) - this.#prices.tick(b);
    const above = ticks === 0 ? this.#prices.rem(a) - this.#prices.rem(b) : ticks;
    return this.isBid ? above > 0 : above < 0;
  }

  #grow(): void {
    const length = grownLength(this.#depths.length);
    this.#depths = grown(this.#depths, new Float64Array(length));
    this.#places = grown(this.#places, new Int32Array(length));
    this.#heap = grown(this.#heap, new Int32Array(length));
  }
}
