// Depth by price on both sides of the book, and by bucket. Levels on the tick raster in a window around
// spot are an array a side, with a bit for each that holds depth and the best one followed; all others
// are far levels. Where the window is tells nothing of what the book is.

import {
  ASK_PRESENT,
  ASK_PRICE,
  BID_PRESENT,
  BID_PRICE,
  EVENT_ID,
  LEVELS,
  TICK_INT,
  TO_BIDS,
  TO_ODD,
  USED,
  WINDOW,
} from "../layout";
import {
  beginFar,
  changeFar,
  changeFarPrice,
  clearFar,
  enterWindow,
  farBest,
  farCount,
  farInBucket,
  leaveWindow,
  oddLevels,
} from "./far_levels";
import { BID, bucketTick, MOST_TICK, ODD, priceOf, TICK_SHIFT } from "./prices";
import { get, is, set } from "./state";
import { pay } from "./work";

/**
 * The window moves when spot comes this near to its edge. A grid reaches 50 ticks from spot: what of it lies
 * beyond the window has the same depth, but costs more to look up.
 */
const MARGIN: i64 = 256;
/** Above every tick that a key holds: nothing is in the window. */
const NO_WINDOW: i32 = 1 << 30;
const WORDS: i32 = WINDOW >> 6;

/** First tick of the window. */
export let base: i32 = NO_WINDOW;
/** Best levels as indices of the window; -1: none. */
let bestAsk: i32 = -1;
let bestBid: i32 = -1;
/** Whether a best price may have changed since `bestIsSeen`. */
export let bestChanged: bool = true;
/** The window stays until this event: moving it is paid for by records that it was not moved for. */
let staysUntil: i64 = 0;
let tickInt: i64 = 1;

export function beginLevels(): void {
  tickInt = get(TICK_INT);
  base = NO_WINDOW;
  staysUntil = 0;
  beginFar();
  memory.fill(USED, 0, 2 * WORDS * 8);
  memory.fill(LEVELS, 0, 2 * TO_BIDS);
  forgetBest();
}

/** Adds to (or takes from) the depth at a key's price. */
@inline
export function change(key: i32, delta: i64): void {
  const i = (key >> TICK_SHIFT) - base;
  if (<u32>i >= <u32>WINDOW || (key & ODD) != 0) {
    changeOutside(key, delta);
    return;
  }
  const p = levelAt(i, key & BID);
  const before = load<i64>(p);
  const depth = before + delta;
  assert(depth >= 0);
  store<i64>(p, depth);
  if (depth == 0) vanish(i, key & BID);
  else if (before == 0) appear(i, key & BID);
}

/** Depth of a bucket, both sides. */
@inline
export function ofBucket(tick: i64): f64 {
  const i = tick - <i64>base;
  if (<u64>i >= <u64>WINDOW) return <f64>(farInBucket(false, tick) + farInBucket(true, tick));
  const p = LEVELS + (<usize>i << 3);
  let depth = load<i64>(p) + load<i64>(p, TO_BIDS);
  if (oddLevels != 0) depth += load<i64>(p, TO_ODD) + load<i64>(p, TO_ODD + TO_BIDS);
  return <f64>depth;
}

/** Depth of one side of a bucket. */
export function ofSide(isBid: bool, tick: i64): f64 {
  const i = tick - <i64>base;
  if (<u64>i >= <u64>WINDOW) return <f64>farInBucket(isBid, tick);
  const p = LEVELS + (isBid ? TO_BIDS : 0) + (<usize>i << 3);
  return <f64>(load<i64>(p) + load<i64>(p, TO_ODD));
}

/** Whether all depth of neighbouring buckets is in the window. */
@inline
export function isDense(first: i64, count: i64): bool {
  const i = first - <i64>base;
  return oddLevels == 0 && i >= 0 && i + count <= <i64>WINDOW;
}

/** Says that spot follows the best prices as they are. */
@inline
export function bestIsSeen(): void {
  bestChanged = false;
}

/** Keeps the window around spot. */
@inline
export function follow(spot: i64): void {
  const i = spot - <i64>base;
  if (<u64>(i - MARGIN) >= <u64>(WINDOW - 2 * MARGIN)) recentre(spot);
}

/** Forgets all depth; prices are forgotten after it. */
export function clearLevels(): void {
  for (let word = 0; word < 2 * WORDS; word++) {
    const p = USED + (<usize>word << 3);
    let bits = load<u64>(p);
    if (bits == 0) continue;
    store<u64>(p, 0);
    while (bits != 0) {
      store<i64>(LEVELS + (<usize>word << 9) + (<usize>ctz(bits) << 3), 0);
      bits &= bits - 1;
    }
  }
  clearFar();
  forgetBest();
}

