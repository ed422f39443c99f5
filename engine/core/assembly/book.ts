// The order book, rebuilt record by record (docs/engine.md, "Book rules").

import {
  ADD,
  CANCEL,
  CLEAR,
  F_LAST,
  F_MAYBE_BAD_BOOK,
  F_SNAPSHOT,
  FILL,
  MODIFY,
  UNDEF_SIZE,
} from "./constants";
import { dropOrder, dropOrders, dropTaken, sawFill, sawModify, watches } from "./book_events";
import { anyFills, filled, fills, forget, noteFill, setFilled, takenWhole, wasFilled } from "./fills";
import {
  BOOK_VALID,
  DUPLICATE_ADDS,
  EVENT_ID,
  IN_SNAPSHOT,
  MAYBE_BAD,
  UNKNOWN_CANCELS,
  UNKNOWN_FILLS,
  UNKNOWN_MODIFIES,
} from "../layout";
import { countOrder, forgetOrders, keepsTotals } from "./bucket_totals";
import { change, clearLevels } from "./levels";
import { insertFound, insertOrder, keyAt, orders, qtyAt, setOrder, setQty } from "./orders";
import { bucketOf, clearPrices, priceOf, releaseKey, retainKey } from "./prices";
import { idOf, priceOfRecord, sizeOfRecord } from "./record";
import { updateSpot } from "./spot";
import { count, is, set } from "./state";

/** Touches of the last record: a tick and what was added, pulled and filled there. */
export let touches: i32 = 0;
export let tick0: i64 = 0;
export let added0: f64 = 0;
export let pulled0: f64 = 0;
export let filled0: f64 = 0;
export let tick1: i64 = 0;
export let added1: f64 = 0;

/** Time of the event that fills are remembered of. */
let eventTs: u64 = 0;

export function beginBook(): void {
  eventTs = 0;
  touches = 0;
}

/** Forgets fills of an event that a record of some time is not of; whether there are others. */
export function hasFillsAt(ts: u64): bool {
  if (ts != eventTs && anyFills()) endFills();
  return anyFills();
}

/** Applies a kept record: rules 1 to 5. A snapshot that this record ends is over when it returns. */
@inline
export function apply(p: usize, action: u32, side: u32, flags: u32, ts: u64): void {
  count(EVENT_ID);
  touches = 0;
  if (ts != eventTs && anyFills()) endFills();
  eventTs = ts;
  if ((flags & F_SNAPSHOT) == 0) {
    if ((flags & F_MAYBE_BAD_BOOK) != 0) set(MAYBE_BAD, 1);
    set(BOOK_VALID, 1);
    changeBook(p, action, side);
    updateSpot();
    if ((flags & F_LAST) != 0 && anyFills()) endFills();
    return;
  }
  applySnapshot(p, action, side, flags);
}

/** Ends a snapshot: the book is valid again and spot follows it. */
export function endSnapshot(): void {
  set(IN_SNAPSHOT, 0);
  set(BOOK_VALID, 1);
  updateSpot();
}

function applySnapshot(p: usize, action: u32, side: u32, flags: u32): void {
  if (!is(IN_SNAPSHOT)) {
    set(IN_SNAPSHOT, 1);
    // Nothing shows the book within a snapshot, so a doubt that its end clears may go now; then one
    // that its own records raise outlives it.
    set(MAYBE_BAD, 0);
    if (action != CLEAR && orders().count > 0) clearBook();
  }
  if ((flags & F_MAYBE_BAD_BOOK) != 0) set(MAYBE_BAD, 1);
  set(BOOK_VALID, 0);
  changeBook(p, action, side);
  touches = 0;
  if ((flags & F_LAST) != 0) {
    endFills();
    endSnapshot();
  }
}

@inline
function changeBook(p: usize, action: u32, side: u32): void {
  // Before the action, which cannot be foretold.
  const id = idOf(p);
  const home = orders().home(id), matching = orders().matches(id, home);
  if (action == ADD) add(p, id, home, matching, side);
  else if (action == CANCEL) cancel(p, id, home, matching);
  else if (action == MODIFY) modify(p, id, home, matching, side);
  else if (action == FILL) fill(p, id, home, matching);
  else if (action == CLEAR) {
    clearBook();
    set(BOOK_VALID, 0);
  }
}

@inline
function add(p: usize, id: u64, home: usize, matching: u32, side: u32): void {
  const size = sizeOfRecord(p);
  if (size == 0) {
    if (anyFills()) setFilled(id, 0);
    return;
  }
  if (anyFills()) {
    forget(id);
    if (watches) dropOrder(id);
  }
  const key = retainKey(priceOfRecord(p), side);
  const slot = orders().findFrom(id, home, matching);
  if (slot != 0) {
    count(DUPLICATE_ADDS);
    if (watches) dropOrder(id);
    replace(slot, key, size);
  } else {
    insertFound(id, key, size);
    change(key, <i64>size);
    if (keepsTotals) countOrder(key, 1);
  }
  touch(key, <f64>size, 0, 0);
}

