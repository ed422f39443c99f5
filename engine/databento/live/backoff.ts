/** How long is waited before a live gateway is connected to again. */

/** A session of so long takes the wait back to its beginning, milliseconds. */
const LONG_SESSION_MS = 60_000;

/** Longest wait, milliseconds, and the shortest: at most one attempt a second. */
const LONGEST_MS = 60_000;
const LEAST_MS = 1_000;

/** How a connection, or an attempt at one, went. */
export interface Attempt {
  /** From its beginning to its end, milliseconds. */
  lastedMs: number;
  /** Whether MBO records were written meanwhile. */
  hasWritten: boolean;
  /** Whether it ended for something that another request mends: a snapshot instead of a replay. */
  isOwnEnd: boolean;
}

/** The wait after attempts: 1 s, then 1, 2, 4 … 60 s with jitter where nothing came of them. */
export class Backoff {
  #fruitless = 0;

  /** @param random gives numbers in [0, 1) */
  constructor(readonly random: () => number) {}

  /**
   * @param attempt how the last one went
   * @returns milliseconds to wait, at least a second
   */
  after({ lastedMs, hasWritten, isOwnEnd }: Attempt): number {
    if (lastedMs >= LONG_SESSION_MS) this.#fruitless = 0;
    else if (!hasWritten && !isOwnEnd) this.#fruitless++;
    // The gateway answers: what it is asked next it gives.
    if (this.#fruitless <= 1 || isOwnEnd) return LEAST_MS;
    const wait = Math.min(LONGEST_MS, LEAST_MS * 2 ** (this.#fruitless - 1));
    // Up to a quarter less by chance, so that clients spread out.
    return Math.max(LEAST_MS, Math.round(wait * (1 - 0.25 * this.random())));
  }
}
