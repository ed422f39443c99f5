// Which records reach the book, and what a record brings about by coming: the end of a phase, an event, a
// snapshot or a gap (docs/pipeline.md). Nearly all records bring about nothing, which takes a few
// comparisons to tell.

import { endSnapshot, hasFillsAt } from "./book";
import { endSweep } from "./book_events";
import { boundary, followSnapshot, settle, stopOfGrid } from "./boundaries";
import {
  ADD,
  CLEAR,
  FILL,
  F_LAST,
  F_MBP,
  F_SNAPSHOT,
  F_TOB,
  MODIFY,
  SIDE_ASK,
  UNDEF_PRICE,
  UNDEF_SIZE,
  UNDEF_TIMESTAMP,
} from "./constants";
import {
  AFTER_WINDOW,
  BAD_SIDE,
  BEFORE_WINDOW,
  CLEAR_ACTIVE,
  CLEAR_ENDS,
  CLEAR_NONE,
  CLEAR_STATE,
  CLEAR_TS,
  EVENT_ID,
  EVENT_OPEN,
  FAR_PRICE,
  FLOW_TS,
  GAP_AHEAD,
  GAP_BEGIN,
  GAP_END,
  GAP_FROM,
  GAP_TOLD,
  IN_SNAPSHOT,
  IS_LIVE,
  LAST_TS,
  LOST_FLOW,
  MARKED_EVENT,
  MAYBE_BAD,
  PHASE,
  PUBLISHER,
  RESUMED_TS,
  SETTLE_TS,
  SILENCE,
  STOP_FEED,
  STOP_FLOW,
  STOP_GAP,
  STOP_PRICE,
  STOP_SETTLED,
  STOP_WARMUP,
  TS_BACK,
  TS_BACK_FIRST,
  UNDEFINED_PRICE,
  UNDEFINED_SIZE,
  WARMUP_FILLS,
  WARMUP_TS,
  WINDOW_END,
  WINDOW_START,
} from "../layout";
import {
  eventTimeOf,
  marksOf,
  priceOfRecord,
  publisherOf,
  receiptOf,
  sizeOfRecord,
} from "./record";
import { count, get, getTime, is, set } from "./state";

/** What `decide` returns when it is no stop: the record is kept, or left out. */
export const KEEP: i32 = -1;
export const LEAVE_OUT: i32 = -2;

// Of the record that `decide` kept.
/** Its time, which a snapshot may say. */
export let keptTs: u64 = 0;
export let keptInSnapshot: bool = false;
/** Whether it is of a live recording, from before the window. */
export let keptIsEarly: bool = false;

/** Whether nothing is under way that a record may end by coming. */
export function isQuiet(): bool {
  return get(CLEAR_STATE) == CLEAR_NONE && get(GAP_FROM) == -1 && get(LOST_FLOW) == -1 &&
    !is(IN_SNAPSHOT) && !is(GAP_AHEAD);
}

/**
 * Whether about a record, when all is quiet, there is nothing to decide: it is kept as it is, and no
 * boundary, phase or silence comes before it. What this says no to, `decide` looks at closely.
 *
 * `head` is what its first 8 bytes are to be, `endTs` a time that it is to be before.
 */
@inline
export function isPlain(
  p: usize,
  head: u64,
  windowStart: u64,
  windowEnd: u64,
  farPrice: u64,
  endTs: u64,
): bool {
  if (load<u64>(p) != head) return false;
  const marks = marksOf(p);
  if ((marks & (F_SNAPSHOT | F_TOB | F_MBP)) != 0 || (marks >> 24) - SIDE_ASK > 1) return false;
  const price = priceOfRecord(p);
  if (price == UNDEF_PRICE || distance(price) >= farPrice) return false;
  const receipt = receiptOf(p);
  if (sizeOfRecord(p) == UNDEF_SIZE || receipt < windowStart || receipt >= windowEnd) return false;
  const ts = eventTimeOf(p), last = getTime(LAST_TS);
  if (ts - last > <u64>SILENCE || ts >= endTs || ts > getTime(SETTLE_TS)) return false;
  return ts == last || !is(EVENT_OPEN);
}

