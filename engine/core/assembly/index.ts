// The engine's hot path: from bytes of DBN records to grids, in one call for many records. What is rare
// (a mapping, a second publisher, a price that is too far) it stops at, for the host to decide.

import { apply, added0, added1, beginBook, endSnapshot, filled0, hasFillsAt, pulled0, tick0, tick1, touches } from "./book";
import { beginTotals, keepsTotals, keepTotals, noteTouch } from "./bucket_totals";
import {
  beginBookEvents,
  bookEventsAreFull,
  endSweep,
  sweep,
  tellEvents,
  watch,
  watches,
} from "./book_events";
import { beginBuckets, rememberDepth, shift, update } from "./buckets";
import {
  ADD,
  CLEAR,
  F_LAST,
  F_MBP,
  F_SNAPSHOT,
  F_TOB,
  FILL,
  MBO_BYTES,
  MBO_HEAD,
  MODIFY,
  RTYPE_DEFINITION,
  RTYPE_ERROR,
  RTYPE_MBO,
  RTYPE_OF_HEADER,
  RTYPE_OF_ZSTD,
  RTYPE_SYMBOL_MAPPING,
  SIDE_ASK,
  TRADE,
  UNDEF_PRICE,
  UNDEF_SIZE,
  UNDEF_TIMESTAMP,
} from "./constants";
import { beginEmission, writeGrid } from "./emission";
import { fills } from "./fills";
import {
  AFTER_WINDOW,
  ASK_INSTRUMENT,
  ASK_PRESENT,
  ASK_PRICE,
  AT,
  BAD_SIDE,
  BEFORE_WINDOW,
  BID_PRESENT,
  BID_PRICE,
  BOOK_ONLY,
  BOUNDARIES,
  CLEAR_ACTIVE,
  CLEAR_ENDS,
  CLEAR_NONE,
  CLEAR_STATE,
  CLEAR_TS,
  CROSSED,
  EMIT_TS,
  EMITTED,
  EMITTED_TS,
  EVENT_ID,
  EVENT_OPEN,
  FAR_PRICE,
  GAP_AHEAD,
  FLOW_TS,
  GAP_BEGIN,
  GAP_END,
  GAP_FROM,
  GAP_TOLD,
  GRIDS,
  HISTORY_TS,
  IN_SNAPSHOT,
  IS_LIVE,
  KEPT,
  LAST_TS,
  LOST_FLOW,
  MARKED_EVENT,
  MAYBE_BAD,
  MBO_RECORDS,
  OTHER_INSTRUMENT,
  PASSED,
  PHASE,
  PUBLISHER,
  RESUMED_TS,
  SETTLE_EVENT,
  SETTLE_TS,
  SETTLES,
  SILENCE,
  SOLE_ID,
  STOP_BUDGET,
  STOP_FEED,
  STOP_FLOW,
  STOP_GAP,
  STOP_GRID,
  STOP_HISTORY,
  STOP_INPUT,
  STOP_INSTRUMENT,
  STOP_LOOK,
  STOP_PRICE,
  STOP_SETTLED,
  STOP_TRADES,
  STOP_WARMUP,
  THROTTLE,
  TS_BACK,
  TS_BACK_FIRST,
  UNDEFINED_PRICE,
  UNDEFINED_SIZE,
  WANTS_EVENTS,
  WANTS_TOTALS,
  WANTS_TRADES,
  WARMUP_FILLS,
  WARMUP_TS,
  WINDOW_END,
  WINDOW_START,
  WORK,
} from "../layout";
import { beginLevels, bestChanged, refreshBest } from "./levels";
import { orders } from "./orders";
import { outline } from "./outline";
import { beginPrices } from "./prices";
import {
  eventTimeOf,
  instrumentOf,
  marksOf,
  priceOfRecord,
  publisherOf,
  receiptOf,
  sizeOfRecord,
} from "./record";
import { count, get, getTime, is, set } from "./state";
import { begin, Table, tableAt } from "./table";
import { trade, tradesAreFull } from "./trades";
import { payNothing, spent } from "./work";

