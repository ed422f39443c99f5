/** Event time in which a scale halves when nothing holds it up. */
const HALF_LIFE_MS = 60_000;

/** A running maximum that decays slowly, so that colours suit the market of the last minutes. */
export class AdaptiveScale {
  readonly #floor: number;
  #value: number;
  #timeMs = Number.NEGATIVE_INFINITY;

  /** @param floor least value, above 0: what is below it is noise */
  constructor(floor: number) {
    this.#floor = floor;
    this.#value = floor;
  }

  /** The largest value expected now. */
  get value(): number {
    return this.#value;
  }

  /**
   * Takes in the largest value of a grid.
   *
   * @param largest largest value, 0 or more
   * @param timeMs event time of the grid; one that went back counts as no time gone by
   */
  observe(largest: number, timeMs: number): void {
    const elapsed = Math.max(0, timeMs - this.#timeMs);
    this.#timeMs = Math.max(this.#timeMs, timeMs);
    const decayed = this.#value * 2 ** (-elapsed / HALF_LIFE_MS);
    this.#value = Math.max(this.#floor, decayed, largest);
  }

  /** Forgets everything, for another session. */
  reset(): void {
    this.#value = this.#floor;
    this.#timeMs = Number.NEGATIVE_INFINITY;
  }
}
