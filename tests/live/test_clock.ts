import type { Clock } from "../../engine/databento/clock.ts";

interface Sleeper {
  atMs: number;
  wake(): void;
}

/** A clock that stands still until a test moves it. */
export class TestClock implements Clock {
  #nowMs: number;
  readonly #sleepers = new Set<Sleeper>();

  /** @param nowMs milliseconds since the epoch */
  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted) return Promise.reject(signal.reason);
    const end = () => {
      this.#sleepers.delete(sleeper);
      signal?.removeEventListener("abort", onAbort);
    };
    const onAbort = () => {
      end();
      reject(signal!.reason);
    };
    const wake = () => {
      end();
      resolve();
    };
    const sleeper = { atMs: this.#nowMs + ms, wake };
    this.#sleepers.add(sleeper);
    signal?.addEventListener("abort", onAbort);
    return promise;
  }

  /** How long those who wait still do, milliseconds, ascending. */
  get waits(): number[] {
    return [...this.#sleepers].map(({ atMs }) => atMs - this.#nowMs).sort((a, b) => a - b);
  }

  /** Moves on; who waited for it goes on. */
  advance(ms: number): void {
    this.#nowMs += ms;
    for (const sleeper of [...this.#sleepers]) {
      if (sleeper.atMs <= this.#nowMs) sleeper.wake();
    }
  }

  /** Moves on as for a machine that is asleep: who waits waits as long as before. */
  sleepThrough(ms: number): void {
    this.#nowMs += ms;
    for (const sleeper of this.#sleepers) sleeper.atMs += ms;
  }

  /** Wakes who would wait for so long still, in a moment, while the clock stands. */
  skipSoon(ms: number): void {
    setTimeout(() => {
      for (const sleeper of [...this.#sleepers]) {
        if (sleeper.atMs - this.#nowMs === ms) sleeper.wake();
      }
    });
  }

  /** Moves on in a moment, when what is going on has come to its waits. */
  advanceSoon(ms: number): void {
    setTimeout(() => this.advance(ms));
  }
}
