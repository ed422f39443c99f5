/** What of the sums below stays exact in a double, with room for one more addition. */
const FLUSH_AT = 2 ** 52;

/** Sizes below this times a word of 32 bits stay below FLUSH_AT. */
const MOST_SIZE = 2 ** 20;

/** What `SessionTrades` holds, for a cache: 64-bit and greater integers as decimal strings. */
export interface SessionTradesState {
  high: string | null;
  low: string | null;
  volume: string;
  notional: string;
}

/**
 * High, low, volume and volume times price of a session's trades: exact, however many there are, and
 * without a BigInt for each.
 */
export class SessionTrades {
  #high: bigint | null = null;
  #low: bigint | null = null;
  /** The extremes as doubles: rounded the same way, they tell nearly always that nothing changes. */
  #highNumber = -Infinity;
  #lowNumber = Infinity;
  #volume = 0n;
  #notional = 0n;
  /** Sums not yet added to those above: of sizes, and of sizes times each word of the prices. */
  readonly #open = new Float64Array(3);

  /**
   * @param lo low word of price_int, signed
   * @param hi high word of price_int, signed
   * @param size contracts, above 0
   */
  add(lo: number, hi: number, size: number): void {
    const number = hi * 4294967296 + (lo >>> 0);
    if (number >= this.#highNumber || number <= this.#lowNumber) this.#note(lo, hi, number);
    if (size >= MOST_SIZE) {
      this.#volume += BigInt(size);
      this.#notional += BigInt(size) * price(lo, hi);
      return;
    }
    const open = this.#open;
    open[0]! += size;
    open[1]! += size * (lo >>> 0);
    open[2]! += size * hi;
    if (open[1]! >= FLUSH_AT || Math.abs(open[2]!) >= FLUSH_AT) this.#flush();
  }

  /** Highest price traded, price_int; null when nothing was. */
  get high(): bigint | null {
    return this.#high;
  }

  /** Lowest price traded, price_int; null when nothing was. */
  get low(): bigint | null {
    return this.#low;
  }

  /** Contracts traded. */
  get volume(): bigint {
    this.#flush();
    return this.#volume;
  }

  /** Sum of contracts times price_int. */
  get notional(): bigint {
    this.#flush();
    return this.#notional;
  }

  /** The state, for `restore`. */
  get state(): SessionTradesState {
    const text = (value: bigint | null) => value === null ? null : `${value}`;
    return {
      high: text(this.#high),
      low: text(this.#low),
      volume: `${this.volume}`,
      notional: `${this.notional}`,
    };
  }

  /**
   * Takes up a state.
   *
   * @param state what `state` gave
   */
  restore({ high, low, volume, notional }: SessionTradesState): void {
    this.#open.fill(0);
    this.#high = high === null ? null : BigInt(high);
    this.#low = low === null ? null : BigInt(low);
    this.#highNumber = this.#high === null ? -Infinity : Number(this.#high);
    this.#lowNumber = this.#low === null ? Infinity : Number(this.#low);
    this.#volume = BigInt(volume);
    this.#notional = BigInt(notional);
  }

  #note(lo: number, hi: number, number: number): void {
    const exact = price(lo, hi);
    if (this.#high === null || exact > this.#high) {
      this.#high = exact;
      this.#highNumber = number;
    }
    if (this.#low === null || exact < this.#low) {
      this.#low = exact;
      this.#lowNumber = number;
    }
  }

  #flush(): void {
    const [size, byLow, byHigh] = this.#open;
    this.#volume += BigInt(size!);
    this.#notional += BigInt(byLow!) + (BigInt(byHigh!) << 32n);
    this.#open.fill(0);
  }
}

function price(lo: number, hi: number): bigint {
  return (BigInt(hi) << 32n) | BigInt(lo >>> 0);
}
