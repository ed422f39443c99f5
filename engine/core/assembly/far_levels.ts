// Depth at prices that the dense window (levels.ts) does not hold: off the tick raster, or far from
// spot. A book has a few, but a file may consist of them: a binary heap a side with the best price on
// top keeps each change to some steps. What has lost its depth stays in the heap until it comes to the
// top, or until there is more of that than of the rest.
//
// Depth by bucket is kept beside, for who looks at a bucket: of those in the window an array a side. The
// others are hardly ever looked at, so that a table of them is made when one first is, or when they
// become so many that making it would keep others waiting.

import { HEAPS, ODD_DEPTH, TICK_INT, TO_BIDS, WINDOW } from "../layout";
import { allocate, blockBytes, release } from "./memory";
import {
  bucketTick,
  floorTick,
  holdPrice,
  isOnRaster,
  isRasterTick,
  priceAt,
  releasePrice,
  retainPrice,
} from "./prices";
import { get } from "./state";
import { Table, tableAt, VALUE } from "./table";
import { pay } from "./work";

/** A heap: entries of 16 bytes (price, number of the price), those below a place at twice it and one
 * more; place 0 is not used. */
@unmanaged
class Heap {
  entries: usize;
  room: usize;
  size: u32;
  /** Entries whose level holds depth. */
  live: u32;
  isBid: u32;
}

const ENTRY: usize = 16;
/** The mark of a price that is in the heap of asks, or of bids. */
const IN_ASKS: u32 = 1;
const IN_BIDS: u32 = 2;
/** Bytes of a heap at first. */
const LEAST: usize = 1024;
/** Entries up to which the table of buckets may wait for who looks at one. */
const MOST_UNTOLD: u32 = 1 << 16;
/** Entries above which all of the window is cleared in place of their buckets. */
const MOST_SINGLE: u32 = 1 << 12;
/** No window: no bucket is above it. */
const NONE: i64 = i64.MAX_VALUE;

@inline
function heapOf(isBid: bool): Heap {
  return changetype<Heap>(HEAPS + (isBid ? offsetof<Heap>() : 0));
}

@inline
function buckets(): Table {
  return tableAt(2);
}

/** Levels off the tick raster that hold depth, both sides. */
export let oddLevels: u32 = 0;
let tickInt: i64 = 1;
/** First tick of the window. */
let windowFrom: i64 = NONE;
/** Whether the table of buckets is kept. */
let keepsBuckets: bool = false;

/** Begins with no level. */
export function beginFar(): void {
  tickInt = get(TICK_INT);
  for (let side = 0; side < 2; side++) {
    const heap = heapOf(side == 1);
    heap.entries = 0;
    heap.size = 0;
    heap.isBid = side;
  }
  windowFrom = NONE;
  memory.fill(ODD_DEPTH, 0, 2 * TO_BIDS);
  clearFar();
}

/** Forgets all depth. */
export function clearFar(): void {
  clearWindow();
  for (let side = 0; side < 2; side++) {
    const heap = heapOf(side == 1);
    if (heap.entries != 0 && heap.room > LEAST) {
      release(heap.entries, heap.room);
      heap.entries = 0;
    }
    if (heap.entries == 0) {
      heap.entries = allocate(LEAST);
      heap.room = LEAST;
    }
    heap.size = 0;
    heap.live = 0;
  }
  if (keepsBuckets) buckets().clear();
  keepsBuckets = false;
  oddLevels = 0;
}

/** Levels of a side. */
@inline
export function farCount(isBid: bool): u32 {
  return heapOf(isBid).live;
}

/** Entries of a side, some of which may hold no depth; for `farAt`. */
@inline
export function farEntries(isBid: bool): u32 {
  return heapOf(isBid).size;
}

/** Number of the price of a side's n-th entry, in no particular order. */
export function farAt(isBid: bool, n: u32): u32 {
  return numberAt(heapOf(isBid), n + 1);
}

/** Best price of a side that has levels. */
@inline
export function farBest(isBid: bool): i64 {
  return keyAt(heapOf(isBid), 1);
}

/** Depth of a side at a numbered price. */
@inline
export function farDepth(isBid: bool, n: u32): i64 {
  return isBid ? priceAt(n).bidDepth : priceAt(n).askDepth;
}

