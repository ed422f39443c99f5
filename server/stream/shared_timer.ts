/** Streams that are due within so many wall milliseconds are woken together: one timer for all. */
const TICK_MS = 2;

/** Who waits until the same time, and the timer that wakes them. */
interface SharedTimer {
  readonly sleepers: Set<() => void>;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Of the thread: streams of several servers may wake together. */
const timers = new Map<number, SharedTimer>();

/**
 * Calls back after a while, at most 2 ms later.
 *
 * @param ms how long that is, wall milliseconds
 * @param wake is called once, unless it is cancelled before
 * @returns cancels it
 */
export function wakeAfter(ms: number, wake: () => void): () => void {
  const now = performance.now();
  const number = Math.ceil((now + ms) / TICK_MS);
  let shared = timers.get(number);
  if (shared === undefined) {
    shared = { sleepers: new Set(), timer: setTimeout(ring, number * TICK_MS - now, number) };
    timers.set(number, shared);
  }
  const { sleepers, timer } = shared;
  sleepers.add(wake);
  return () => {
    if (!sleepers.delete(wake) || sleepers.size > 0) return;
    clearTimeout(timer);
    timers.delete(number);
  };
}

function ring(number: number): void {
  const { sleepers } = timers.get(number)!;
  timers.delete(number);
  for (const wake of sleepers) {
    sleepers.delete(wake);
    wake();
  }
}
