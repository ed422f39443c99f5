/**
 * Numbers for prices that an order slot cannot hold in its 29 bits: off the tick raster, or very
 * many ticks from 0. Each price is counted by its orders and its number reused when none is left.
 */
export class OddPrices {
  readonly #ticks: number[] = [];
  readonly #rems: number[] = [];
  readonly #orders: number[] = [];
  readonly #free: number[] = [];
  readonly #numbers = new Map<string, number>();

  /** The number of a price, or -1 when no order rests there. */
  find(tick: number, rem: number): number {
    return this.#numbers.get(`${tick}:${rem}`) ?? -1;
  }

  /** Counts one more order at a price and returns its number. */
  retain(tick: number, rem: number): number {
    let n = this.find(tick, rem);
    if (n < 0) {
      n = this.#free.pop() ?? this.#ticks.length;
      this.#ticks[n] = tick;
      this.#rems[n] = rem;
      this.#orders[n] = 0;
      this.#numbers.set(`${tick}:${rem}`, n);
    }
    this.#orders[n]! += 1;
    return n;
  }

  /** Counts one order less at a price. */
  release(n: number): void {
    this.#orders[n]! -= 1;
    if (this.#orders[n] !== 0) return;
    this.#numbers.delete(`${this.#ticks[n]}:${this.#rems[n]}`);
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
    this.#ticks.length = 0;
    this.#rems.length = 0;
    this.#orders.length = 0;
    this.#free.length = 0;
    this.#numbers.clear();
  }
}
