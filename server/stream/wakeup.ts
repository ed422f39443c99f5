import { wakeAfter } from "./shared_timer.ts";

/** Lets a loop wait for time or for somebody's signal, whichever comes first. */
export class Wakeup {
  readonly #listeners = new Set<() => void>();
  /** Ends the wait under way. */
  #wake: (() => void) | null = null;

  /** Wakes whoever waits. */
  signal(): void {
    this.#wake?.();
    for (const listener of [...this.#listeners]) listener();
  }

  /**
   * Calls back at every signal.
   *
   * @returns ends that
   */
  onSignal(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Waits; one at a time.
   *
   * @param ms longest wait; Infinity waits for a signal alone
   */
  async wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const cancel = ms === Infinity ? null : wakeAfter(ms, resolve);
    await promise;
    this.#wake = null;
    cancel?.();
  }
}
