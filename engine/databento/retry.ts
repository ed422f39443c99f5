/** When a request is tried again, and how long is waited before. */

/** How often and how patiently requests are tried again. */
export interface RetryPolicy {
  /** Tries in all before giving up; at least 1. */
  attempts: number;
  /** Wait after the first try, milliseconds; it doubles from try to try. */
  firstMs: number;
  /** Longest wait of that kind, milliseconds. */
  longestMs: number;
}

/** Six tries over about half a minute. */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 6, firstMs: 1_000, longestMs: 60_000 };

/**
 * @param status HTTP status of an answer
 * @returns whether asking again later may help
 */
export function isTransient(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/**
 * How long to wait before the next try: doubling, half of it by chance so that clients spread out,
 * and never less than the service asks for.
 *
 * @param policy first and longest wait
 * @param tries tries so far, from 1
 * @param random a number in [0, 1)
 * @param retryAfterMs what the service asks for, milliseconds; 0 for nothing
 * @returns whole milliseconds
 */
export function retryDelay(
  policy: RetryPolicy,
  tries: number,
  random: number,
  retryAfterMs: number,
): number {
  const delay = Math.min(policy.longestMs, policy.firstMs * 2 ** (tries - 1));
  return Math.max(retryAfterMs, Math.round(delay * (0.5 + 0.5 * random)));
}

/**
 * Reads a Retry-After header (RFC 9110, section 10.2.3): seconds, or a date.
 *
 * @param value the header; null when there is none
 * @param now milliseconds since the epoch
 * @returns milliseconds to wait; 0 when there is none or it makes no sense
 */
export function retryAfterMs(value: string | null, now: number): number {
  if (value === null) return 0;
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, Math.ceil(ms)) : 0;
}
