// What happens within one event: an aggressor that takes several prices, a sweep, and an order that is
// filled and then shows more, a reserve order's refill (docs/engine.md, "Sweeps and reserves"). Looked for
// on behalf of who asks for it.

import {
  BOOK_EVENT_BYTES,
  BOOK_EVENTS,
  BOOK_EVENTS_BYTES,
  EVENT_ID,
  EVENTS_WAITING,
  RESERVE,
  SWEEP,
} from "../layout";
import { SIDE_ASK, SIDE_BID } from "./constants";
import { allocate, release } from "./memory";
import { get, set } from "./state";
import { begin, Table, tableAt, VALUE } from "./table";
import { pay } from "./work";

/** Whether they are looked for from now on. */
export let watches: bool = false;
/** Whether those of the record under way are handed out. */
let tells: bool = false;

// Of an order that was filled, 32 bytes: contracts filled, i64; time of its first fill, u64; price of the
// last, i64; refills, u32; whether a fill took it whole and nothing has refilled it yet, u32.
const STRIDE: usize = 32;
const SINCE: usize = 8;
const PRICE: usize = 16;
const REFILLS: usize = 24;
const TAKEN: usize = 28;

let records: usize = 0;
let room: u32 = 0;
let given: u32 = 0;
/** Number plus 1 of a record that is free; each has the next in its first word. */
let firstFree: u32 = 0;

/** Orders that fills of the event took whole: ids. */
let taken: usize = 0;
let takenRoom: u32 = 0;
let takenCount: u32 = 0;

// The executions of the event under way on one side: whether there are any, when, whose, from where to
// where, over how many prices, how many contracts, and the last record.
let isOpen: bool = false;
let sweepTs: u64 = 0;
let aggressor: u32 = 0;
let from: i64 = 0;
let to: i64 = 0;
let prices: u32 = 0;
let contracts: i64 = 0;
let lastEvent: i64 = 0;

/** Events that may wait before a record is taken: it adds four at most. */
const MOST: i64 = BOOK_EVENTS_BYTES / BOOK_EVENT_BYTES - 4;

/** Numbers of records plus 1, by order id. */
@inline
function watched(): Table {
  return tableAt(5);
}

/** Prices of the executions under way, once there are two. */
@inline
function seen(): Table {
  return tableAt(6);
}

export function beginBookEvents(): void {
  watches = false;
  isOpen = false;
  takenCount = 0;
  begin(watched(), 6);
  begin(seen(), 4);
  forgetRecords();
}

/** Begins to look for them: at the first record of warm-up. */
export function watch(): void {
  watches = true;
}

/** Says whether those of the next record are handed out. */
@inline
export function tellEvents(told: bool): void {
  tells = told;
}

/** Whether no record can be taken before the host took those that wait. */
@inline
export function bookEventsAreFull(): bool {
  return get(EVENTS_WAITING) >= MOST;
}

/** Takes an execution that is no snapshot's. */
export function sweep(ts: u64, side: u32, price: i64, size: u32): void {
  if (isOpen && (ts != sweepTs || side != aggressor)) endSweep();
  if (side != SIDE_ASK && side != SIDE_BID) return;
  if (!isOpen) {
    isOpen = true;
    sweepTs = ts;
    aggressor = side;
    from = price;
    prices = 1;
    contracts = 0;
  } else if (price != to || prices > 1) countPrice(price);
  to = price;
  contracts += <i64>size;
  lastEvent = get(EVENT_ID);
}

function countPrice(price: i64): void {
  if (prices == 1) {
    seen().clear();
    seen().insert(<u64>from, 1);
  }
  if (seen().find(<u64>price) != 0) return;
  seen().insert(<u64>price, 1);
  prices += 1;
}

/** Ends the executions under way, if there are any: the event is over. */
@inline
export function endSweep(): void {
  if (isOpen) closeSweep();
}

function closeSweep(): void {
  isOpen = false;
  if (prices < 2 || !tells) return;
  const at = place(SWEEP, sweepTs, lastEvent, aggressor);
  store<i64>(at, to, 16);
  store<i64>(at, from, 24);
  store<i64>(at, contracts, 32);
  store<u32>(at, prices, 56);
}

