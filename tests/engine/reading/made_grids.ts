/** Grids as a reading takes them, made by hand. */
import type { ReadGrid } from "../../../engine/reading/reading.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";

/** price_int units of a bucket. */
export const STEP = 250_000_000;

/** Best bid of a made grid, unless it is said. */
export const BID = 25_000_000_000_000n;

/** Forces of buckets, by k. */
export type Forces = Readonly<Record<number, readonly [pressure: number, vacuum: number]>>;

/**
 * A grid whose book is a tick wide, spot at the best ask: k = 0 and up are above the mid.
 *
 * @param seconds event time
 * @param forces of its buckets; others have none
 * @param more what is otherwise
 */
export function grid(seconds: number, forces: Forces, more: Partial<ReadGrid> = {}): ReadGrid {
  const pressure = new Float64Array(GRID_ROWS), vacuum = new Float64Array(GRID_ROWS);
  for (const [k, [p, v]] of Object.entries(forces)) {
    pressure[Number(k) + HALF_WIDTH] = p;
    vacuum[Number(k) + HALF_WIDTH] = v;
  }
  return {
    ns: Math.round(seconds * 1e9),
    ...{ bookValid: true, maybeBadBook: false, bidPresent: true, askPresent: true },
    ...{ bestBid: BID, bestAsk: BID + BigInt(STEP), spot: BID + BigInt(STEP) },
    ...{ pressure, vacuum },
    ...more,
  };
}

/** No force at all: clarity 0. */
export const CALM: Forces = {};
/** Clarity 3, up aligned: vacuum above, pressure below. */
export const UP: Forces = evenly(9, 1);
/** Its mirror. */
export const DOWN: Forces = evenly(9, -1);
/** Clarity 2: enough for a lean, too little for a bias. */
export const UP_SLIGHTLY: Forces = evenly(4, 1);
export const DOWN_SLIGHTLY: Forces = evenly(4, -1);
/** Clarity 1: keeps a lean, and no bias. */
export const UP_HARDLY: Forces = { 3: [0, 1] };
/** Clarity 3 with nothing below: drained above, and no bias, since nothing presses from below. */
export const UP_ABOVE: Forces = Object.fromEntries(range(9).map((k) => [k, [0, 1]]));

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** So many buckets, above and below by turns, each of which speaks for one direction. */
function evenly(count: number, sign: 1 | -1): Forces {
  return Object.fromEntries(
    range(count).map((i) => {
      const isAbove = i % 2 === 0;
      const k = isAbove ? i / 2 : -(i + 1) / 2;
      return [k, isAbove === (sign > 0) ? [0, 1] : [1, 0]];
    }),
  );
}
