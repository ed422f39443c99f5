/** Below this a stream is as late as its grids are apart, milliseconds. */
const LEAST_MS = 500;

/**
 * How far what comes is behind the pace at which it is played: against the earliest of its grids,
 * once the server has said that it left some out.
 */
export class Lateness {
  #earliest = Infinity;
  #lags = false;

  /** The pace is another from now on. */
  reset(): void {
    this.#earliest = Infinity;
    this.#lags = false;
  }

  /** The server left grids out. */
  lag(): void {
    this.#lags = true;
  }

  /**
   * Takes note of a grid.
   *
   * @param eventMs its event time, milliseconds
   * @param speed event seconds per wall second
   * @param nowMs when it came, milliseconds
   * @returns how late it is, milliseconds of wall time; 0 while the stream keeps up
   */
  take(eventMs: number, speed: number, nowMs: number): number {
    const offset = nowMs - eventMs / speed;
    this.#earliest = Math.min(this.#earliest, offset);
    const late = offset - this.#earliest;
    if (late < LEAST_MS) this.#lags = false;
    return this.#lags ? late : 0;
  }
}
