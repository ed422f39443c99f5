/** Tells from a client's silence when to ask for a sign of life, and when it is dead. */
export class Heartbeat {
  #heardMs: number;
  #isAsked = false;

  /**
   * @param idleMs silence after which it is asked, milliseconds; again as long, and it is dead
   * @param wall a monotonic clock, milliseconds
   */
  constructor(readonly idleMs: number, readonly wall: () => number) {
    this.#heardMs = wall();
  }

  /** The client said something. */
  heard(): void {
    this.#heardMs = this.wall();
    this.#isAsked = false;
  }

  /** What to do now: to be called several times within the silence. */
  due(): "nothing" | "ask" | "end" {
    const silence = this.wall() - this.#heardMs;
    if (silence >= 2 * this.idleMs) return "end";
    if (this.#isAsked || silence < this.idleMs) return "nothing";
    this.#isAsked = true;
    return "ask";
  }
}