/** Depth of a side of a bucket that is not in the window, at prices that are kept here. */
export function farInBucket(isBid: bool, tick: i64): i64 {
  if (!keepsBuckets) keepBuckets();
  const slot = buckets().find(sideOfBucket(isBid, tick));
  return slot == 0 ? 0 : load<i64>(slot, VALUE);
}

@inline
function sideOfBucket(isBid: bool, tick: i64): u64 {
  return <u64>(tick << 1) | (isBid ? 1 : 0);
}

/** Adds to (or takes from) the depth at a price that has no number yet, or one that is not at hand. */
export function changeFarPrice(isBid: bool, price: i64, delta: i64): void {
  const n = retainPrice(price);
  changeFar(isBid, n, delta);
  releasePrice(n);
}

/** Adds to (or takes from) the depth at a numbered price. */
export function changeFar(isBid: bool, n: u32, delta: i64): void {
  const at = priceAt(n);
  const price = at.price;
  const before = isBid ? at.bidDepth : at.askDepth;
  const depth = before + delta;
  assert(depth >= 0);
  if (isBid) at.bidDepth = depth;
  else at.askDepth = depth;
  const tick = floorTick(price);
  const rest = price - tick * tickInt;
  const bucket = rest >= tickInt - rest ? tick + 1 : tick;
  changeWindow(isBid, bucket, delta);
  if (keepsBuckets) changeBucket(isBid, bucket, delta);
  if (before != 0 && depth != 0) return;
  const heap = heapOf(isBid);
  if (rest != 0 || !isRasterTick(tick)) oddLevels += before == 0 ? 1 : -1;
  if (before == 0) {
    heap.live += 1;
    const mark = isBid ? IN_BIDS : IN_ASKS;
    if ((at.marks & mark) != 0) return;
    at.marks |= mark;
    // The entry holds its price.
    holdPrice(n);
    push(heap, price, n);
    if (!keepsBuckets && heap.size > MOST_UNTOLD) keepBuckets();
    return;
  }
  heap.live -= 1;
  if (numberAt(heap, 1) == n) tidy(heap);
  if (heap.size > 2 * heap.live + 64) sweep(heap);
}

/** Says that there is no window. */
export function leaveWindow(): void {
  clearWindow();
  windowFrom = NONE;
}

/**
 * Says where the window begins that levels of a side are in: those that keys hold the ticks of are taken
 * out of here, odd prices stay, those on the raster but too far from 0 among them.
 */
export function enterWindow(
  isBid: bool,
  from: i64,
  take: (isBid: bool, price: i64, depth: i64) => void,
): void {
  windowFrom = from;
  const heap = heapOf(isBid);
  const size = heap.size;
  pay(<i32>(size >> 1));
  for (let place: u32 = 1; place <= size; place++) {
    const price = keyAt(heap, place);
    const bucket = bucketTick(price);
    if (<u64>(bucket - from) >= <u64>WINDOW) continue;
    const n = numberAt(heap, place);
    const depth = farDepth(isBid, n);
    if (depth == 0) continue;
    if (!isOnRaster(price)) {
      changeWindow(isBid, bucket, depth);
      continue;
    }
    if (isBid) priceAt(n).bidDepth = 0;
    else priceAt(n).askDepth = 0;
    if (keepsBuckets) changeBucket(isBid, bucket, -depth);
    heap.live -= 1;
    take(isBid, price, depth);
  }
  sweep(heap);
}

/** Forgets the depth of all buckets of the window. */
function clearWindow(): void {
  if (windowFrom == NONE) return;
  if (heapOf(false).size + heapOf(true).size > MOST_SINGLE) {
    memory.fill(ODD_DEPTH, 0, 2 * TO_BIDS);
    return;
  }
  for (let side = 0; side < 2; side++) {
    const heap = heapOf(side == 1);
    const size = heap.size;
    for (let place: u32 = 1; place <= size; place++) {
      const i = bucketTick(keyAt(heap, place)) - windowFrom;
      if (<u64>i < <u64>WINDOW) store<i64>(oddDepthAt(side == 1, i), 0);
    }
  }
}

@inline
function changeWindow(isBid: bool, bucket: i64, delta: i64): void {
  const i = bucket - windowFrom;
  if (<u64>i >= <u64>WINDOW) return;
  const p = oddDepthAt(isBid, i);
  store<i64>(p, load<i64>(p) + delta);
}

