import type { RegimeParams } from "./params.ts";

/** How long trades are held, and how late they are filled. */
export type Hold = Pick<RegimeParams, "maxHoldSnapshots" | "maxHoldMs" | "latencyMs">;

/** Tells when no trade of an evaluation that has ended can be open any more. */
export class Tail {
  #ts: number;
  #stage = 0;
  #held = 0;

  /**
   * @param endTs end of the evaluation, nanoseconds
   * @param params how long trades are held, and how late they are filled
   */
  constructor(endTs: number, readonly params: Hold) {
    this.#ts = endTs + params.latencyMs * 1e6;
  }

  /**
   * @param ts event time of the next snapshot after the evaluation, nanoseconds
   * @returns whether it is the last that is needed
   */
  isLast(ts: number): boolean {
    const { maxHoldMs, maxHoldSnapshots, latencyMs } = this.params;
    // The last entry's fill, then the end of its hold, then the fill of its exit.
    if (this.#stage === 0 && ts >= this.#ts) {
      this.#stage = 1;
      this.#ts = ts;
    } else if (this.#stage === 1) this.#held++;
    const isOver = maxHoldMs === null
      ? this.#held >= maxHoldSnapshots
      : ts > this.#ts + maxHoldMs * 1e6;
    if (this.#stage === 1 && isOver) {
      this.#stage = 2;
      this.#ts = ts + latencyMs * 1e6;
    }
    return this.#stage === 2 && ts >= this.#ts;
  }
}
