// A price and a side in one word: 29 bits of tick and three marks, or the number of an odd price (off
// the tick raster, or very far from 0) in place of the tick.
//
// Odd prices, and those of far levels (far_levels.ts), are numbered and counted by who holds them.

import { TICK_INT } from "../layout";
import { allocate, blockBytes, release } from "./memory";
import { get } from "./state";
import { Table, tableAt } from "./table";
import { pay } from "./work";

/** A key holds a tick above so many bits of marks. */
export const TICK_SHIFT: i32 = 3;
/** Set in every key, so that none is 0. */
const USED: i32 = 1;
/** The side. The same bit tells the characters of the sides apart: 0x42 is bid, 0x41 ask. */
export const BID: i32 = 2;
/** The key holds the number of an odd price. */
export const ODD: i32 = 4;

/** Ticks of keys lie within this of 0. */
export const MOST_TICK: i64 = 1 << 28;

/** What is kept of a numbered price. */
@unmanaged
export class Price {
  price: i64;
  /** Depth of a far level, asks then bids. */
  askDepth: i64;
  bidDepth: i64;
  /** Place in the heap of its side, from 1 on; 0: none. */
  askPlace: u32;
  bidPlace: u32;
  holders: u32;
  /** Number plus 1 of the next free one. */
  nextFree: u32;
}

let oddInverse: i64 = 1;
let twos: i64 = 0;
let tickInt: i64 = 1;

let prices: usize = 0;
let room: usize = 0;
let given: u32 = 0;
let firstFree: u32 = 0;

@inline
function numbers(): Table {
  return tableAt(2);
}

/** Begins with no price. */
export function beginPrices(): void {
  tickInt = get(TICK_INT);
  twos = ctz(tickInt);
  // The inverse of the odd part modulo 2^64, by Newton: each step doubles the bits that are right.
  const odd = tickInt >> twos;
  oddInverse = odd;
  for (let i = 0; i < 6; i++) oddInverse *= 2 - odd * oddInverse;
  clearPrices();
}

/** Forgets all prices. */
export function clearPrices(): void {
  numbers().clear();
  if (prices != 0 && room > 4096) {
    release(prices, room);
    prices = 0;
  }
  if (prices == 0) {
    prices = allocate(4096);
    room = 4096;
  }
  given = 0;
  firstFree = 0;
}

/** A numbered price. */
@inline
export function priceAt(n: u32): Price {
  assert(n < given);
  return changetype<Price>(prices + <usize>n * offsetof<Price>());
}

/** The key of a price and a side; that of an odd price is held until `releaseKey`. */
@inline
export function retainKey(price: i64, side: u32): i32 {
  // A whole number of ticks is one whose product with the inverse is the tick; a product tells.
  const tick = (price * oddInverse) >> twos;
  if (tick * tickInt == price && <u64>(tick + MOST_TICK - 1) < 2 * MOST_TICK - 1) {
    return (<i32>tick << TICK_SHIFT) | <i32>(side & BID) | USED;
  }
  return (<i32>retainPrice(price) << TICK_SHIFT) | ODD | <i32>(side & BID) | USED;
}

/** Lets go of a key. */
@inline
export function releaseKey(key: i32): void {
  if ((key & ODD) != 0) releasePrice(<u32>(key >> TICK_SHIFT));
}

/** price_int of a key. */
@inline
export function priceOf(key: i32): i64 {
  return (key & ODD) != 0
    ? priceAt(<u32>(key >> TICK_SHIFT)).price
    : <i64>(key >> TICK_SHIFT) * tickInt;
}

/** The tick of the bucket that a key's price belongs to. */
@inline
export function bucketOf(key: i32): i64 {
  return (key & ODD) != 0 ? bucketTick(priceOf(key)) : <i64>(key >> TICK_SHIFT);
}

/** The tick of the bucket that a price belongs to: half a tick rounds up. */
export function bucketTick(price: i64): i64 {
  const tick = floorTick(price);
  const rest = price - tick * tickInt;
  return rest >= tickInt - rest ? tick + 1 : tick;
}

/** Whole ticks of a price. */
export function floorTick(price: i64): i64 {
  const tick = price / tickInt;
  return tick * tickInt > price ? tick - 1 : tick;
}

/** Whether a price is a whole number of ticks that a key holds. */
export function isOnRaster(price: i64): bool {
  const tick = floorTick(price);
  return tick * tickInt == price && tick > -MOST_TICK && tick < MOST_TICK;
}

/** The number of a price, one holder more. */
export function retainPrice(price: i64): u32 {
  const slot = numbers().find(<u64>price);
  if (slot != 0) {
    const n = <u32>(load<u64>(slot, 8) - 1);
    priceAt(n).holders += 1;
    return n;
  }
  let n: u32;
  if (firstFree != 0) {
    n = firstFree - 1;
    firstFree = priceAt(n).nextFree;
  } else {
    n = given;
    given += 1;
    if (<usize>given * offsetof<Price>() > room) grow();
  }
  const at = priceAt(n);
  at.price = price;
  at.askDepth = 0;
  at.bidDepth = 0;
  at.askPlace = 0;
  at.bidPlace = 0;
  at.holders = 1;
  numbers().insert(<u64>price, <u64>n + 1);
  return n;
}

/** One holder of a numbered price less. */
export function releasePrice(n: u32): void {
  const at = priceAt(n);
  assert(at.holders > 0);
  at.holders -= 1;
  if (at.holders != 0) return;
  numbers().remove(numbers().find(<u64>at.price));
  at.nextFree = firstFree;
  firstFree = n + 1;
}

function grow(): void {
  const bytes = blockBytes(room + 1);
  const to = allocate(bytes);
  memory.copy(to, prices, room);
  release(prices, room);
  pay(<i32>(room >> 8));
  prices = to;
  room = bytes;
}