/** Decides about a record of the instrument: KEEP, LEAVE_OUT, or what to stop at before it. */
export function decide(p: usize): i32 {
  const marks = marksOf(p);
  const flags = marks & 0xff, action = (marks >> 16) & 0xff, side = marks >> 24;
  let ts = eventTimeOf(p), receipt = receiptOf(p);
  if (receipt == UNDEF_TIMESTAMP) receipt = ts;
  else if (ts == UNDEF_TIMESTAMP) ts = receipt;
  const inSnapshot = (flags & F_SNAPSHOT) != 0;
  if (inSnapshot || get(CLEAR_STATE) != CLEAR_NONE) {
    if (get(CLEAR_STATE) == CLEAR_ENDS) set(CLEAR_STATE, CLEAR_NONE);
    if (inSnapshot) {
      if (action == CLEAR) {
        set(CLEAR_STATE, CLEAR_ACTIVE);
        set(CLEAR_TS, <i64>receipt);
      }
      if (get(CLEAR_STATE) == CLEAR_ACTIVE) {
        // The run goes as a whole, with the time at which the snapshot was taken.
        ts = receipt = getTime(CLEAR_TS);
      }
    }
  }
  if (receipt >= getTime(WINDOW_END)) {
    count(AFTER_WINDOW);
    if (inSnapshot && (flags & F_LAST) != 0 && get(CLEAR_STATE) == CLEAR_ACTIVE) {
      set(CLEAR_STATE, CLEAR_ENDS);
    }
    return LEAVE_OUT;
  }
  const isBefore = receipt < getTime(WINDOW_START);
  const isEarly = isBefore && is(IS_LIVE);
  if (isBefore && !inSnapshot && action != CLEAR && !isEarly) {
    count(BEFORE_WINDOW);
    if (receipt < getTime(LOST_FLOW)) set(LOST_FLOW, <i64>receipt);
    return LEAVE_OUT;
  }
  const size = sizeOfRecord(p);
  const price = priceOfRecord(p);
  if (isUnusable(action, side, size, price)) return LEAVE_OUT;
  if ((action == ADD || action == MODIFY) && distance(price) >= getTime(FAR_PRICE)) {
    return STOP_PRICE;
  }
  if (<i64>publisherOf(p) != get(PUBLISHER) || (flags & (F_TOB | F_MBP)) != 0) return STOP_FEED;
  if (get(LOST_FLOW) != -1) return STOP_FLOW;
  // ---- phases, and the boundary before the record
  const phase = get(PHASE);
  if (phase == 1) {
    if (ts >= getTime(WARMUP_TS) && !isEarly) {
      set(PHASE, 2);
      set(WARMUP_FILLS, hasFillsAt(ts) ? 1 : 0);
      return STOP_WARMUP;
    }
  } else {
    if (is(EVENT_OPEN) && ts != getTime(LAST_TS)) {
      set(EVENT_OPEN, 0);
      endSweep();
      if (boundary()) return stopOfGrid();
    }
    if (ts > getTime(SETTLE_TS) && settle()) return STOP_SETTLED;
  }
  if ((inSnapshot || get(GAP_FROM) != -1) && meetsGap(inSnapshot, action, ts)) return STOP_GAP;
  // ---- the record is kept
  if (get(CLEAR_STATE) != CLEAR_NONE) {
    // A run ends with its F_LAST record, or before a kept record outside of it.
    if (!inSnapshot) set(CLEAR_STATE, CLEAR_NONE);
    else if (get(CLEAR_STATE) == CLEAR_ACTIVE && (flags & F_LAST) != 0) {
      set(CLEAR_STATE, CLEAR_ENDS);
    }
  }
  keptTs = ts;
  keptInSnapshot = inSnapshot;
  keptIsEarly = isEarly;
  if (phase == 0) return KEEP;
  if (!inSnapshot && is(IN_SNAPSHOT)) {
    endSnapshot();
    if (phase != 1 && !isEarly) followSnapshot();
  }
  if (is(GAP_AHEAD)) {
    set(GAP_AHEAD, 0);
    set(MAYBE_BAD, 1);
  }
  // Back, or on after a silence: one comparison tells of both.
  if (ts - getTime(LAST_TS) > <u64>SILENCE) noteLeap(ts);
  return KEEP;
}

/** How far a price is from 0. */
@inline
function distance(price: i64): u64 {
  return <u64>(price < 0 ? -price : price);
}

/** Counts a record that the book rules skip; whether it is one. */
function isUnusable(action: u32, side: u32, size: u32, price: i64): bool {
  if (action == ADD || action == MODIFY) {
    if (price == UNDEF_PRICE) {
      count(UNDEFINED_PRICE);
      return true;
    }
    if (side - SIDE_ASK > 1) {
      count(BAD_SIDE);
      return true;
    }
  } else if (action != FILL) return false;
  if (size != UNDEF_SIZE) return false;
  count(UNDEFINED_SIZE);
  return true;
}

/**
 * Whether the next record tells of a gap: flow of the session came, and then a snapshot, which stands for
 * what was missed (docs/pipeline.md). It is told of once, before the record.
 */
function meetsGap(inSnapshot: bool, action: u32, ts: u64): bool {
  if (get(PHASE) == 0) return false;
  if (!inSnapshot) {
    // The end of one whose snapshot did not say when it was taken.
    tellGap(get(GAP_FROM), ts);
    set(GAP_FROM, -1);
    return true;
  }
  if (is(GAP_TOLD)) {
    set(GAP_TOLD, 0);
    return false;
  }
  const isUnfinished = is(IN_SNAPSHOT);
  if (isUnfinished && action != CLEAR) return false;
  if (get(EVENT_ID) != get(MARKED_EVENT)) set(FLOW_TS, get(LAST_TS));
  if (isUnfinished || get(FLOW_TS) == -1) return false;
  if (action != CLEAR) {
    set(GAP_FROM, get(FLOW_TS));
    return false;
  }
  tellGap(get(FLOW_TS), ts);
  set(GAP_TOLD, 1);
  return true;
}

function tellGap(from: i64, to: u64): void {
  set(GAP_BEGIN, from);
  set(GAP_END, <i64>to);
}

function noteLeap(ts: u64): void {
  if (ts > getTime(LAST_TS)) {
    set(RESUMED_TS, <i64>ts);
    return;
  }
  count(TS_BACK);
  if (!is(TS_BACK_FIRST)) set(TS_BACK_FIRST, get(EVENT_ID) + 1);
}

