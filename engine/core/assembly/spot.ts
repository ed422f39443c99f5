// Spot: the bucket between the last best bid and ask that were both present, a whole number of ticks.

import { ASK_PRESENT, ASK_PRICE, BID_PRESENT, BID_PRICE, LAST_ASK, LAST_BID, SPOT_KNOWN, SPOT_TICK, TICK_INT } from "../layout";
import { bestChanged, bestIsSeen, follow, refreshBest } from "./levels";
import { floorTick } from "./prices";
import { get, is, set } from "./state";

/** Follows the best prices; while one is missing spot stays. */
@inline
export function updateSpot(): void {
  if (bestChanged) followBest();
}

/** Puts spot between two prices, as after a book with these best bid and ask. */
export function putSpot(bid: i64, ask: i64): void {
  set(LAST_BID, bid);
  set(LAST_ASK, ask);
  // floorDiv(bid + ask + tick, 2 * tick), by halves: the sum of two prices may not fit.
  const tickInt = get(TICK_INT);
  const bidTick = floorTick(bid);
  const askTick = floorTick(ask);
  const rest = <u64>(bid - bidTick * tickInt) + <u64>(ask - askTick * tickInt);
  // What is left of both ticks beside their halves, and the one that rounds up: 1 to 3.
  const odd = (bidTick & 1) + (askTick & 1) + 1;
  const half = (bidTick >> 1) + (askTick >> 1) + (odd >> 1);
  set(SPOT_TICK, (odd & 1) == 1 && rest >= <u64>tickInt ? half + 1 : half);
  set(SPOT_KNOWN, 1);
  follow(get(SPOT_TICK));
}

function followBest(): void {
  bestIsSeen();
  refreshBest();
  if (!is(BID_PRESENT) || !is(ASK_PRESENT)) return;
  const bid = get(BID_PRICE);
  const ask = get(ASK_PRICE);
  if (bid == get(LAST_BID) && ask == get(LAST_ASK) && is(SPOT_KNOWN)) return;
  putSpot(bid, ask);
}
