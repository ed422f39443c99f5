/** How many streams may be open at once. */
export interface SeatLimits {
  /** In all. */
  maxStreams: number;
  /** From one address. */
  maxStreamsPerAddress: number;
}

/** Why a stream may not be opened. */
export type SeatRefusal = "server full" | "address full";

/** Counts the streams that are open, in all and by the address they come from. */
export class Seats {
  readonly #byAddress = new Map<string, number>();
  #taken = 0;

  /** Streams open now. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * Tells whether a stream may be opened.
   *
   * @param address where it comes from
   * @param limits how many there may be
   * @returns why not; null when it may
   */
  refusal(address: string, limits: SeatLimits): SeatRefusal | null {
    if (this.#taken >= limits.maxStreams) return "server full";
    const here = this.#byAddress.get(address) ?? 0;
    return here >= limits.maxStreamsPerAddress ? "address full" : null;
  }

  /**
   * Counts a stream in.
   *
   * @param address where it comes from
   * @returns counts it out; to be called once
   */
  take(address: string): () => void {
    this.#taken++;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
    return () => {
      this.#taken--;
      const left = this.#byAddress.get(address)! - 1;
      if (left === 0) this.#byAddress.delete(address);
      else this.#byAddress.set(address, left);
    };
  }
}
