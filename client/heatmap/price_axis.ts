import { ROUND } from "../round_numbers.ts";

const NANO = 1e9;

/** Decades tried above the tick; a tick that divides no round price in them has none. */
const DECADES = 6;

/** Labels farther apart than so many times the room that they need are too few. */
const SPARSE = 4;

/**
 * Distance between price labels: the least round price step that is a whole number of ticks and
 * leaves the labels room. Where that is sparse, as of the 256ths that note futures move by, it is
 * doubled ticks; where no round price is a multiple of the tick, just enough of them.
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
      const ticks = step / tickInt;
      if (step % tickInt !== 0 || ticks * rowHeight < room) continue;
      const isSparse = ticks * rowHeight > SPARSE * room;
      return isSparse ? 2 ** Math.ceil(Math.log2(room / rowHeight)) : ticks;
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