@inline
function oddDepthAt(isBid: bool, i: i64): usize {
  return ODD_DEPTH + (isBid ? TO_BIDS : 0) + (<usize>i << 3);
}

/** Keeps the table of buckets from now on, with what there is. */
function keepBuckets(): void {
  keepsBuckets = true;
  for (let side = 0; side < 2; side++) {
    const heap = heapOf(side == 1);
    const size = heap.size;
    pay(<i32>(size >> 1));
    for (let place: u32 = 1; place <= size; place++) {
      const depth = farDepth(side == 1, numberAt(heap, place));
      if (depth != 0) changeBucket(side == 1, bucketTick(keyAt(heap, place)), depth);
    }
  }
}

function changeBucket(isBid: bool, tick: i64, delta: i64): void {
  const key = sideOfBucket(isBid, tick);
  const slot = buckets().find(key);
  if (slot == 0) {
    buckets().insertFound(key, <u64>delta);
    return;
  }
  const depth = load<i64>(slot, VALUE) + delta;
  if (depth == 0) buckets().remove(slot);
  else store<i64>(slot, depth, VALUE);
}

@inline
function entryAt(heap: Heap, place: u32): usize {
  return heap.entries + <usize>place * ENTRY;
}

@inline
function keyAt(heap: Heap, place: u32): i64 {
  return load<i64>(entryAt(heap, place));
}

@inline
function numberAt(heap: Heap, place: u32): u32 {
  return load<u32>(entryAt(heap, place), 8);
}

@inline
function put(heap: Heap, place: u32, price: i64, n: u32): void {
  store<i64>(entryAt(heap, place), price);
  store<u32>(entryAt(heap, place), n, 8);
}

@inline
function isBetter(heap: Heap, a: i64, b: i64): bool {
  return heap.isBid != 0 ? a > b : a < b;
}

function push(heap: Heap, price: i64, n: u32): void {
  heap.size += 1;
  if ((<usize>heap.size + 1) * ENTRY > heap.room) {
    const bytes = blockBytes(heap.room + 1);
    const to = allocate(bytes);
    memory.copy(to, heap.entries, heap.room);
    release(heap.entries, heap.room);
    pay(<i32>(heap.room >> 8));
    heap.entries = to;
    heap.room = bytes;
  }
  let place = heap.size;
  while (place > 1 && isBetter(heap, price, keyAt(heap, place >> 1))) {
    put(heap, place, keyAt(heap, place >> 1), numberAt(heap, place >> 1));
    place >>= 1;
    pay(1);
  }
  put(heap, place, price, n);
}

/** Takes what holds no depth off the top. */
function tidy(heap: Heap): void {
  while (heap.size > 0 && farDepth(heap.isBid != 0, numberAt(heap, 1)) == 0) {
    letGo(heap, numberAt(heap, 1));
    const last = heap.size;
    heap.size = last - 1;
    if (last > 1) sink(heap, 1, keyAt(heap, last), numberAt(heap, last));
  }
}

/** Takes all out that holds no depth. */
function sweep(heap: Heap): void {
  let kept: u32 = 0;
  const size = heap.size;
  for (let place: u32 = 1; place <= size; place++) {
    const n = numberAt(heap, place);
    if (farDepth(heap.isBid != 0, n) == 0) letGo(heap, n);
    else put(heap, ++kept, keyAt(heap, place), n);
  }
  heap.size = kept;
  for (let place = kept >> 1; place > 0; place--) {
    sink(heap, place, keyAt(heap, place), numberAt(heap, place));
  }
  pay(<i32>(size >> 1));
}

function letGo(heap: Heap, n: u32): void {
  priceAt(n).marks &= ~(heap.isBid != 0 ? IN_BIDS : IN_ASKS);
  releasePrice(n);
}

/** Puts an entry at a place, or as far below it as others are better. */
function sink(heap: Heap, from: u32, price: i64, n: u32): void {
  let place = from;
  for (let below: u32 = 2 * place; below <= heap.size; below = 2 * place) {
    if (below < heap.size && isBetter(heap, keyAt(heap, below + 1), keyAt(heap, below))) below += 1;
    if (!isBetter(heap, keyAt(heap, below), price)) break;
    put(heap, place, keyAt(heap, below), numberAt(heap, below));
    place = below;
    pay(1);
  }
  put(heap, place, price, n);
}
