/**
 * Prices as whole ticks and a remainder.
 *
 * `price_int = tick * tickInt + rem` with `0 <= rem < tickInt`. Both parts are exact doubles for
 * prices up to 2^53 ticks from 0, which is all that reaches the book, so the hot path needs no BigInt: on-tick prices
 * have `rem` 0, and a bucket is found by looking at the parts alone.
 */
export class PriceSplitter {
  /** Whole ticks of the last price split. */
  tick = 0;
  /** Rest of the last price split, in price_int units. */
  rem = 0;

  /** @param tickInt price_int units per tick */
  constructor(readonly tickInt: number) {}

  /**
   * Splits an i64 price into `tick` and `rem`.
   *
   * @param lo low 32 bits, signed or unsigned
   * @param hi high 32 bits, signed
   */
  split(lo: number, hi: number): void {
    if (hi >= -0x200000 && hi < 0x200000) {
      // Below 2^53 the price is an exact double, and so is the floor of its quotient.
      const price = hi * 4294967296 + (lo >>> 0);
      this.tick = Math.floor(price / this.tickInt);
      this.rem = price - this.tick * this.tickInt;
    } else {
      const price = (BigInt(hi) << 32n) | BigInt(lo >>> 0);
      const tickInt = BigInt(this.tickInt);
      let rem = price % tickInt;
      if (rem < 0n) rem += tickInt;
      this.tick = Number((price - rem) / tickInt);
      this.rem = Number(rem);
    }
  }
}

/**
 * The tick of the bucket that a price belongs to: half a tick rounds up (spec/engine.md, step 7).
 *
 * @param tick whole ticks
 * @param rem rest in price_int units
 * @param tickInt price_int units per tick
 */
export function bucketTick(tick: number, rem: number, tickInt: number): number {
  return 2 * rem >= tickInt ? tick + 1 : tick;
}

/**
 * Joins the parts to a price_int, exactly.
 *
 * @param tick whole ticks
 * @param rem rest in price_int units
 * @param tickInt price_int units per tick
 */
export function priceInt(tick: number, rem: number, tickInt: number): bigint {
  const price = tick * tickInt + rem;
  if (Number.isSafeInteger(price)) return BigInt(price);
  return BigInt(tick) * BigInt(tickInt) + BigInt(rem);
}
