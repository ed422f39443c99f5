/** Sizes of orders, in contracts: mostly one, seldom many. */
import type { Random } from "./random.ts";

const MOST = 150;

/** Size of an order that rests. */
export function drawOrderSize(random: Random): number {
  const draw = random.uniform();
  if (draw < 0.58) return 1;
  if (draw < 0.96) return 2 + random.geometric(0.55);
  return 5 + random.geometric(0.88);
}

/** Size of an order that takes: a power law, P(size > x) = x^-1.1. */
export function drawTradeSize(random: Random): number {
  return Math.min(MOST, Math.floor(Math.exp(random.exponential(1 / 1.1))));
}

/** Size of an order of a wall. */
export function drawWallSize(random: Random): number {
  return 3 + random.geometric(0.85);
}