/** Takes a fill of `size` contracts of a resting order at a price; `whole` when it removed the order. */
export function sawFill(id: u64, price: i64, size: u32, whole: bool, ts: u64): void {
  const slot = watched().find(id);
  let at: usize;
  if (slot == 0) {
    at = newRecord(id);
    store<i64>(at, 0);
    store<u64>(at, ts, SINCE);
    store<u32>(at, 0, REFILLS);
  } else at = recordAt(slot);
  store<i64>(at, load<i64>(at) + <i64>size);
  store<i64>(at, price, PRICE);
  store<u32>(at, whole ? 1 : 0, TAKEN);
  if (whole) noteTaken(id);
}

/**
 * Takes a Modify of an order that a Fill of its event has changed: `left` contracts were left of it, and
 * it shows `shown` at a price and on a side. It is a refill when it shows more where it was filled.
 */
export function sawModify(id: u64, price: i64, side: u32, left: u32, shown: u32, ts: u64): void {
  const slot = watched().find(id);
  if (slot == 0) return;
  const at = recordAt(slot);
  store<u32>(at, 0, TAKEN);
  if (shown <= left || price != load<i64>(at, PRICE)) return;
  const refills = load<u32>(at, REFILLS) + 1;
  store<u32>(at, refills, REFILLS);
  if (!tells) return;
  const to = place(RESERVE, ts, get(EVENT_ID), side);
  store<i64>(to, price, 16);
  store<u64>(to, id, 24);
  store<i64>(to, load<i64>(at), 32);
  store<u64>(to, load<u64>(at, SINCE), 40);
  store<u32>(to, shown - left, 48);
  store<u32>(to, shown, 52);
  store<u32>(to, refills, 56);
}

/** Forgets an order: it was pulled, or another one took its id. */
export function dropOrder(id: u64): void {
  const slot = watched().find(id);
  if (slot != 0) drop(slot);
}

/** Forgets the orders that fills of the event took whole and nothing has refilled. */
export function dropTaken(): void {
  if (takenCount == 0) return;
  for (let i: u32 = 0; i < takenCount; i++) {
    const slot = watched().find(load<u64>(taken + (<usize>i << 3)));
    if (slot != 0 && load<u32>(recordAt(slot), TAKEN) != 0) drop(slot);
  }
  pay(<i32>takenCount);
  takenCount = 0;
}

/** Forgets all orders: the book was cleared. */
export function dropOrders(): void {
  takenCount = 0;
  if (watched().count > 0) watched().clear();
  forgetRecords();
}

/** The place of one more, the first and last of its values written. */
function place(kind: u32, ts: u64, event: i64, side: u32): usize {
  const n = get(EVENTS_WAITING);
  assert(n < BOOK_EVENTS_BYTES / BOOK_EVENT_BYTES);
  set(EVENTS_WAITING, n + 1);
  const at = BOOK_EVENTS + <usize>n * BOOK_EVENT_BYTES;
  store<u64>(at, ts);
  store<i64>(at, event, 8);
  store<u32>(at, kind | (side << 8), 60);
  return at;
}

@inline
function recordAt(slot: usize): usize {
  return records + <usize>(load<u64>(slot, VALUE) - 1) * STRIDE;
}

function newRecord(id: u64): usize {
  let n = firstFree;
  if (n != 0) firstFree = load<u32>(records + <usize>(n - 1) * STRIDE);
  else {
    if (given == room) {
      const more = room == 0 ? 64 : room * 2;
      records = moved(records, <usize>room * STRIDE, <usize>more * STRIDE);
      room = more;
    }
    n = ++given;
  }
  watched().insert(id, n);
  return records + <usize>(n - 1) * STRIDE;
}

function drop(slot: usize): void {
  store<u32>(recordAt(slot), firstFree);
  firstFree = <u32>load<u64>(slot, VALUE);
  watched().remove(slot);
}

function forgetRecords(): void {
  if (records != 0) release(records, <usize>room * STRIDE);
  records = 0;
  room = 0;
  given = 0;
  firstFree = 0;
}

function noteTaken(id: u64): void {
  if (takenCount == takenRoom) {
    const more = takenRoom == 0 ? 64 : takenRoom * 2;
    taken = moved(taken, <usize>takenRoom << 3, <usize>more << 3);
    takenRoom = more;
  }
  store<u64>(taken + (<usize>takenCount << 3), id);
  takenCount += 1;
}

/** A larger block with the bytes of another, which is given back. */
function moved(block: usize, bytes: usize, more: usize): usize {
  const larger = allocate(more);
  if (block != 0) {
    memory.copy(larger, block, bytes);
    release(block, bytes);
    pay(<i32>(bytes >> 8));
  }
  return larger;
}