@inline
function cancel(p: usize, id: u64, home: usize, matching: u32): void {
  const size = sizeOfRecord(p);
  const slot = orders().findFrom(id, home, matching);
  if (slot == 0) {
    if (!anyFills() || !takenWhole(id)) count(UNKNOWN_CANCELS);
    return;
  }
  const qty = qtyAt(slot);
  let cut = min(qty, size);
  if (anyFills()) {
    if (size == UNDEF_SIZE) setFilled(id, 0);
    else {
      const executed = filled(id);
      cut = min(qty, size > executed ? size - executed : 0);
      if (executed > 0) setFilled(id, executed - min(size, executed));
    }
  }
  if (cut == 0) return;
  const key = keyAt(slot);
  touch(key, 0, <f64>cut, 0);
  if (watches && cut == qty) dropOrder(id);
  reduce(slot, key, qty, cut);
}

@inline
function modify(p: usize, id: u64, home: usize, matching: u32, side: u32): void {
  const size = sizeOfRecord(p);
  const slot = orders().findFrom(id, home, matching);
  if (slot == 0) {
    modifyUnknown(p, id, size, side);
    return;
  }
  const qty = qtyAt(slot);
  const old = keyAt(slot);
  if (anyFills()) {
    if (watches && size != 0 && wasFilled(id)) {
      sawModify(id, priceOfRecord(p), side, qty, size, eventTs);
    }
    forget(id);
  }
  if (size == 0) {
    if (watches) dropOrder(id);
    touch(old, 0, <f64>qty, 0);
    reduce(slot, old, qty, qty);
    return;
  }
  const key = retainKey(priceOfRecord(p), side);
  if (key != old) {
    touch(old, 0, <f64>qty, 0);
    replace(slot, key, size);
    touch(key, <f64>size, 0, 0);
    return;
  }
  releaseKey(key);
  setQty(slot, size);
  const delta = <i64>size - <i64>qty;
  if (delta != 0) change(key, delta);
  touch(key, <f64>max<i64>(0, delta), <f64>max<i64>(0, -delta), 0);
}

function modifyUnknown(p: usize, id: u64, size: u32, side: u32): void {
  if (size == 0) {
    setFilled(id, 0);
    return;
  }
  const refreshed = takenWhole(id);
  if (!refreshed) count(UNKNOWN_MODIFIES);
  else if (watches) sawModify(id, priceOfRecord(p), side, 0, size, eventTs);
  forget(id);
  const key = retainKey(priceOfRecord(p), side);
  insertOrder(id, key, size);
  change(key, <i64>size);
  if (keepsTotals) countOrder(key, 1);
  if (refreshed) touch(key, <f64>size, 0, 0);
}

function fill(p: usize, id: u64, home: usize, matching: u32): void {
  const size = sizeOfRecord(p);
  const slot = orders().findFrom(id, home, matching);
  if (size == 0) return;
  if (slot == 0) {
    count(UNKNOWN_FILLS);
    return;
  }
  const qty = qtyAt(slot);
  const cut = min(size, qty);
  const key = keyAt(slot);
  touch(key, 0, 0, <f64>size);
  if (watches) sawFill(id, priceOf(key), size, cut == qty, eventTs);
  reduce(slot, key, qty, cut);
  noteFill(id, cut, cut == qty);
}

/** The event is over. */
function endFills(): void {
  dropTaken();
  fills().clear();
}

function clearBook(): void {
  forgetOrders();
  dropOrders();
  orders().clear();
  fills().clear();
  clearLevels();
  clearPrices();
}

/** Moves a resting order to another price, side or quantity. */
@inline
function replace(slot: usize, key: i32, qty: u32): void {
  const old = keyAt(slot);
  change(old, -<i64>qtyAt(slot));
  if (keepsTotals) {
    countOrder(old, -1);
    countOrder(key, 1);
  }
  releaseKey(old);
  setOrder(slot, key, qty);
  change(key, <i64>qty);
}

/** Takes contracts from an order. */
@inline
function reduce(slot: usize, key: i32, qty: u32, cut: u32): void {
  change(key, -<i64>cut);
  if (cut < qty) setQty(slot, qty - cut);
  else {
    if (keepsTotals) countOrder(key, -1);
    releaseKey(key);
    orders().remove(slot);
  }
}

@inline
function touch(key: i32, added: f64, pulled: f64, executed: f64): void {
  if (touches == 0) {
    tick0 = bucketOf(key);
    added0 = added;
    pulled0 = pulled;
    filled0 = executed;
  } else {
    // The second touch of a record is what a move adds at its new price.
    tick1 = bucketOf(key);
    added1 = added;
  }
  touches += 1;
}
