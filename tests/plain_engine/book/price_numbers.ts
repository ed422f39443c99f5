/** Prices there is room for at first. */
const LEAST = 16;

/**
 * Numbers for prices that come so seldom that nothing else is made for them: those that an order
 * slot cannot hold in its 29 bits (off the tick raster, or very many ticks from 0), and levels outside
 * the dense window. Each price is counted by who holds it, and its number reused when nobody does.
 *
 * A file may consist of them: an open-addressing table over typed arrays keeps that below 50 bytes a
 * price.
 */
export class PriceNumbers {
  #ticks = new Float64Array(LEAST);
  #rems = new Float64Array(LEAST);
  #holders = new Int32Array(LEAST);
  /** Numbers by the hash of their price, each plus 1; 0 is free. At least twice as many as prices. */
  #slots = new Int32Array(2 * LEAST);
  /** Numbers below this have been given. */
  #given = 0;
  readonly #free: number[] = [];

  /** The number of a price, or -1 when nobody holds it. */
  find(tick: number, rem: number): number {
    return this.#slots[this.#slot(tick, rem)]! - 1;
  }

  /** Counts one more holder of a price and returns its number. */
  retain(tick: number, rem: number): number {
    let n = this.find(tick, rem);
    if (n < 0) {
      n = this.#free.pop() ?? this.#given++;
      if (n === this.#ticks.length) this.#grow();
      this.#ticks[n] = tick;
      this.#rems[n] = rem;
      this.#slots[this.#slot(tick, rem)] = n + 1;
    }
    this.#holders[n]! += 1;
    return n;
  }

  /** Counts one holder less of a price. */
  release(n: number): void {
    this.#holders[n]! -= 1;
    if (this.#holders[n] !== 0) return;
    this.#vacate(this.#slot(this.#ticks[n]!, this.#rems[n]!));
    this.#free.push(n);
  }

  /** Whole ticks of a numbered price. */
  tick(n: number): number {
    return this.#ticks[n]!;
  }

  /** Rest of a numbered price, in price_int units. */
  rem(n: number): number {
    return this.#rems[n]!;
  }

  /** Forgets all prices. */
  clear(): void {
    this.#holders.fill(0, 0, this.#given);
    this.#slots.fill(0);
    this.#given = 0;
    this.#free.length = 0;
  }

  /** The slot of a price, or the free one where it would be. */
  #slot(tick: number, rem: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let at = hash(tick, rem) & mask;; at = (at + 1) & mask) {
      const n = slots[at]! - 1;
      if (n < 0 || (this.#ticks[n] === tick && this.#rems[n] === rem)) return at;
    }
  }

  /** Frees a slot, and moves those that were displaced by it back. */
  #vacate(hole: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let at = (hole + 1) & mask; slots[at] !== 0; at = (at + 1) & mask) {
      const n = slots[at]! - 1;
      const wanted = hash(this.#ticks[n]!, this.#rems[n]!);
      if (((at - wanted) & mask) < ((at - hole) & mask)) continue;
      slots[hole] = slots[at]!;
      hole = at;
    }
    slots[hole] = 0;
  }

  #grow(): void {
    const length = grownLength(this.#ticks.length);
    this.#ticks = grown(this.#ticks, new Float64Array(length));
    this.#rems = grown(this.#rems, new Float64Array(length));
    this.#holders = grown(this.#holders, new Int32Array(length));
    const before = this.#slots;
    if (before.length >= 2 * length) return;
    this.#slots = new Int32Array(2 * before.length);
    for (const n of before) {
      if (n !== 0) this.#slots[this.#slot(this.#ticks[n - 1]!, this.#rems[n - 1]!)] = n;
    }
  }
}

/** What an array of so many values grows to: half as much again. */
export function grownLength(length: number): number {
  return length + (length >> 1);
}

/**
 * Moves values to a larger array.
 *
 * @param before the values
 * @param values the array, zeros
 * @returns the array
 */
export function grown<Values extends Float64Array | Int32Array>(
  before: Values,
  values: Values,
): Values {
  values.set(before);
  return values;
}

/** A multiplicative hash of both parts (Knuth), its high bits folded down. */
function hash(tick: number, rem: number): number {
  const h = Math.imul(tick ^ Math.imul(rem | 0, 0x85ebca6b), 0x9e3779b1);
  return h ^ (h >>> 15);
}
