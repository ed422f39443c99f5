/** Depth per price of one side: a Map with its prices kept sorted, so that ranges can be read. */
export class Levels {
  readonly #qty = new Map<bigint, bigint>();
  readonly #prices: bigint[] = []; // ascending

  /** Number of prices with depth. */
  get count(): number {
    return this.#prices.length;
  }

  /** Lowest price with depth, or null. */
  get lowest(): bigint | null {
    return this.#prices[0] ?? null;
  }

  /** Highest price with depth, or null. */
  get highest(): bigint | null {
    return this.#prices.at(-1) ?? null;
  }

  /** Adds `qty` (negative: takes away) at `price`; a price left with none disappears. */
  change(price: bigint, qty: bigint): void {
    const left = (this.#qty.get(price) ?? 0n) + qty;
    if (left < 0n) throw new Error(`negative depth at ${price}`);
    if (left > 0n && !this.#qty.has(price)) {
      this.#prices.splice(this.#firstIndex((p) => p >= price), 0, price);
    }
    if (left === 0n && this.#qty.has(price)) {
      this.#prices.splice(this.#firstIndex((p) => p >= price), 1);
    }
    if (left === 0n) this.#qty.delete(price);
    else this.#qty.set(price, left);
  }

  /**
   * @param reached true from some price upwards
   * @returns [price, qty] from the first price that is reached, ascending
   */
  *from(reached: (price: bigint) => boolean): Generator<[bigint, bigint]> {
    for (let i = this.#firstIndex(reached); i < this.#prices.length; i++) {
      const price = this.#prices[i]!;
      yield [price, this.#qty.get(price)!];
    }
  }

  clear(): void {
    this.#qty.clear();
    this.#prices.length = 0;
  }

  #firstIndex(reached: (price: bigint) => boolean): number {
    let low = 0;
    let high = this.#prices.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (reached(this.#prices[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
