/**
 * How often orders come and go at a queue, by its length and its distance from the touch: the
 * queue-reactive model (Huang, Lehalle, Rosenbaum 2015, "Simulating and analyzing order book data").
 * Distances are counted in ticks from the other side's best price, so that 1 is the best price a
 * side can have. Intensities are relative: what the session's clock makes of them is its own affair.
 */
import type { Random } from "./random.ts";

/** Furthest distance at which the model adds and cancels. */
export const REACH = 64;

/** Bounds of what the functions here give, for thinning. */
export const ADD_MAX = 1.5;
export const CANCEL_MAX = 1.9;

/** Typical queue by distance: [distance, orders], with straight lines between. */
const QUEUES = [[1, 6], [2, 9], [4, 13], [8, 15], [16, 13], [32, 12], [REACH, 12]] as const;

/** Share of all that happens up to a distance: [distance, share], with straight lines between. */
const ACTIVITY = [
  [0, 0],
  [1, 0.44],
  [2, 0.56],
  [3, 0.63],
  [8, 0.78],
  [20, 0.91],
  [REACH, 1],
] as const;

/** Typical number of orders in a queue, by distance. */
export const TYPICAL_QUEUE: Float64Array = Float64Array.from(
  { length: REACH + 1 },
  (_, distance) => interpolate(QUEUES, distance),
);

/** Distances in the frequency with which something happens there. */
const DRAWS: Uint8Array = Uint8Array.from(
  { length: 4096 },
  (_, i) => distanceAt((i + 0.5) / 4096),
);

/**
 * @param random the numbers to draw from
 * @returns a distance, as often as orders come and go there
 */
export function drawDistance(random: Random): number {
  return DRAWS[random.below(DRAWS.length)]!;
}

/**
 * Intensity of adds: fewer join a long queue.
 *
 * @param fullness length of the queue over its typical length
 * @returns 1 at the typical length, at most ADD_MAX
 */
export function addIntensity(fullness: number): number {
  return 0.5 + 1 / (1 + fullness);
}

/**
 * Intensity of cancels: more leave a long queue, though less than in proportion.
 *
 * @param fullness length of the queue over its typical length
 * @returns 1 at the typical length, 0 for an empty queue, at most CANCEL_MAX
 */
export function cancelIntensity(fullness: number): number {
  return CANCEL_MAX * fullness / (CANCEL_MAX - 1 + fullness);
}

/**
 * Intensity of trades against a best queue: a short one is taken more readily, before it is gone.
 *
 * @param fullness length of the queue over its typical length
 * @returns at most 1
 */
export function tradeIntensity(fullness: number): number {
  return 0.3 + 0.7 * Math.exp(-fullness);
}

/** The distance up to which a share of all happens. */
function distanceAt(share: number): number {
  let distance = 1;
  while (interpolate(ACTIVITY, distance) < share) distance++;
  return distance;
}

type Points = readonly (readonly [x: number, y: number])[];

/** The line through points at x, flat before the first and after the last. */
function interpolate(points: Points, x: number): number {
  const after = points.findIndex(([at]) => at >= x);
  const [x1, y1] = points.at(after)!;
  if (after <= 0) return y1;
  const [x0, y0] = points[after - 1]!;
  return y0 + (y1 - y0) * (x - x0) / (x1 - x0);
}
