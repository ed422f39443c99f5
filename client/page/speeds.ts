/** Speeds to choose from, event seconds per wall second. */
export const SPEEDS = [0.25, 0.5, 1, 2, 5, 10, 20, 50, 100] as const;

/** The speeds to choose from, and the one in force where it is none of them. */
export function speedsWith(now: number): number[] {
  const all = new Set<number>([...SPEEDS, now]);
  return [...all].sort((a, b) => a - b);
}

/**
 * The next speed.
 *
 * @param now the one in force
 * @param by 1 for faster, -1 for slower
 * @returns the one in force when there is none beyond it
 */
export function nextSpeed(now: number, by: 1 | -1): number {
  const next = by > 0
    ? SPEEDS.find((speed) => speed > now)
    : SPEEDS.findLast((speed) => speed < now);
  return next ?? now;
}
