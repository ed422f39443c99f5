import { GRID_ROWS } from "../../engine/wire/fields.ts";

/** How far columns are zoomed: CSS pixels for a column, a power of two below 1. */
const TIME_STEPS = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 3, 4, 6, 8, 12, 16] as const;

/** Heights of a price row, CSS pixels. */
const PRICE_STEPS = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32] as const;

/** A pixel for each column: every grid is told from the next. */
export const COLUMN_PIXELS = 1;

/** Row height at which a whole grid fits into a view of this height, 2 pixels at least. */
export function fitRowHeight(height: number): number {
  return Math.max(2, Math.floor(height / GRID_ROWS));
}

/**
 * The next zoom of the time axis.
 *
 * @param now CSS pixels for a column
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

/** Width of a group and the number of columns in it, for a zoom of the time axis. */
export function groupOf(columnPixels: number, ratio: number): { width: number; stride: number } {
  const pixel = Math.max(1, Math.round(ratio));
  return columnPixels >= 1
    ? { width: Math.round(columnPixels * pixel), stride: 1 }
    : { width: pixel, stride: Math.round(1 / columnPixels) };
}

function stepFrom(steps: readonly number[], now: number, by: number): number {
  let nearest = 0;
  steps.forEach((step, i) => {
    const distance = Math.abs(Math.log(step / now));
    if (distance < Math.abs(Math.log((steps[nearest] ?? 1) / now))) nearest = i;
  });
  return steps[Math.min(steps.length - 1, Math.max(0, nearest + by))] ?? now;
}
