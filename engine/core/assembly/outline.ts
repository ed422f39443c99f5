// Records of a session by the minute, without a book.

import { CLEAR } from "./constants";
import { BIN_COUNT, EXCHANGE, OUTLINE_FIRST, OUTLINE_LAST, WINDOW_START } from "../layout";
import { get, getTime, set } from "./state";

const BIN_NS: u64 = 60_000_000_000;

/** Counts a kept record. What is of the book before the window, a snapshot or a Clear, is in no bin. */
export function outline(ts: u64, action: u32, inSnapshot: bool): void {
  const start = getTime(WINDOW_START);
  // Flow belongs to the window by when it was received: it may have happened just before.
  if (ts < start && (inSnapshot || action == CLEAR)) return;
  if (get(OUTLINE_FIRST) == -1) set(OUTLINE_FIRST, <i64>ts);
  set(OUTLINE_LAST, <i64>ts);
  const bin = ts < start ? 0 : min((ts - start) / BIN_NS, <u64>get(BIN_COUNT) - 1);
  const at = EXCHANGE + (<usize>bin << 3);
  store<i64>(at, load<i64>(at) + 1);
}
