/** Numbers whose distribution is asked for at the end. */
export class Samples {
  #values = new Float64Array(1024);
  #count = 0;
  #sorted = false;

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** Takes a number. */
  add(value: number): void {
    if (this.#count === this.#values.length) {
      const grown = new Float64Array(this.#count * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#count++] = value;
    this.#sorted = false;
  }

  /**
   * @param share 0 to 1
   * @returns the number below which that share lies; NaN when there is none
   */
  quantile(share: number): number {
    const values = this.#values.subarray(0, this.#count);
    if (!this.#sorted) values.sort();
    this.#sorted = true;
    return values[Math.min(this.#count - 1, Math.floor(share * this.#count))] ?? NaN;
  }

  /** Their mean; NaN when there is none. */
  mean(): number {
    return this.#values.subarray(0, this.#count).reduce((sum, value) => sum + value, 0) /
      this.#count;
  }

  /**
   * @param from least number counted
   * @param to greatest number counted
   * @returns the share of numbers between them, both included; NaN when there is none
   */
  share(from: number, to: number): number {
    const values = this.#values.subarray(0, this.#count);
    return values.reduce((n, value) => value >= from && value <= to ? n + 1 : n, 0) / this.#count;
  }
}

/** Weights by name. */
export class Shares {
  readonly #weights = new Map<string, number>();
  #total = 0;

  /** Adds weight to a name. */
  add(name: string, weight = 1): void {
    this.#weights.set(name, (this.#weights.get(name) ?? 0) + weight);
    this.#total += weight;
  }

  /** The share of all weight that some names have, 0 to 1; NaN when there is no weight. */
  of(...names: string[]): number {
    return this.where((name) => names.includes(name));
  }

  /** The share of all weight that the names have of which something is so; NaN when there is no weight. */
  where(isSo: (name: string) => boolean): number {
    let sum = 0;
    for (const [name, weight] of this.#weights) if (isSo(name)) sum += weight;
    return sum / this.#total;
  }
}
