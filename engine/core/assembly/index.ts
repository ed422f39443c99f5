// The engine's hot path: from bytes of DBN records to grids, in one call for many records. What is rare
// (a mapping, a second publisher, a price that is too far) it stops at, for the host to decide.

import { boundary, followSnapshot, isShown, stopOfGrid } from "./boundaries";
import { apply, added0, added1, beginBook, filled0, pulled0, tick0, tick1, touches } from "./book";
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
import { beginBuckets, shift, update } from "./buckets";
import {
  F_LAST,
  MBO_BYTES,
  MBO_HEAD,
  RTYPE_DEFINITION,
  RTYPE_ERROR,
  RTYPE_MBO,
  RTYPE_OF_HEADER,
  RTYPE_OF_ZSTD,
  RTYPE_SYMBOL_MAPPING,
  TRADE,
  UNDEF_TIMESTAMP,
} from "./constants";
import { beginEmission } from "./emission";
import { fills } from "./fills";
import {
  ASK_INSTRUMENT,
  AT,
  BOOK_ONLY,
  EVENT_ID,
  EVENT_OPEN,
  FAR_PRICE,
  KEPT,
  LAST_TS,
  MARKED_EVENT,
  MBO_RECORDS,
  OTHER_INSTRUMENT,
  PASSED,
  PHASE,
  PUBLISHER,
  SOLE_ID,
  STOP_BUDGET,
  STOP_INPUT,
  STOP_INSTRUMENT,
  STOP_LOOK,
  STOP_TRADES,
  WANTS_EVENTS,
  WANTS_TOTALS,
  WANTS_TRADES,
  WARMUP_TS,
  WINDOW_END,
  WINDOW_START,
  WORK,
} from "../layout";
import { beginLevels, bestChanged, refreshBest } from "./levels";
import { orders } from "./orders";
import { outline } from "./outline";
import { beginPrices } from "./prices";
import { eventTimeOf, instrumentOf, marksOf, priceOfRecord, sizeOfRecord } from "./record";
import {
  decide,
  isPlain,
  isQuiet,
  KEEP,
  keptInSnapshot,
  keptIsEarly,
  keptTs,
  LEAVE_OUT,
} from "./selection";
import { get, getTime, is, set } from "./state";
import { begin, Table, tableAt } from "./table";
import { trade, tradesAreFull } from "./trades";
import { payNothing, spent } from "./work";

export { settle } from "./boundaries";
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
  const sole = get(SOLE_ID), publisher = get(PUBLISHER);
  const windowStart = getTime(WINDOW_START), windowEnd = getTime(WINDOW_END);
  const farPrice = getTime(FAR_PRICE);
  const wantsTotals = is(WANTS_TOTALS), wantsEvents = is(WANTS_EVENTS);
  // How nearly all records begin, once both are known.
  const head: u64 = MBO_HEAD | (<u64>publisher << 16) | (<u64>sole << 32);
  const mayBeQuiet = publisher >= 0 && sole >= 0;
  let quiet = false, isFull = false;
  let endTs: u64 = 0;
  let foreign: i64 = 0, mbo: i64 = 0, kept: i64 = 0, bookOnly: i64 = 0;
  payNothing();
  while (<i64>passed + spent < <i64>budget) {
    if (!quiet && mayBeQuiet && isQuiet()) {
      quiet = true;
      isFull = get(PHASE) != 1;
      endTs = isFull ? UNDEF_TIMESTAMP : getTime(WARMUP_TS);
    }
    let length = MBO_BYTES;
    let ts: u64 = 0;
    let inSnapshot = false, isEarly = false;
    if (
      quiet && p + MBO_BYTES <= end && isPlain(p, head, windowStart, windowEnd, farPrice, endTs)
    ) {
      ts = eventTimeOf(p);
    } else {
      if (p + 4 > end) {
        stop = STOP_INPUT;
        break;
      }
      const type = <u32>load<u8>(p, 1);
      length = <usize>load<u8>(p) * 4;
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
      const instrument = instrumentOf(p);
      if (<i64>instrument != sole && !isInstrument(instrument)) {
        if (is(ASK_INSTRUMENT)) {
          stop = STOP_INSTRUMENT;
          break;
        }
        foreign++;
        p += length;
        passed++;
        continue;
      }
      quiet = false;
      const decided = decide(p);
      if (decided == LEAVE_OUT) {
        mbo++;
        p += length;
        passed++;
        continue;
      }
      if (decided != KEEP) {
        stop = decided;
        break;
      }
      ts = keptTs;
      inSnapshot = keptInSnapshot;
      isEarly = keptIsEarly;
      isFull = get(PHASE) != 1 && !isEarly;
    }
    mbo++;
    kept++;
    const marks = marksOf(p);
    const flags = marks & 0xff, action = (marks >> 16) & 0xff, side = marks >> 24;
    if (get(PHASE) == 0) {
      if (!isEarly) outline(ts, action, inSnapshot);
      set(LAST_TS, <i64>ts);
      p += length;
      passed++;
      continue;
    }
    if (wantsTotals && isFull && !keepsTotals) keepTotals();
    if (wantsEvents && isFull) {
      if (!watches) watch();
      tellEvents(!inSnapshot && isShown(ts));
    }
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
  set(MBO_RECORDS, get(MBO_RECORDS) + foreign + mbo);
  set(OTHER_INSTRUMENT, get(OTHER_INSTRUMENT) + foreign);
  set(KEPT, get(KEPT) + kept);
  set(BOOK_ONLY, get(BOOK_ONLY) + bookOnly);
  set(AT, <i64>p);
  set(PASSED, passed);
  set(WORK, get(WORK) + spent);
  return stop;
}

/** Whether an id is one of the instrument's besides the sole one. */
@inline
function isInstrument(id: u32): bool {
  return instruments().count != 0 && instruments().find(id) != 0;
}

@inline
function isLookedAt(type: u32): bool {
  return type == RTYPE_OF_HEADER || type == RTYPE_OF_ZSTD || type == RTYPE_SYMBOL_MAPPING ||
    type == RTYPE_ERROR || type == RTYPE_DEFINITION;
}

/** Whether no record can be taken before the host took executions and events that wait. */
@inline
function isFullOfNews(): bool {
  return tradesAreFull() || bookEventsAreFull();
}

