import type { Random } from "./random.ts";

/** How the price of a session comes about: by the flow of orders, by chance alone, or foretold by it. */
export type Drift = (typeof DRIFTS)[number];

/** The names of the above, as flags have them. */
export const DRIFTS = ["regimes", "none", "planted"] as const;

const SECOND = 1e9;

/** Moves a second in the busy time, and before it. */
const MOVES = { busy: 3, quiet: 0.05 };

/** Ticks a second within a leg of a planted path. */
const LEG_MOVES = 2;

/** How long a leg lasts, uniformly between the two, seconds. */
const LEG_SECONDS = { least: 6, most: 12 };

/** How long before the price the flow of orders turns, seconds. */
export const LEAD_SECONDS = 2;

/** Share of a planted path's moves that go the way of their leg; of the others a coin decides. */
export const STRENGTH = 0.9;

/** Where a price goes on its own, whatever happens in the book: steps of one tick. */
export interface PricePath {
  /** When the next step is due, nanoseconds since midnight UTC. */
  readonly nextTs: number;
  /** Takes the step that is due: 1 up, -1 down. */
  step(): 1 | -1;
  /**
   * Which way orders lean.
   *
   * @param ts nanoseconds since midnight UTC
   * @returns 1: the price is to rise, -1: to fall, 0: nothing is known
   */
  lean(ts: number): 1 | 0 | -1;
}

/** A fair coin for each step, at times of their own: nothing that is known of it tells its next one. */
export class FairPath implements PricePath {
  nextTs = 0;

  /**
   * @param random numbers that nothing else draws from
   * @param busyTs when the busy time begins, nanoseconds since midnight UTC
   */
  constructor(readonly random: Random, readonly busyTs: number) {
    this.#wait();
  }

  step(): 1 | -1 {
    this.#wait();
    return this.random.chance(0.5) ? 1 : -1;
  }

  lean(): 0 {
    return 0;
  }

  #wait(): void {
    const rate = this.nextTs < this.busyTs ? MOVES.quiet : MOVES.busy;
    this.nextTs += this.random.exponential(SECOND / rate);
  }
}

/**
 * Legs up and down by turns, of random lengths. Orders lean the way of a leg from LEAD_SECONDS before
 * it on; in quiet hours the path is a fair one.
 */
export class PlantedPath implements PricePath {
  nextTs = 0;
  #way: 1 | -1;
  /** When the price turns, and when it did before. */
  #turnTs: number;

  /**
   * @param random numbers that nothing else draws from
   * @param busyTs when the busy time begins, nanoseconds since midnight UTC
   */
  constructor(readonly random: Random, readonly busyTs: number) {
    this.#way = random.chance(0.5) ? 1 : -1;
    this.#turnTs = busyTs + this.#leg();
    this.#wait();
  }

  step(): 1 | -1 {
    const { random } = this;
    const isBusy = this.nextTs >= this.busyTs;
    while (this.nextTs >= this.#turnTs) {
      this.#way = this.#way === 1 ? -1 : 1;
      this.#turnTs += this.#leg();
    }
    const way = isBusy && random.chance(STRENGTH) ? this.#way : random.chance(0.5) ? 1 : -1;
    this.#wait();
    return way;
  }

  lean(ts: number): 1 | 0 | -1 {
    if (ts < this.busyTs - LEAD_SECONDS * SECOND) return 0;
    const hasTurned = ts >= this.#turnTs - LEAD_SECONDS * SECOND;
    return hasTurned === (this.#way === 1) ? -1 : 1;
  }

  #leg(): number {
    const { least, most } = LEG_SECONDS;
    return SECOND * (least + (most - least) * this.random.uniform());
  }

  #wait(): void {
    const rate = this.nextTs < this.busyTs ? MOVES.quiet : LEG_MOVES;
    this.nextTs += this.random.exponential(SECOND / rate);
  }
}
