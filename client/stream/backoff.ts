const FIRST_MS = 1_000;
const LONGEST_MS = 15_000;
/** Share of a delay that chance may take off, so that clients cut off together spread out. */
const JITTER = 0.25;

/**
 * How long to wait before connecting again: 1 s doubling to 15 s, up to a quarter less by chance.
 *
 * @param attempt 0 for the first attempt after a connection that worked.
 * @param random A number in [0, 1).
 * @returns Whole milliseconds.
 */
export function reconnectDelay(attempt: number, random: number): number {
  const delay = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(delay * (1 - JITTER * random));
}
