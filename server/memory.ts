/** How often memory is looked at while something waits for it, milliseconds. */
const LOOK_MS = 1_000;

/**
 * Waits until the process has memory for more work, or does none: what is in use then is not given
 * back by waiting.
 *
 * @param most resident memory at which it has not, bytes
 * @param isIdle whether the process does nothing else
 * @param signal ends the wait
 * @param memory resident memory now, bytes
 * @throws the signal's reason when it was aborted first
 */
export async function enoughMemory(
  most: number,
  isIdle: () => boolean,
  signal: AbortSignal,
  memory: () => number = () => Deno.memoryUsage().rss,
): Promise<void> {
  while (memory() > most && !isIdle()) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LOOK_MS);
    signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    clearTimeout(timer);
    signal.throwIfAborted();
  }
}