export { allocate } from "./memory";
export { putSpot } from "./spot";
export { listLevels, listOrders, putOrders } from "./transfer";

/** Ids that are the instrument besides the sole one. */
@inline
function instruments(): Table {
  return tableAt(3);
}

/** Begins with an empty book; what is asked for stands in the state. */
export function start(): void {
  begin(orders(), 10);
  begin(fills(), 6);
  begin(tableAt(2), 6);
  begin(instruments(), 4);
  beginPrices();
  beginLevels();
  beginBook();
  beginBuckets();
  beginEmission();
  beginTotals();
  beginBookEvents();
}

/** Orders that rest. */
export function orderCount(): u32 {
  return orders().count;
}

/** Says that an instrument_id is one of the instrument's. */
export function addInstrument(id: u32): void {
  if (instruments().find(id) == 0) instruments().insert(id, 1);
}

/** Says that an instrument_id is none of the instrument's, or no longer. */
export function dropInstrument(id: u32): void {
  const slot = instruments().find(id);
  if (slot != 0) instruments().remove(slot);
}

/**
 * Goes from record to record until there is something for the host to do.
 *
 * `at` and `end` are where the bytes are; `budget` is the most work, a record counting 1. The state tells
 * where it came to (AT) and how many records of any type it passed (PASSED). Returns what it stopped at.
 */
