// Depth at prices that the dense window (levels.ts) does not hold: off the tick raster, or far from
// spot. A book has a few, but a file may consist of them: a binary heap a side with the best price on
// top keeps each change to some steps. Depth by bucket is kept beside, for who looks at a bucket.

import { HEAPS } from "../layout";
import { allocate, blockBytes, release } from "./memory";
import { bucketTick, isOnRaster, Price, priceAt, releasePrice, retainPrice } from "./prices";
import { Table, tableAt } from "./table";
import { pay } from "./work";

/** A heap: numbers of prices, those below a place at twice it and one more; place 0 is not used. */
@unmanaged
class Heap {
  numbers: usize;
  room: usize;
  size: u32;
  isBid: u32;
}

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

/** Begins with no level. */
export function beginFar(): void {
  for (let side = 0; side < 2; side++) {
    const heap = heapOf(side == 1);
    heap.numbers = 0;
    heap.isBid = side;
  }
  clearFar();
}

/** Forgets all depth. */
export function clearFar(): void {
  for (let side = 0; side < 2; side++) {
    const heap = heapOf(side == 1);
    if (heap.numbers != 0 && heap.room > 256) {
      release(heap.numbers, heap.room);
      heap.numbers = 0;
    }
    if (heap.numbers == 0) {
      heap.numbers = allocate(256);
      heap.room = 256;
    }
    heap.size = 0;
  }
  buckets().clear();
  oddLevels = 0;
}

/** Levels of a side. */
@inline
export function farCount(isBid: bool): u32 {
  return heapOf(isBid).size;
}

/** Number of the price of a side's n-th level, in no particular order. */
export function farAt(isBid: bool, n: u32): u32 {
  return load<u32>(heapOf(isBid).numbers + (<usize>n + 1) * 4);
}

/** Best price of a side that has levels. */
@inline
export function farBest(isBid: bool): i64 {
  return priceAt(farAt(isBid, 0)).price;
}

/** Depth of a side at a numbered price. */
@inline
export function farDepth(isBid: bool, n: u32): i64 {
  return isBid ? priceAt(n).bidDepth : priceAt(n).askDepth;
}

/** Depth of a bucket at prices that are kept here. */
export function farInBucket(tick: i64): i64 {
  const slot = buckets().find(<u64>tick);
  return slot == 0 ? 0 : load<i64>(slot, 8);
}

/** Adds to (or takes from) the depth at a price. */
export function changeFar(isBid: bool, price: i64, delta: i64): void {
  const n = retainPrice(price);
  const before = farDepth(isBid, n);
  const depth = before + delta;
  assert(depth >= 0);
  if (isBid) priceAt(n).bidDepth = depth;
  else priceAt(n).askDepth = depth;
  if (before == 0) {
    // The level goes on holding its price.
    push(heapOf(isBid), n);
    if (!isOnRaster(price)) oddLevels += 1;
  } else {
    releasePrice(n);
    if (depth == 0) {
      remove(heapOf(isBid), n);
      releasePrice(n);
      if (!isOnRaster(price)) oddLevels -= 1;
    }
  }
  changeBucket(bucketTick(price), delta);
}

/**
 * Takes the levels of a side that lie on the tick raster between two prices out of here.
 *
 * @returns how many were taken: `take` was called with each
 */
export function takeBetween(isBid: bool, from: i64, to: i64, take: (isBid: bool, price: i64, depth: i64) => void): void {
  const heap = heapOf(isBid);
  let kept: u32 = 0;
  const size = heap.size;
  heap.size = 0;
  for (let i: u32 = 1; i <= size; i++) {
    const n = load<u32>(heap.numbers + <usize>i * 4);
    const at = priceAt(n);
    const price = at.price;
    if (price < from || price >= to || !isOnRaster(price)) {
      kept += 1;
      put(heap, kept, n);
      continue;
    }
    const depth = farDepth(isBid, n);
    if (isBid) {
      at.bidDepth = 0;
      at.bidPlace = 0;
    } else {
      at.askDepth = 0;
      at.askPlace = 0;
    }
    changeBucket(bucketTick(price), -depth);
    releasePrice(n);
    take(isBid, price, depth);
  }
  heap.size = kept;
  for (let i = kept >> 1; i > 0; i--) sink(heap, i);
  pay(<i32>(size >> 1));
}

function changeBucket(tick: i64, delta: i64): void {
  const slot = buckets().find(<u64>tick);
  if (slot == 0) {
    buckets().insertFound(<u64>tick, <u64>delta);
    return;
  }
  const depth = load<i64>(slot, 8) + delta;
  if (depth == 0) buckets().remove(slot);
  else store<i64>(slot, depth, 8);
}

function push(heap: Heap, n: u32): void {
  heap.size += 1;
  if ((<usize>heap.size + 1) * 4 > heap.room) {
    const bytes = blockBytes(heap.room + 1);
    const to = allocate(bytes);
    memory.copy(to, heap.numbers, heap.room);
    release(heap.numbers, heap.room);
    pay(<i32>(heap.room >> 8));
    heap.numbers = to;
    heap.room = bytes;
  }
  rise(heap, n, heap.size);
}

function remove(heap: Heap, n: u32): void {
  const place = placeOf(heap, n);
  assert(place > 0 && place <= heap.size);
  const last = load<u32>(heap.numbers + <usize>heap.size * 4);
  heap.size -= 1;
  setPlace(heap, n, 0);
  if (last == n) return;
  put(heap, place, last);
  sink(heap, place);
  rise(heap, last, placeOf(heap, last));
}

/** Puts a price at a place, or as far above it as it is better. */
function rise(heap: Heap, n: u32, from: u32): void {
  let place = from;
  const price = priceAt(n).price;
  while (place > 1) {
    const above = load<u32>(heap.numbers + <usize>(place >> 1) * 4);
    if (!isBetter(heap, price, priceAt(above).price)) break;
    put(heap, place, above);
    place >>= 1;
    pay(1);
  }
  put(heap, place, n);
}

/** Moves what is at a place as far down as others are better. */
function sink(heap: Heap, from: u32): void {
  let place = from;
  const n = load<u32>(heap.numbers + <usize>place * 4);
  const price = priceAt(n).price;
  for (let below: u32 = 2 * place; below <= heap.size; below = 2 * place) {
    let best = load<u32>(heap.numbers + <usize>below * 4);
    let bestPrice = priceAt(best).price;
    if (below < heap.size) {
      const other = load<u32>(heap.numbers + <usize>(below + 1) * 4);
      const otherPrice = priceAt(other).price;
      if (isBetter(heap, otherPrice, bestPrice)) {
        below += 1;
        best = other;
        bestPrice = otherPrice;
      }
    }
    if (!isBetter(heap, bestPrice, price)) break;
    put(heap, place, best);
    place = below;
    pay(1);
  }
  put(heap, place, n);
}

@inline
function isBetter(heap: Heap, a: i64, b: i64): bool {
  return heap.isBid != 0 ? a > b : a < b;
}

@inline
function put(heap: Heap, place: u32, n: u32): void {
  store<u32>(heap.numbers + <usize>place * 4, n);
  setPlace(heap, n, place);
}

@inline
function setPlace(heap: Heap, n: u32, place: u32): void {
  if (heap.isBid != 0) priceAt(n).bidPlace = place;
  else priceAt(n).askPlace = place;
}

@inline
function placeOf(heap: Heap, n: u32): u32 {
  return heap.isBid != 0 ? priceAt(n).bidPlace : priceAt(n).askPlace;
}
