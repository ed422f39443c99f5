/** Share of the height within which the touch is left where it is. */
const CALM_SHARE = 0.4;

/** How long a glide takes, milliseconds. */
const GLIDE_MS = 300;

/**
 * Where the prices in view belong as the touch moves: it stays within the middle 40 % of the height;
 * where it leaves that, the view glides until it is in the middle.
 */
export class Glide {
  #from = 0;
  #startMs: number | null = null;

  /** Whether it is on its way, so that it is to be asked again. */
  get moving(): boolean {
    return this.#startMs !== null;
  }

  /** Stays where it is. */
  stop(): void {
    this.#startMs = null;
  }

  /**
   * The price in the middle.
   *
   * @param anchor the one there now
   * @param touch the middle of best bid and best ask, ticks
   * @param rows rows that the height has
   * @param nowMs time that runs evenly, milliseconds
   * @param calm whether it goes there at once
   */
  next(anchor: number, touch: number, rows: number, nowMs: number, calm: boolean): number {
    const away = Math.abs(touch - anchor);
    if (this.#startMs === null) {
      if (away <= (CALM_SHARE / 2) * rows) return anchor;
      // Beyond the view nothing is in common with what is shown: there is no way to be seen.
      if (calm || away > rows / 2) return touch;
      this.#from = anchor;
      this.#startMs = nowMs;
    }
    const share = Math.min(1, (nowMs - this.#startMs) / GLIDE_MS);
    if (share === 1 || calm) this.#startMs = null;
    // It starts and ends softly.
    const way = calm ? 1 : share * share * (3 - 2 * share);
    return this.#from + (touch - this.#from) * way;
  }
}
