/** States as they are kept in columns; the wire has their names. */
import { DIRECTION_NAMES, SIDE_STATE_NAMES } from "../wire/regime_view.ts";

/** State of a band's side, or of a side as a whole: the code is its index less one. */
export type SideState = (typeof SIDE_STATE_NAMES)[number];

/** Direction: the code is its index less one. */
export type Direction = (typeof DIRECTION_NAMES)[number];

/**
 * @param value a score or an edge
 * @param threshold above 0
 * @returns 1 from +threshold on, -1 from -threshold down, else 0
 */
export function signOf(value: number, threshold: number): -1 | 0 | 1 {
  return value >= threshold ? 1 : value <= -threshold ? -1 : 0;
}

/**
 * @param above state of the side above, as a sign: 1 pressure, -1 vacuum
 * @param below state of the side below
 * @returns index of the posture
 */
export function postureOf(above: number, below: number): number {
  if (above === 0 || below === 0) return 0;
  if (above !== below) return above < 0 ? 1 : 2;
  return above < 0 ? 3 : 4;
}

/** @param sign as {@link signOf} gives it */
export function sideState(sign: number): SideState {
  return SIDE_STATE_NAMES[sign + 1]!;
}

/** @param sign as {@link signOf} gives it */
export function direction(sign: number): Direction {
  return DIRECTION_NAMES[sign + 1]!;
}
