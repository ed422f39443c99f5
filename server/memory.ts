/** How often memory is looked at while something waits for it, milliseconds. */
const LOOK_MS = 1_000;

/**
 * Waits until the process has memory for more work.
 *
 * @param most resident memory at which it has not, bytes
 * @param signal ends the wait
 * @param memory resident memory now, bytes
 * @throws the signal's reason when it was aborted first
 */
export async function enoughMemory(
  most: number,
  signal: AbortSignal,
  memory: () => number = () => Deno.memoryUsage().rss,
): Promise<void> {
  while (memory() > most) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LOOK_MS);
    signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    clearTimeout(timer);
    signal.throwIfAborted();
  }
}
