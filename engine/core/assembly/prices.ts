// A price and a side in one word: 29 bits of tick and three marks, or the number of an odd price (off
// the tick raster, or very far from 0) in place of the tick.
//
// Odd prices, and those of far levels (far_levels.ts), are numbered and counted by who holds them.

import { TICK_INT } from "../layout";
import { allocate, allocateZeros, blockBytes, release } from "./memory";
import { get } from "./state";
import { scattered } from "./table";
import { pay } from "./work";

/** A key holds a tick above so many bits of marks. */
export const TICK_SHIFT: i32 = 3;
/** Set in every key, so that none is 0. */
const USED: i32 = 1;
/** The side. The same bit tells the characters of the sides apart: 0x42 is bid, 0x41 ask. */
export const BID: i32 = 2;
/** The key holds the number of an odd price. */
export const ODD: i32 = 4;

/** Ticks of keys lie within this of 0, or nearer where the tick is so large that a price would not fit. */
export const MOST_TICK: i64 = 1 << 28;

/** What is kept of a numbered price. */
@unmanaged
export class Price {
  price: i64;
  /** Depth of a far level, asks then bids. */
  askDepth: i64;
  bidDepth: i64;
  holders: u32;
  /** In which heaps it is (far_levels.ts); of a free one the number plus 1 of the next. */
  marks: u32;
}

let oddInverse: i64 = 1;
let twos: i64 = 0;
let tickInt: i64 = 1;
let mostTick: i64 = MOST_TICK;

/** Records of prices come in pages, so that there are never two copies of all of them. */
const PAGE: u32 = 256;

/** Slots that grow fourfold. */
const SMALL: u32 = 1 << 14;

/** Addresses of pages. */
let pages: usize = 0;
let pageRoom: usize = 0;
/** Records given so far; some of them may be free. */
let given: u32 = 0;
let firstFree: u32 = 0;

/** Numbers plus 1 by the hash of their price, u32, at least four for three prices; 0 is free. */
let slots: usize = 0;
let slotCount: u32 = 0;
let shift: u64 = 0;
let used: u32 = 0;

/** Begins with no price. */
export function beginPrices(): void {
  tickInt = get(TICK_INT);
  // A product with the inverse tells modulo 2^64: it is the tick where no tick of a key overflows.
  mostTick = min(MOST_TICK, i64.MAX_VALUE / tickInt);
  twos = ctz(tickInt);
  // The inverse of the odd part modulo 2^64, by Newton: each step doubles the bits that are right.
  const odd = tickInt >> twos;
  oddInverse = odd;
  for (let i = 0; i < 6; i++) oddInverse *= 2 - odd * oddInverse;
  clearPrices();
}

/** Forgets all prices. */
export function clearPrices(): void {
  for (let page: u32 = 0; page * PAGE < given; page++) {
    release(pageAt(page), PAGE * offsetof<Price>());
  }
  given = 0;
  firstFree = 0;
  used = 0;
  if (slots != 0) release(slots, <usize>slotCount << 2);
  slotCount = 64;
  shift = 64 - 6;
  slots = allocateZeros(<usize>slotCount << 2);
  if (pages == 0) {
    pageRoom = 256;
    pages = allocate(pageRoom);
  }
}

@inline
function pageAt(page: u32): usize {
  return <usize>load<u32>(pages + (<usize>page << 2));
}

/** A numbered price. */
@inline
export function priceAt(n: u32): Price {
  assert(n < given);
  return changetype<Price>(pageAt(n / PAGE) + <usize>(n % PAGE) * offsetof<Price>());
}

/** The key of a price and a side; that of an odd price is held until `releaseKey`. */
@inline
export function retainKey(price: i64, side: u32): i32 {
  // A whole number of ticks is one whose product with the inverse is the tick; a product tells.
  const tick = (price * oddInverse) >> twos;
  if (tick * tickInt == price && <u64>(tick + mostTick - 1) < <u64>(2 * mostTick - 1)) {
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
  return tick * tickInt == price && isRasterTick(tick);
}

/** Whether a key holds a tick. */
@inline
export function isRasterTick(tick: i64): bool {
  return tick > -mostTick && tick < mostTick;
}

/** The number of a price, one holder more. */
export function retainPrice(price: i64): u32 {
  let slot = slotOf(price);
  const found = load<u32>(slot);
  if (found != 0) {
    priceAt(found - 1).holders += 1;
    return found - 1;
  }
  let n: u32;
  if (firstFree != 0) {
    n = firstFree - 1;
    firstFree = priceAt(n).marks;
  } else {
    n = given;
    if (n % PAGE == 0) addPage(n / PAGE);
    given += 1;
  }
  const at = priceAt(n);
  at.price = price;
  at.askDepth = 0;
  at.bidDepth = 0;
  at.holders = 1;
  at.marks = 0;
  used += 1;
  if (4 * used > 3 * slotCount) {
    growSlots();
    slot = slotOf(price);
  }
  store<u32>(slot, n + 1);
  return n;
}

/** One holder of a numbered price more. */
@inline
export function holdPrice(n: u32): void {
  priceAt(n).holders += 1;
}

/** One holder of a numbered price less. */
export function releasePrice(n: u32): void {
  const at = priceAt(n);
  assert(at.holders > 0);
  at.holders -= 1;
  if (at.holders != 0) return;
  vacate(slotOf(at.price));
  used -= 1;
  at.marks = firstFree;
  firstFree = n + 1;
}

@inline
function homeOf(price: i64): u32 {
  return <u32>(scattered(<u64>price) >> shift);
}

/** The slot of a price, or the free one where it would be. */
function slotOf(price: i64): usize {
  let at = homeOf(price);
  let n = load<u32>(slots + (<usize>at << 2));
  while (n != 0 && priceAt(n - 1).price != price) {
    at = (at + 1) & (slotCount - 1);
    n = load<u32>(slots + (<usize>at << 2));
    pay(1);
  }
  return slots + (<usize>at << 2);
}

/** Frees a slot, and moves those that were displaced by it back. */
function vacate(slot: usize): void {
  const mask = slotCount - 1;
  let hole = <u32>((slot - slots) >> 2);
  let at = (hole + 1) & mask;
  for (;;) {
    const n = load<u32>(slots + (<usize>at << 2));
    if (n == 0) break;
    const wanted = homeOf(priceAt(n - 1).price);
    if (((at - wanted) & mask) >= ((at - hole) & mask)) {
      store<u32>(slots + (<usize>hole << 2), n);
      hole = at;
    }
    at = (at + 1) & mask;
    pay(1);
  }
  store<u32>(slots + (<usize>hole << 2), 0);
}

function growSlots(): void {
  const before = slots, count = slotCount;
  // Small ones in fewer steps.
  const doublings: u32 = count <= SMALL ? 2 : 1;
  slotCount <<= doublings;
  shift -= doublings;
  slots = allocateZeros(<usize>slotCount << 2);
  for (let i: u32 = 0; i < count; i++) {
    const n = load<u32>(before + (<usize>i << 2));
    if (n != 0) store<u32>(slotOf(priceAt(n - 1).price), n);
  }
  release(before, <usize>count << 2);
  pay(<i32>(count >> 3));
}

function addPage(page: u32): void {
  if ((<usize>page + 1) * 4 > pageRoom) {
    const bytes = blockBytes(pageRoom + 1);
    const to = allocate(bytes);
    memory.copy(to, pages, pageRoom);
    release(pages, pageRoom);
    pages = to;
    pageRoom = bytes;
  }
  store<u32>(pages + (<usize>page << 2), <u32>allocate(PAGE * offsetof<Price>()));
}
