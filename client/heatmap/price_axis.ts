import { ROUND } from "../round_numbers.ts";

const NANO = 1e9;

/** Decades tried above the tick; a tick that divides no round price in them has none. */
const DECADES = 6;

/**
 * Distance between price labels: the least round price step that is a whole number of ticks and
 * leaves the labels room, or just enough ticks where no round price is a multiple of the tick.
 *
 * @param tick dollars per tick
 * @param rowHeight pixels per tick
 * @param room least pixels between labels
 * @returns ticks, 1 or more
 */
export function priceStep(tick: number, rowHeight: number, room: number): number {
  if (rowHeight >= room) return 1;
  // In billionths of a dollar ticks and steps are whole numbers, so the remainder is exact.
  const tickInt = Math.round(tick * NANO);
  const lowest = Math.floor(Math.log10(tickInt));
  for (let exponent = lowest; exponent < lowest + DECADES; exponent++) {
    for (const round of ROUND) {
      const step = round * 10 ** exponent;
      if (step % tickInt === 0 && (step / tickInt) * rowHeight >= room) return step / tickInt;
    }
  }
  return Math.ceil(room / rowHeight);
}

/**
 * Price ticks that get a label, highest first.
 *
 * @param top topmost tick in view
 * @param rows number of rows in view
 * @param step ticks between labels, as `priceStep` gives it
 */
export function priceTicks(top: number, rows: number, step: number): number[] {
  const ticks: number[] = [];
  for (let tick = Math.floor(top / step) * step; tick > top - rows; tick -= step) ticks.push(tick);
  return ticks;
}
