import { wakeAfter } from "./ticks.ts";

/** Lets a loop wait for time or for somebody's signal, whichever comes first. */
export class Wakeup {
  readonly #listeners = new Set<() => void>();

  /** Wakes whoever waits. */
  signal(): void {
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
   * Waits.
   *
   * @param ms longest wait; Infinity waits for a signal alone
   */
  async wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const unhook = this.onSignal(resolve);
    const cancel = ms === Infinity ? null : wakeAfter(ms, resolve);
    await promise;
    cancel?.();
    unhook();
  }
}
