/** Time between two looks at the clock, milliseconds. */
const INTERVAL_MS = 10;

/**
 * Watches how long the event loop keeps a timer waiting.
 *
 * @param observe called with each delay, milliseconds
 * @returns ends it
 */
export function watchLoopDelay(observe: (delayMs: number) => void): () => void {
  let dueMs = performance.now() + INTERVAL_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    observe(Math.max(0, now - dueMs));
    dueMs = now + INTERVAL_MS;
  }, INTERVAL_MS);
  return () => clearInterval(timer);
}