export function run(at: usize, end: usize, budget: i32): i32 {
  let p = at;
  let passed: i64 = 0;
  let stop = STOP_BUDGET;
  const sole = get(SOLE_ID);
  const windowStart = getTime(WINDOW_START), windowEnd = getTime(WINDOW_END);
  const isLive = is(IS_LIVE), wantsTotals = is(WANTS_TOTALS);
  const wantsEvents = is(WANTS_EVENTS);
  const farPrice = getTime(FAR_PRICE);
  // What changes with every record, and what the host alone changes, in registers.
  const publisher = get(PUBLISHER);
  let hasLostFlow = get(LOST_FLOW) != -1;
  let mbo: i64 = 0, kept: i64 = 0, bookOnly: i64 = 0;
  payNothing();
  while (<i64>passed + spent < <i64>budget) {
    // ---- which records
    if (p + 4 > end) {
      stop = STOP_INPUT;
      break;
    }
    const head = <u32>load<u16>(p);
    let length = MBO_BYTES;
    if (head != MBO_HEAD) {
      const type = head >> 8;
      length = <usize>(head & 0xff) * 4;
      if (type == RTYPE_MBO ? length < MBO_BYTES : length < 16 || isLookedAt(type)) {
        stop = STOP_LOOK;
        break;
      }
      if (p + length > end) {
        stop = STOP_INPUT;
        break;
      }
      if (type != RTYPE_MBO) {
        p += length;
        passed++;
        continue;
      }
    } else if (p + length > end) {
      stop = STOP_INPUT;
      break;
    }
    const instrument = instrumentOf(p);
    if (<i64>instrument != sole && (instruments().count == 0 || instruments().find(instrument) == 0)) {
      if (is(ASK_INSTRUMENT)) {
        stop = STOP_INSTRUMENT;
        break;
      }
      mbo++;
      count(OTHER_INSTRUMENT);
      p += length;
      passed++;
      continue;
    }
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
    if (receipt >= windowEnd) {
      mbo++;
      count(AFTER_WINDOW);
      if (inSnapshot && (flags & F_LAST) != 0 && get(CLEAR_STATE) == CLEAR_ACTIVE) {
        set(CLEAR_STATE, CLEAR_ENDS);
      }
      p += length;
      passed++;
      continue;
    }
    const isBefore = receipt < windowStart;
    if (isBefore && !inSnapshot && action != CLEAR && !isLive) {
      mbo++;
      count(BEFORE_WINDOW);
      if (receipt < getTime(LOST_FLOW)) set(LOST_FLOW, <i64>receipt);
      hasLostFlow = true;
      p += length;
      passed++;
      continue;
    }
    const size = sizeOfRecord(p);
    const price = priceOfRecord(p);
    // Which action it is cannot be foretold, that one of these holds can: it hardly ever does.
    if (
      side - SIDE_ASK > 1 || size == UNDEF_SIZE || price == UNDEF_PRICE ||
      <u64>(price < 0 ? -price : price) >= farPrice
    ) {
      if (isUnusable(action, side, size, price)) {
        mbo++;
        p += length;
        passed++;
        continue;
      }
      if (
        (action == ADD || action == MODIFY) && <u64>(price < 0 ? -price : price) >= farPrice
      ) {
        stop = STOP_PRICE;
        break;
      }
    }
    if (<i64>publisherOf(p) != publisher || (flags & (F_TOB | F_MBP)) != 0) {
      stop = STOP_FEED;
      break;
    }
    if (hasLostFlow) {
      stop = STOP_FLOW;
      break;
    }
    const isEarly = isBefore && isLive;
    // ---- phases, and the boundary before the record
    const phase = get(PHASE);
    if (phase == 1) {
      if (ts >= getTime(WARMUP_TS) && !isEarly) {
        set(PHASE, 2);
        set(WARMUP_FILLS, hasFillsAt(ts) ? 1 : 0);
        stop = STOP_WARMUP;
        break;
      }
    } else {
      if (is(EVENT_OPEN) && ts != getTime(LAST_TS)) {
        set(EVENT_OPEN, 0);
        endSweep();
        if (boundary()) {
          stop = stopOfGrid();
          break;
        }
      }
      if (ts > getTime(SETTLE_TS) && settle()) {
        stop = STOP_SETTLED;
        break;
      }
    }
    if ((inSnapshot || get(GAP_FROM) != -1) && meetsGap(inSnapshot, action, ts)) {
      stop = STOP_GAP;
      break;
    }
    // ---- the record is kept
    if (get(CLEAR_STATE) != CLEAR_NONE) {
      // A run ends with its F_LAST record, or before a kept record outside of it.
      if (!inSnapshot) set(CLEAR_STATE, CLEAR_NONE);
      else if (get(CLEAR_STATE) == CLEAR_ACTIVE && (flags & F_LAST) != 0) {
        set(CLEAR_STATE, CLEAR_ENDS);
      }
    }
    mbo++;
    kept++;
    if (phase == 0) {
      if (!isEarly) outline(ts, action, inSnapshot);
      p += length;
      passed++;
      continue;
    }
    const isFull = phase != 1 && !isEarly;
    if (wantsTotals && isFull && !keepsTotals) keepTotals();
    if (wantsEvents && isFull) {
      if (!watches) watch();
      tellEvents(!inSnapshot && isShown(ts));
    }
    if (!inSnapshot && is(IN_SNAPSHOT)) {
      endSnapshot();
      if (isFull) followSnapshot();
    }
    if (is(GAP_AHEAD)) {
      set(GAP_AHEAD, 0);
      set(MAYBE_BAD, 1);
    }
    // Back, or on after a silence: one comparison tells of both, which hardly ever are.
    if (ts - getTime(LAST_TS) > <u64>SILENCE) noteLeap(ts);
    set(LAST_TS, <i64>ts);
    apply(p, action, side, flags, ts);
    if (inSnapshot || isEarly) set(MARKED_EVENT, get(EVENT_ID));
    if (action == TRADE && !isEarly) {
      // The event that the first grid shows is still warm-up's, and its executions count.
      const isTold = isFull && is(WANTS_TRADES) && isShown(ts);
      if (trade(p, ts, side, isTold) && watches && !inSnapshot) {
        sweep(ts, side, priceOfRecord(p), sizeOfRecord(p));
      }
    }
    p += length;
    passed++;
    if (!isFull) {
      bookOnly++;
      continue;
    }
    // ---- the buckets, and the boundary after the record
    const isLast = (flags & F_LAST) != 0;
    if (inSnapshot) {
      set(EVENT_OPEN, 0);
      endSweep();
      if (!isLast) {
        if (!isFullOfNews()) continue;
        stop = STOP_TRADES;
        break;
      }
      followSnapshot();
    } else {
      shift();
      if (touches > 0) {
        if (wantsTotals) {
          noteTouch(tick0, added0, pulled0, filled0);
          if (touches > 1) noteTouch(tick1, added1, 0, 0);
        }
        const event = get(EVENT_ID);
        update(tick0, added0, pulled0, filled0, ts, event);
        if (touches > 1) update(tick1, added1, 0, 0, ts, event);
      }
      set(EVENT_OPEN, isLast ? 0 : 1);
      if (isLast) endSweep();
      if (isFullOfNews()) {
        // Not between a record and the boundary after it.
        if (!isLast) {
          stop = STOP_TRADES;
          break;
        }
      }
      if (!isLast) continue;
    }
    if (boundary()) {
      stop = stopOfGrid();
      break;
    }
    if (isFullOfNews()) {
      stop = STOP_TRADES;
      break;
    }
  }
  // Within a snapshot spot does not follow them yet.
  if (bestChanged) refreshBest();
  set(MBO_RECORDS, get(MBO_RECORDS) + mbo);
  set(KEPT, get(KEPT) + kept);
  set(BOOK_ONLY, get(BOOK_ONLY) + bookOnly);
  set(AT, <i64>p);
  set(PASSED, passed);
  set(WORK, get(WORK) + spent);
  return stop;
}

