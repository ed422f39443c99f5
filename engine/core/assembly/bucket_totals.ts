// What each bucket has seen, exactly: contracts added, pulled and filled there since the first record of
// warm-up, and orders that rest there now (docs/engine.md, "Totals"). Kept for who asks for it; of every
// bucket that was touched, in view or not.

import { ROWS, TOTALS, WANTS_TOTALS } from "../layout";
import { allocateZeros, release } from "./memory";
import { keyAt, orders } from "./orders";
import { bucketOf } from "./prices";
import { is } from "./state";
import { begin, Table, tableAt, VALUE } from "./table";
import { pay } from "./work";

/** Whether totals are kept from now on: orders that rest were counted once. */
export let keepsTotals: bool = false;

// A record, 32 bytes: added, pulled, filled, i64; orders, u32, and the book that they are of, u32.
const STRIDE: usize = 32;
const ORDERS: usize = 24;
const BOOK: usize = 28;

/** Records at first; there are twice as many each time that they do not suffice. */
const LEAST: u32 = 256;

let records: usize = 0;
let room: u32 = 0;
/** Goes up when the book is cleared: orders of another book are none. */
let book: u32 = 1;

/** Numbers of records plus 1, by tick. */
@inline
function numbers(): Table {
  return tableAt(4);
}

export function beginTotals(): void {
  keepsTotals = false;
  book = 1;
  if (records != 0) release(records, <usize>room * STRIDE);
  records = 0;
  room = 0;
  if (is(WANTS_TOTALS)) begin(numbers(), 6);
}

/** Begins to keep totals, if they are wanted: at the first record of warm-up. */
export function keepTotals(): void {
  keepsTotals = true;
  const table = orders();
  table.settle();
  const slots = table.slots;
  for (let n: u32 = 0; n < slots; n++) {
    const slot = table.slot(n);
    if (slot != 0) countOrder(keyAt(slot), 1);
  }
  pay(<i32>(slots >> 4));
}

/** Counts a touch. */
export function noteTouch(tick: i64, added: f64, pulled: f64, filled: f64): void {
  const at = recordOf(tick);
  store<i64>(at, load<i64>(at) + <i64>added);
  store<i64>(at, load<i64>(at, 8) + <i64>pulled, 8);
  store<i64>(at, load<i64>(at, 16) + <i64>filled, 16);
}

/** Counts orders that come to a key's bucket, or leave it. */
export function countOrder(key: i32, by: i32): void {
  const at = recordOf(bucketOf(key));
  const before = load<u32>(at, BOOK) == book ? load<u32>(at, ORDERS) : 0;
  store<u32>(at, before + by, ORDERS);
  store<u32>(at, book, BOOK);
}

/** No order rests any more. */
export function forgetOrders(): void {
  book += 1;
}

/** Writes them as columns of doubles: orders, added, pulled, filled. */
export function writeTotals(first: i64): void {
  for (let row: usize = 0; row < <usize>ROWS; row++) {
    const to = TOTALS + (row << 3);
    const slot = numbers().find(<u64>(first + <i64>row));
    const at = slot == 0 ? 0 : records + <usize>(load<u64>(slot, VALUE) - 1) * STRIDE;
    const isOfBook = at != 0 && load<u32>(at, BOOK) == book;
    store<f64>(to, isOfBook ? <f64>load<u32>(at, ORDERS) : 0);
    store<f64>(to, at == 0 ? 0 : <f64>load<i64>(at), COLUMN);
    store<f64>(to, at == 0 ? 0 : <f64>load<i64>(at, 8), 2 * COLUMN);
    store<f64>(to, at == 0 ? 0 : <f64>load<i64>(at, 16), 3 * COLUMN);
  }
}

/** Bytes of a column. */
const COLUMN: usize = <usize>ROWS * 8;

function recordOf(tick: i64): usize {
  const table = numbers();
  const slot = table.find(<u64>tick);
  if (slot != 0) return records + <usize>(load<u64>(slot, VALUE) - 1) * STRIDE;
  const n = table.count;
  if (n == room) grow();
  table.insert(<u64>tick, <u64>n + 1);
  return records + <usize>n * STRIDE;
}

function grow(): void {
  const more = room == 0 ? LEAST : room * 2;
  const to = allocateZeros(<usize>more * STRIDE);
  if (records != 0) {
    memory.copy(to, records, <usize>room * STRIDE);
    release(records, <usize>room * STRIDE);
    pay(<i32>(room >> 3));
  }
  records = to;
  room = more;
}
