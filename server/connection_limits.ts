/** How many streams may be open at once. */
export interface ConnectionBounds {
  /** In all. */
  maxStreams: number;
  /** From one address. */
  maxStreamsPerAddress: number;
}

/** Why a stream may not be opened. */
export type LimitReached = "server full" | "address full" | "too often";

/** In which an address may open as many streams as it may have; twice as many at once. */
const REFILL_MS = 16_000;

/** Addresses that are remembered before those that have not come for REFILL_MS are forgotten. */
const MAX_REMEMBERED = 1_000;

/** An address: streams it has open, and how often it came lately, as a bucket that leaks. */
interface AddressUse {
  open: number;
  recent: number;
  ms: number;
}

/** Counts the streams that are open, in all and by the address they come from. */
export class ConnectionLimits {
  readonly #uses = new Map<string, AddressUse>();
  #taken = 0;

  /** @param wall a monotonic clock, milliseconds */
  constructor(readonly wall: () => number = () => performance.now()) {}

  /** Streams open now. */
  get taken(): number {
    return this.#taken;
  }

  /** Addresses that are remembered. */
  get remembered(): number {
    return this.#uses.size;
  }

  /**
   * Tells whether a stream may be opened.
   *
   * @param address where it comes from
   * @param limits how many there may be
   * @returns why not; null when it may
   */
  refusal(address: string, limits: ConnectionBounds): LimitReached | null {
    if (this.#taken >= limits.maxStreams) return "server full";
    const use = this.#uses.get(address);
    if (use === undefined) return null;
    const { maxStreamsPerAddress: most } = limits;
    if (use.open >= most) return "address full";
    const now = this.wall();
    use.recent = Math.max(0, use.recent - (now - use.ms) * most / REFILL_MS);
    use.ms = now;
    return use.recent + 1 > 2 * most ? "too often" : null;
  }

  /**
   * Counts a stream in.
   *
   * @param address where it comes from
   * @returns counts it out; to be called once
   */
  take(address: string): () => void {
    this.#taken++;
    const use = this.#uses.get(address) ?? { open: 0, recent: 0, ms: this.wall() };
    use.open++;
    use.recent++;
    this.#uses.set(address, use);
    if (this.#uses.size > MAX_REMEMBERED) this.#forget();
    return () => {
      this.#taken--;
      use.open--;
    };
  }

  #forget(): void {
    const now = this.wall();
    for (const [address, { open, ms }] of this.#uses) {
      if (open === 0 && now - ms > 2 * REFILL_MS) this.#uses.delete(address);
    }
  }
}