@inline
function isLookedAt(type: u32): bool {
  return type == RTYPE_OF_HEADER || type == RTYPE_OF_ZSTD || type == RTYPE_SYMBOL_MAPPING ||
    type == RTYPE_ERROR || type == RTYPE_DEFINITION;
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

function followSnapshot(): void {
  shift();
  rememberDepth();
}

/** Whether what happens in an event of some time is part of what grids show. */
@inline
function isShown(ts: u64): bool {
  return get(PHASE) == 3 || ts >= getTime(EMIT_TS);
}

/** Whether no record can be taken before the host took executions and events that wait. */
@inline
function isFullOfNews(): bool {
  return tradesAreFull() || bookEventsAreFull();
}

function noteLeap(ts: u64): void {
  if (ts > getTime(LAST_TS)) {
    set(RESUMED_TS, <i64>ts);
    return;
  }
  count(TS_BACK);
  if (!is(TS_BACK_FIRST)) set(TS_BACK_FIRST, get(EVENT_ID) + 1);
}

/** Passes an event boundary after the last record; whether a grid is emitted there. */
function boundary(): bool {
  count(BOUNDARIES);
  if (is(BID_PRESENT) && is(ASK_PRESENT) && get(BID_PRICE) >= get(ASK_PRICE)) count(CROSSED);
  const ts = getTime(LAST_TS);
  if (get(PHASE) == 2) {
    if (ts < getTime(EMIT_TS)) return ts >= getTime(HISTORY_TS) && emits(ts);
    set(PHASE, 3);
    set(EMITTED, 0);
  }
  if (!emits(ts)) return false;
  count(GRIDS);
  return true;
}

/** Emits a grid, unless one was emitted so short a time ago. */
function emits(ts: u64): bool {
  if (is(EMITTED)) {
    const before = getTime(EMITTED_TS);
    if (ts < before) return false;
    if (ts - before < getTime(THROTTLE)) {
      if (is(SETTLES) && get(PHASE) == 3) {
        set(SETTLE_TS, <i64>(before + getTime(THROTTLE)));
        set(SETTLE_EVENT, get(EVENT_ID));
      }
      return false;
    }
  }
  set(EMITTED, 1);
  set(EMITTED_TS, <i64>ts);
  set(SETTLE_TS, -1);
  writeGrid(ts);
  return true;
}

@inline
function stopOfGrid(): i32 {
  return get(PHASE) == 2 ? STOP_HISTORY : STOP_GRID;
}

/**
 * Shows the boundary that came too soon, if there is one and nothing has come since: what stands
 * there is then as old as the last grid no longer. Neither the throttle nor a counter knows of it.
 */
export function settle(): bool {
  if (get(SETTLE_TS) == -1) return false;
  set(SETTLE_TS, -1);
  if (get(SETTLE_EVENT) != get(EVENT_ID)) return false;
  writeGrid(getTime(LAST_TS));
  return true;
}
