// Orders and levels on their way to the host and from it: for book caches and for tests.

import { EXCHANGE, EXCHANGE_BYTES, LEVEL_BYTES, ORDER_BYTES, TICK_INT } from "../layout";
import { farAt, farDepth, farEntries } from "./far_levels";
import { base, change, depthOf, usedFrom } from "./levels";
import { insertOrder, keyAt, orders, qtyAt } from "./orders";
import { BID, priceAt, priceOf, retainKey } from "./prices";
import { updateSpot } from "./spot";
import { get } from "./state";

const SIDE_ASK: u32 = 0x41;
const SIDE_BID: u32 = 0x42;

/** Where `listOrders` and `listLevels` go on. */
let cursor: u32 = 0;
let farCursor: u32 = 0;

/** Writes resting orders into EXCHANGE, the first ones after `restart`; returns how many, 0 at the end. */
export function listOrders(restart: bool): u32 {
  const table = orders();
  if (restart) {
    cursor = 0;
    table.settle();
  }
  const slots = table.slots;
  let n: u32 = 0;
  for (; cursor < slots && (n + 1) * ORDER_BYTES <= <u32>EXCHANGE_BYTES; cursor++) {
    const slot = table.slot(cursor);
    if (slot == 0) continue;
    const at = EXCHANGE + <usize>n * ORDER_BYTES;
    store<u64>(at, load<u64>(slot));
    store<i64>(at, priceOf(keyAt(slot)), 8);
    store<u32>(at, qtyAt(slot), 16);
    store<u32>(at, (keyAt(slot) & BID) != 0 ? 1 : 0, 20);
    n += 1;
  }
  return n;
}

/** Puts orders that stand in EXCHANGE into a book that does not hold their ids. */
export function putOrders(n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    const at = EXCHANGE + <usize>i * ORDER_BYTES;
    const qty = load<u32>(at, 16);
    const key = retainKey(load<i64>(at, 8), load<u32>(at, 20) != 0 ? SIDE_BID : SIDE_ASK);
    insertOrder(load<u64>(at), key, qty);
    change(key, <i64>qty);
  }
}

/** Writes levels of a side into EXCHANGE, in no particular order; as `listOrders`. */
export function listLevels(isBid: bool, restart: bool): u32 {
  if (restart) {
    cursor = 0;
    farCursor = 0;
  }
  const tickInt = get(TICK_INT);
  let n: u32 = 0;
  for (let i = usedFrom(cursor, isBid); i >= 0; i = usedFrom(cursor, isBid)) {
    if ((n + 1) * LEVEL_BYTES > <u32>EXCHANGE_BYTES) return n;
    writeLevel(n, <i64>(base + i) * tickInt, depthOf(i, isBid));
    n += 1;
    cursor = i + 1;
  }
  for (; farCursor < farEntries(isBid); farCursor++) {
    if ((n + 1) * LEVEL_BYTES > <u32>EXCHANGE_BYTES) return n;
    const number = farAt(isBid, farCursor);
    if (farDepth(isBid, number) == 0) continue;
    writeLevel(n, priceAt(number).price, farDepth(isBid, number));
    n += 1;
  }
  return n;
}

function writeLevel(n: u32, price: i64, depth: i64): void {
  const at = EXCHANGE + <usize>n * LEVEL_BYTES;
  store<i64>(at, price);
  store<i64>(at, depth, 8);
}
