// Event boundaries: which of them are emitted as grids (docs/pipeline.md, "Phases").

import { A, rememberDepth, shift } from "./buckets";
import { writeGrid } from "./emission";
import {
  ASK_PRESENT,
  ASK_PRICE,
  BID_PRESENT,
  BID_PRICE,
  BOUNDARIES,
  CROSSED,
  EMITTED,
  EMITTED_TS,
  EMIT_TS,
  EVENT_ID,
  GRIDS,
  HISTORY_TS,
  LAST_TS,
  PHASE,
  SETTLES,
  SETTLE_EVENT,
  SETTLE_TS,
  STOP_GRID,
  STOP_HISTORY,
  THROTTLE,
} from "../layout";
import { count, get, getTime, is, set } from "./state";

/** Passes an event boundary after the last record; whether a grid is emitted there. */
export function boundary(): bool {
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

/** What a grid stops for. */
@inline
export function stopOfGrid(): i32 {
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

/** Whether what happens in an event of some time is part of what grids show. */
@inline
export function isShown(ts: u64): bool {
  return get(PHASE) == 3 || ts >= getTime(EMIT_TS);
}

/** A snapshot is over: a book that was rebuilt is not flow. */
export function followSnapshot(): void {
  shift();
  rememberDepth();
}

