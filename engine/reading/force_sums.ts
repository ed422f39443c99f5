import { GRID_ROWS, HALF_WIDTH } from "../wire/fields.ts";

/** Buckets whose price is further than so many half steps from the mid count in no sum. */
const REACH_HALF_STEPS = 80;

/** What tells where the mid lies among a grid's buckets. Prices are price_int. */
export interface GridPrices {
  spot: bigint;
  bestBid: bigint;
  bestAsk: bigint;
  bidPresent: boolean;
  askPresent: boolean;
}

/** Sums over the buckets above and below the mid. */
export interface ForceSums {
  vacAbove: number;
  pressAbove: number;
  pressBelow: number;
  vacBelow: number;
  /** Sum of (pressure - vacuum)² over the buckets of a side, those at the mid left out. */
  noise2Above: number;
  noise2Below: number;
  /** Sum of vacuum - pressure over the same buckets. */
  drainAbove: number;
  drainBelow: number;
}

/**
 * Twice how far the bucket at spot lies above the mid, in price_int: 2 × price - (best bid + best ask),
 * an exact integer. A bucket k further on it is 2 × k × step more. Without a book of two sides the mid is
 * taken to be at spot.
 *
 * @param prices of the grid
 * @returns the distance; Infinity where it is beyond all that counts
 */
export function spotAboveMid(
  { spot, bestBid, bestAsk, bidPresent, askPresent }: GridPrices,
): number {
  if (!bidPresent || !askPresent) return 0;
  const twice = 2n * spot - (bestBid + bestAsk);
  return twice < MOST && twice > -MOST ? Number(twice) : Infinity;
}

/** Distances up to this are exact as doubles, whatever is added for a bucket. */
const MOST = 2n ** 52n;

/**
 * Which side of the mid a bucket is on, and whether it counts.
 *
 * @param atSpot `spotAboveMid` of the grid
 * @param k the bucket
 * @param step price_int units of a bucket
 * @returns 1 above, -1 below, 0 at the mid; null when it is too far away to count
 */
export function sideOfMid(atSpot: number, k: number, step: number): -1 | 0 | 1 | null {
  const x = atSpot + 2 * k * step;
  if (!(Math.abs(x) <= REACH_HALF_STEPS * step)) return null;
  return x > 0 ? 1 : x < 0 ? -1 : 0;
}

/**
 * Sums a grid's forces by the side of the mid (docs/reading.md). A bucket at the mid counts half on each
 * side.
 *
 * @param pressure of each bucket, from k = -HALF_WIDTH on
 * @param vacuum likewise
 * @param prices of the grid
 * @param step price_int units of a bucket
 */
export function forceSums(
  pressure: ArrayLike<number>,
  vacuum: ArrayLike<number>,
  prices: GridPrices,
  step: number,
): ForceSums {
  const atSpot = spotAboveMid(prices);
  const above = { press: 0, vac: 0, noise2: 0, drain: 0 };
  const below = { press: 0, vac: 0, noise2: 0, drain: 0 };
  const add = (row: number, side: -1 | 0 | 1 | null) => {
    const p = pressure[row]!, v = vacuum[row]!;
    if (side === 0) {
      for (const sums of [above, below]) {
        sums.press += p / 2;
        sums.vac += v / 2;
      }
    } else if (side !== null) {
      const sums = side > 0 ? above : below;
      sums.press += p;
      sums.vac += v;
      sums.noise2 += (v - p) * (v - p);
      sums.drain += v - p;
    }
  };
  // Each side from the mid outwards, so that what is mirrored is summed in the same order.
  const sideOf = (row: number) => sideOfMid(atSpot, row - HALF_WIDTH, step);
  for (let row = 0; row < GRID_ROWS; row++) {
    const side = sideOf(row);
    if (side !== -1) add(row, side);
  }
  for (let row = GRID_ROWS - 1; row >= 0; row--) {
    const side = sideOf(row);
    if (side === -1) add(row, side);
  }
  return {
    ...{ vacAbove: above.vac, pressAbove: above.press },
    ...{ pressBelow: below.press, vacBelow: below.vac },
    ...{ noise2Above: above.noise2, noise2Below: below.noise2 },
    ...{ drainAbove: above.drain, drainBelow: below.drain },
  };
}

/**
 * The net edge: what speaks for up less what speaks for down.
 *
 * @param sums of a grid, or smoothed
 */
export function netEdge({ vacAbove, pressAbove, pressBelow, vacBelow }: FourSums): number {
  return pressBelow + vacAbove - (pressAbove + vacBelow);
}

/** The four sums by side and force. */
export type FourSums = Pick<ForceSums, "vacAbove" | "pressAbove" | "pressBelow" | "vacBelow">;

/**
 * Whether vacuum outweighs pressure above, and pressure vacuum below.
 *
 * @param sums of a grid, or smoothed
 */
export function isUpAligned({ vacAbove, pressAbove, pressBelow, vacBelow }: FourSums): boolean {
  return vacAbove > pressAbove && pressBelow > vacBelow;
}

/**
 * The mirror of `isUpAligned`.
 *
 * @param sums of a grid, or smoothed
 */
export function isDownAligned({ vacAbove, pressAbove, pressBelow, vacBelow }: FourSums): boolean {
  return vacBelow > pressBelow && pressAbove > vacAbove;
}
