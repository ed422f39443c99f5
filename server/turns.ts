/** So long are requests answered before others of the event loop have their turn, milliseconds. */
const TURN_MS = 3;

/** Lets a request wait for its turn: what this server's own listener gives with it. */
export interface TurnGiver {
  /** Resolves when it may be answered. */
  turn(): Promise<void>;
}

/** A request that waits. */
interface Waiting {
  readonly isGone: () => boolean;
  readonly answer: () => void;
}

/**
 * Turns in which requests are answered, one after the other and of each address in turn: whoever asks
 * for much at once waits behind itself.
 *
 * They are given by timers. Deno looks at sockets before it runs one, and else only now and then while
 * there is anything to do: as long as some ask without end, nobody else would be heard.
 */
export class Turns {
  /** Who waits, by address: the one whose turn is next comes first. */
  readonly #waiting = new Map<string, Waiting[]>();

  /**
   * Waits for a turn.
   *
   * @param address where a request comes from
   * @param isGone whether its client has left: then nobody waits for its turn any more
   * @returns resolves when it may be answered; never for one whose client has left
   */
  next(address: string, isGone: () => boolean = () => false): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#waiting.size === 0) this.#giveSoon();
    const before = this.#waiting.get(address);
    if (before === undefined) this.#waiting.set(address, [{ isGone, answer: resolve }]);
    else before.push({ isGone, answer: resolve });
    return promise;
  }

  #giveSoon(): void {
    setTimeout(() => void this.#give(), 0);
  }

  async #give(): Promise<void> {
    const endMs = performance.now() + TURN_MS;
    for (const [address, requests] of this.#waiting) {
      const { isGone, answer } = requests.shift()!;
      if (!isGone()) answer();
      // It is answered meanwhile, as far as it goes without waiting.
      await null;
      this.#waiting.delete(address);
      if (requests.length > 0) this.#waiting.set(address, requests);
      if (performance.now() >= endMs) break;
    }
    if (this.#waiting.size > 0) this.#giveSoon();
  }
}
