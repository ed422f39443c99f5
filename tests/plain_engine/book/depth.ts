import { bucketTick } from "./price.ts";
import { BID, KEY_BITS, ODD, type PriceKeys } from "./price_key.ts";
import { BookSide, WINDOW } from "./side.ts";

/** The window moves when spot comes this near to its edge; a grid reaches 50 ticks from spot. */
const MARGIN = 256;

/** Above every tick that a key holds: nothing is in the window. */
const NO_WINDOW = 1 << 30;

// Constants of this module are compiled in; imported ones are looked up at every use.
const WINDOW_TICKS = WINDOW;
const TICK_SHIFT = KEY_BITS;
const ODD_MARK = ODD;
const BID_MARK = BID;
/** Turns the mark of a bid into where the bids begin in the dense levels. */
const TO_BIDS = Math.log2(WINDOW / BID);

/**
 * Depth by price on both sides of the book, and by bucket.
 *
 * The dense levels of both sides are one array, asks first: which side an order is on cannot be
 * foretold, so it is worked into the index and not branched on.
 */
export class Depth {
  readonly bids: BookSide;
  readonly asks: BookSide;
  readonly #levels = new Float64Array(2 * WINDOW);
  /** First tick of the window. */
  #base = NO_WINDOW;
  /** Depth off the tick raster, by the bucket that it belongs to. */
  readonly #odd = new Map<number, number>();

  /**
   * @param keys where the keys come from
   * @param tickInt price_int units per tick
   */
  constructor(readonly keys: PriceKeys, readonly tickInt: number) {
    this.asks = new BookSide(false, this.#levels.subarray(0, WINDOW), keys.numbers);
    this.bids = new BookSide(true, this.#levels.subarray(WINDOW), keys.numbers);
  }

  /**
   * Adds to (or takes from) the depth at a price.
   *
   * @param key price and side
   * @param delta contracts; the depth never falls below 0
   */
  change(key: number, delta: number): void {
    const i = (key >> TICK_SHIFT) - this.#base;
    if ((key & ODD_MARK) !== 0 || i < 0 || i >= WINDOW_TICKS) {
      this.#changeOutside(key, delta);
      return;
    }
    const levels = this.#levels;
    const at = i + ((key & BID_MARK) << TO_BIDS);
    const before = levels[at]!;
    const depth = before + delta;
    levels[at] = depth;
    if (depth === 0) this.#side(key).vanish(i);
    else if (before === 0) this.#side(key).appear(i);
  }

  /**
   * Depth of a bucket, both sides.
   *
   * @param tick the bucket's tick, within 50 of spot's
   * @returns contracts
   */
  ofBucket(tick: number): number {
    const i = tick - this.#base;
    const levels = this.#levels;
    const depth = i >= 0 && i < WINDOW_TICKS ? levels[i]! + levels[i + WINDOW_TICKS]! : 0;
    return this.#odd.size === 0 ? depth : depth + (this.#odd.get(tick) ?? 0);
  }

  /**
   * Writes the depths of neighbouring buckets, both sides.
   *
   * @param first tick of the first bucket, all within 50 of spot's
   * @param count how many
   * @param to receives contracts, from index `at` on
   */
  writeBuckets(first: number, count: number, to: Float64Array, at: number): void {
    const i = first - this.#base;
    if (this.#odd.size > 0 || i < 0 || i + count > WINDOW_TICKS) {
      for (let n = 0; n < count; n++) to[at + n] = this.ofBucket(first + n);
      return;
    }
    const levels = this.#levels;
    for (let n = 0; n < count; n++) to[at + n] = levels[i + n]! + levels[i + n + WINDOW_TICKS]!;
  }

  /** Keeps the window around spot. */
  follow(spotTick: number): void {
    const inWindow = spotTick - this.#base;
    if (inWindow < MARGIN || inWindow >= WINDOW_TICKS - MARGIN) this.#centre(spotTick);
  }

  /** Forgets all depth; the keys are forgotten after it. */
  clear(): void {
    this.bids.clear();
    this.asks.clear();
    this.#odd.clear();
  }

  #side(key: number): BookSide {
    return (key & BID_MARK) !== 0 ? this.bids : this.asks;
  }

  #changeOutside(key: number, delta: number): void {
    const tick = this.keys.tick(key);
    const rem = this.keys.rem(key);
    if (this.#base === NO_WINDOW) this.#centre(tick);
    this.#side(key).change(tick, rem, delta);
    if (rem === 0) return;
    const bucket = bucketTick(tick, rem, this.tickInt);
    const depth = (this.#odd.get(bucket) ?? 0) + delta;
    if (depth === 0) this.#odd.delete(bucket);
    else this.#odd.set(bucket, depth);
  }

  #centre(tick: number): void {
    this.bids.centre(tick);
    this.asks.centre(tick);
    this.#base = this.bids.base;
  }
}
