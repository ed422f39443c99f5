import {
  forceSums,
  type FourSums,
  netEdge,
  sideOfMid,
  spotAboveMid,
} from "../../engine/reading/force_sums.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../engine/wire/fields.ts";
import type { GridUpdateMessage } from "../../engine/wire/messages.ts";
import { columnOf, type Grid } from "../stream/grid.ts";

/** Sums of a grid above and below the mid: all figures of the panels are made of them. */
export interface Sums extends FourSums {
  /** Rest depth above the mid, contracts or shares. */
  readonly restAbove: number;
  readonly restBelow: number;
}

/** Who has the edge, as docs/dashboard.md defines it. */
export interface Edge {
  /** Pressure below plus vacuum above. */
  readonly bull: number;
  /** Pressure above plus vacuum below. */
  readonly bear: number;
  /** `bull - bear`. */
  readonly net: number;
  /** `|net| / (bull + bear)`, 0 to 1; 0 when there is no force. */
  readonly conviction: number;
}

/** The exact figures of one grid. */
export interface Reading extends Edge {
  readonly sums: Sums;
}

/** Net edge at which the bar shows tanh(1). */
const NET_BAR_SCALE = 200;

/**
 * Sums a grid on either side of the mid; a bucket at the mid counts half on each, one more than 40
 * steps away on none.
 *
 * @param grid a grid; columns that were not sent count as 0
 * @param head its head, which tells where the mid is
 * @param step price_int units of a bucket
 */
export function sumsOf(grid: Grid, head: GridUpdateMessage, step: number): Sums {
  const prices = {
    spot: BigInt(head.spot_ref_price_int),
    bestBid: BigInt(head.best_bid_price_int),
    bestAsk: BigInt(head.best_ask_price_int),
    bidPresent: head.bid_present,
    askPresent: head.ask_present,
  };
  const pressure = columnOf(grid, "pressure_variant");
  const vacuum = columnOf(grid, "vacuum_variant");
  const { vacAbove, pressAbove, pressBelow, vacBelow } = forceSums(pressure, vacuum, prices, step);
  const rest = columnOf(grid, "rest_depth");
  const atSpot = spotAboveMid(prices);
  let restAbove = 0, restBelow = 0;
  for (let row = 0; row < GRID_ROWS; row++) {
    const side = sideOfMid(atSpot, row - HALF_WIDTH, step);
    if (side === null) continue;
    restAbove += (rest[row]! * (1 + side)) / 2;
    restBelow += (rest[row]! * (1 - side)) / 2;
  }
  return { vacAbove, pressAbove, pressBelow, vacBelow, restAbove, restBelow };
}

/** The edges that a set of force sums gives. */
export function edgeOf(sums: FourSums): Edge {
  const bull = sums.pressBelow + sums.vacAbove;
  const bear = sums.pressAbove + sums.vacBelow;
  const net = netEdge(sums);
  const total = bull + bear;
  return { bull, bear, net, conviction: total > 0 ? Math.abs(net) / total : 0 };
}

/** Where the net-edge bar ends, -1 to 1, 0 in the middle. */
export function netBar(net: number): number {
  return Math.tanh(net / NET_BAR_SCALE);
}

/** The figures that the panels show of a grid's sums. */
export function readingOf(sums: Sums): Reading {
  return { ...edgeOf(sums), sums };
}
