/** Speeds to choose from, event seconds per wall second. */
export const SPEEDS = [0.25, 0.5, 1, 2, 5, 10, 20, 50, 100] as const;

/** What the server takes. */
export const SPEED_RANGE = { min: 0.1, max: 1000 } as const;

/**
 * Reads a speed as people write it.
 *
 * @param text "10", "0.5" or "20×"
 * @returns null when it is no number, or beyond what the server takes
 */
export function readSpeed(text: string): number | null {
  const match = /^\s*(\d+\.?\d*|\.\d+)\s*[x×]?\s*$/i.exec(text);
  const value = Number(match?.[1] ?? NaN);
  return value >= SPEED_RANGE.min && value <= SPEED_RANGE.max ? value : null;
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
