import { GRID_ROWS } from "../../engine/wire/fields.ts";

/** Event milliseconds a CSS pixel. */
const TIME_STEPS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000]
  .toReversed();

/** Heights of a price row, CSS pixels. */
const PRICE_STEPS = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32] as const;

/** A pixel for each grid of the usual throttle: every one is told from the next. */
export const MS_PER_PIXEL = 25;

/** The least and the most event time a pixel, milliseconds. */
export const MS_PER_PIXEL_RANGE = { min: 1, max: 60_000 } as const;

/** The least and the most height of a price row, CSS pixels. */
export const ROW_PIXELS_RANGE = { min: 1, max: 32 } as const;

/** Row height at which a whole grid fits into a view of this height, 2 pixels at least. */
export function fitRowHeight(height: number): number {
  return Math.max(2, Math.floor(height / GRID_ROWS));
}

/**
 * The next zoom of the time axis.
 *
 * @param now event milliseconds a CSS pixel
 * @param steps 1 shows less, -1 shows more; 0 gives the nearest zoom there is
 */
export function zoomTime(now: number, steps: number): number {
  return stepFrom(TIME_STEPS, now, steps);
}

/**
 * The next zoom of the price axis.
 *
 * @param now CSS pixels for a row
 * @param steps 1 shows less, -1 shows more; 0 gives the nearest zoom there is
 */
export function zoomPrice(now: number, steps: number): number {
  return stepFrom(PRICE_STEPS, now, steps);
}

function stepFrom(steps: readonly number[], now: number, by: number): number {
  let nearest = 0;
  steps.forEach((step, i) => {
    const distance = Math.abs(Math.log(step / now));
    if (distance < Math.abs(Math.log((steps[nearest] ?? 1) / now))) nearest = i;
  });
  return steps[Math.min(steps.length - 1, Math.max(0, nearest + by))] ?? now;
}
