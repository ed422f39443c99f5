import { PriceNumbers } from "./price_numbers.ts";
import { PriceSplitter } from "./price.ts";

/** A key holds a tick above so many bits of marks. */
export const KEY_BITS = 3;
/** Set in every key, so that none is 0. */
const USED = 1;
/** The side. The same bit tells the characters of the sides apart: 0x42 is bid, 0x41 ask. */
export const BID = 2;
/** The key holds the number of an odd price in place of a tick. */
export const ODD = 4;

// The same, compiled in: what a module exports is looked up at every use, by itself too.
const TICK_SHIFT = KEY_BITS;
const BID_MARK = BID;
const ODD_MARK = ODD;

const MAX_TICK = 1 << 28;
/** Prices whose high word is within this of 0 are exact doubles. */
const EXACT_HI = 1 << 21;

/**
 * A price and a side in one signed word: 29 bits of tick and three marks, or the number of an odd
 * price (off the tick raster, or very far from 0) in place of the tick. The same price and side give
 * the same key for as long as one is retained.
 */
export class PriceKeys {
  /** Prices that have a number: those of odd keys, and what else someone holds. */
  readonly numbers: PriceNumbers = new PriceNumbers();
  readonly #splitter: PriceSplitter;
  readonly #ticksPerUnit: number;

  /** @param tickInt price_int units per tick */
  constructor(readonly tickInt: number) {
    this.#splitter = new PriceSplitter(tickInt);
    this.#ticksPerUnit = 1 / tickInt;
  }

  /**
   * Makes the key of an order; that of an odd price lasts until it was released as often.
   *
   * @param lo low word of price_int, signed
   * @param hi high word of price_int, signed
   * @param side character of the side, A or B
   */
  retain(lo: number, hi: number, side: number): number {
    if (hi >= -EXACT_HI && hi < EXACT_HI) {
      const price = hi * 4294967296 + (lo >>> 0);
      // Nearly always the nearest tick is the price, and a product tells so without a division.
      const tick = Math.floor(price * this.#ticksPerUnit + 0.5);
      if (tick * this.tickInt === price && tick > -MAX_TICK && tick < MAX_TICK) {
        return (tick << TICK_SHIFT) | (side & BID_MARK) | USED;
      }
    }
    return this.#retainOdd(lo, hi, side);
  }

  /** Lets go of a key that `retain` made. */
  release(key: number): void {
    if ((key & ODD_MARK) !== 0) this.numbers.release(key >> TICK_SHIFT);
  }

  /** Forgets all keys. */
  clear(): void {
    this.numbers.clear();
  }

  /** Whole ticks of the price. */
  tick(key: number): number {
    return (key & ODD_MARK) === 0 ? key >> TICK_SHIFT : this.numbers.tick(key >> TICK_SHIFT);
  }

  /** Rest of the price, in price_int units. */
  rem(key: number): number {
    return (key & ODD_MARK) === 0 ? 0 : this.numbers.rem(key >> TICK_SHIFT);
  }

  #retainOdd(lo: number, hi: number, side: number): number {
    this.#splitter.split(lo, hi);
    const { tick, rem } = this.#splitter;
    return (this.numbers.retain(tick, rem) << TICK_SHIFT) | ODD_MARK | (side & BID_MARK) | USED;
  }
}