/** The first dense level of a side from an index on that holds depth; -1: none. */
export function usedFrom(i: i32, isBid: bool): i32 {
  if (i >= WINDOW) return -1;
  const from = usedOf(isBid ? BID : 0);
  let word = i >> 6;
  let bits = load<u64>(from + (<usize>word << 3)) >> <u64>(i & 63) << <u64>(i & 63);
  while (bits == 0) {
    if (++word >= WORDS) return -1;
    bits = load<u64>(from + (<usize>word << 3));
  }
  return (word << 6) + <i32>ctz(bits);
}

/** Depth of a dense level. */
@inline
export function depthOf(i: i32, isBid: bool): i64 {
  return load<i64>(levelAt(i, isBid ? BID : 0));
}

@inline
function levelAt(i: i32, bid: i32): usize {
  assert(i >= 0 && i < WINDOW);
  return LEVELS + (<usize>i << 3) + (<usize>bid << 16);
}

@inline
function usedOf(bid: i32): usize {
  return USED + (<usize>bid << 10);
}

function appear(i: i32, bid: i32): void {
  const p = usedOf(bid) + (<usize>(i >> 6) << 3);
  store<u64>(p, load<u64>(p) | (<u64>1 << <u64>(i & 63)));
  if (bid != 0) {
    if (i > bestBid) {
      bestBid = i;
      bestChanged = true;
    }
  } else if (bestAsk < 0 || i < bestAsk) {
    bestAsk = i;
    bestChanged = true;
  }
}

function vanish(i: i32, bid: i32): void {
  const from = usedOf(bid);
  let word = i >> 6;
  let bits = load<u64>(from + (<usize>word << 3)) & ~(<u64>1 << <u64>(i & 63));
  store<u64>(from + (<usize>word << 3), bits);
  if (bid != 0) {
    if (i != bestBid) return;
    while (bits == 0 && --word >= 0) bits = load<u64>(from + (<usize>word << 3));
    bestBid = bits == 0 ? -1 : (word << 6) + 63 - <i32>clz(bits);
  } else {
    if (i != bestAsk) return;
    while (bits == 0 && ++word < WORDS) bits = load<u64>(from + (<usize>word << 3));
    bestAsk = bits == 0 ? -1 : (word << 6) + <i32>ctz(bits);
  }
  bestChanged = true;
}

/** Works out the best prices. */
export function refreshBest(): void {
  refreshSide(false, bestAsk, ASK_PRESENT, ASK_PRICE);
  refreshSide(true, bestBid, BID_PRESENT, BID_PRICE);
}

@inline
function refreshSide(isBid: bool, i: i32, present: usize, best: usize): void {
  const far = farCount(isBid);
  if (i < 0 && far == 0) {
    set(present, 0);
    set(best, 0);
    return;
  }
  set(present, 1);
  let price = <i64>(base + i) * tickInt;
  if (far > 0) {
    const other = farBest(isBid);
    if (i < 0 || (isBid ? other > price : other < price)) price = other;
  }
  set(best, price);
}

function forgetBest(): void {
  bestAsk = -1;
  bestBid = -1;
  bestChanged = true;
}

function changeOutside(key: i32, delta: i64): void {
  const price = priceOf(key);
  if (base == NO_WINDOW) {
    recentre(bucketTick(price));
    const i = (key >> TICK_SHIFT) - base;
    if ((key & ODD) == 0 && <u32>i < <u32>WINDOW) {
      // The first level of all.
      store<i64>(levelAt(i, key & BID), delta);
      appear(i, key & BID);
      return;
    }
  }
  const isBid = (key & BID) != 0;
  if ((key & ODD) != 0) changeFar(isBid, <u32>(key >> TICK_SHIFT), delta);
  else changeFarPrice(isBid, price, delta);
  bestChanged = true;
}

/** Moves the window so that a tick is its middle. Depth stays as it is. */
function recentre(tick: i64): void {
  const event = get(EVENT_ID);
  if (event < staysUntil) return;
  const middle = min(max(tick, -MOST_TICK), MOST_TICK);
  const to = <i32>middle - WINDOW / 2;
  if (to == base) return;
  let moved: i64 = farCount(false) + farCount(true);
  leaveWindow();
  for (let side = 0; side < 2; side++) {
    const isBid = side == 1;
    for (let i = usedFrom(0, isBid); i >= 0; i = usedFrom(i + 1, isBid)) {
      const p = levelAt(i, isBid ? BID : 0);
      changeFarPrice(isBid, <i64>(base + i) * tickInt, load<i64>(p));
      store<i64>(p, 0);
      moved += 1;
    }
  }
  memory.fill(USED, 0, 2 * WORDS * 8);
  forgetBest();
  base = to;
  for (let side = 0; side < 2; side++) {
    enterWindow(side == 1, <i64>to, settle);
  }
  staysUntil = event + 2 * moved;
  pay(<i32>(moved >> 2));
}

function settle(isBid: bool, price: i64, depth: i64): void {
  const i = <i32>(price / tickInt) - base;
  store<i64>(levelAt(i, isBid ? BID : 0), depth);
  appear(i, isBid ? BID : 0);
}
