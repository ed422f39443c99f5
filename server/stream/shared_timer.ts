/** Streams that are due within so many wall milliseconds are woken together: one timer for all. */
const TICK_MS = 2;

/** Who waits for a tick, and the timer that wakes them. */
interface Tick {
  readonly sleepers: Set<() => void>;
  readonly timer: ReturnType<typeof setTimeout>;
}

const ticks = new Map<number, Tick>();

/**
 * Calls back after a while, at most a tick later.
 *
 * @param ms how long that is, wall milliseconds
 * @param wake is called once, unless it is cancelled before
 * @returns cancels it
 */
export function wakeAfter(ms: number, wake: () => void): () => void {
  const now = performance.now();
  const number = Math.ceil((now + ms) / TICK_MS);
  let tick = ticks.get(number);
  if (tick === undefined) {
    tick = { sleepers: new Set(), timer: setTimeout(ring, number * TICK_MS - now, number) };
    ticks.set(number, tick);
  }
  const { sleepers, timer } = tick;
  sleepers.add(wake);
  return () => {
    if (!sleepers.delete(wake) || sleepers.size > 0) return;
    clearTimeout(timer);
    ticks.delete(number);
  };
}

function ring(number: number): void {
  const { sleepers } = ticks.get(number)!;
  ticks.delete(number);
  for (const wake of sleepers) {
    sleepers.delete(wake);
    wake();
  }
}
