import { ACTION, F_SNAPSHOT } from "../dbn/constants.ts";
import { nextTurn, turnIsOver } from "../turn.ts";
import type { Replay } from "./replay.ts";

/** Length of an outline's bins, seconds. */
export const BIN_SECONDS = 60;

const BIN_NS = BIN_SECONDS * 1e9;

/** Where a session has data. */
export interface Outline {
  /** Where the session window, and so the first bin, begins: UTC nanoseconds since the epoch. */
  windowStartNs: bigint;
  /** Times of the first and last kept record within the window; null when there is none. */
  firstNs: bigint | null;
  lastNs: bigint | null;
  /** Kept records of each bin of the window. */
  records: number[];
}

/**
 * Counts the records of a session by the minute: one pass over the file without a book, in turns
 * that let others have theirs. What the window lets pass from before its start, the records of a
 * snapshot, is in no bin.
 *
 * @param replay the file, of which nothing but the header was read
 * @returns the outline
 * @throws UserError on a damaged or truncated file
 */
export async function outlineOf(replay: Replay): Promise<Outline> {
  const { records } = replay;
  const { startNs, endNs, midnightNs } = records.filter;
  const startTs = Number(startNs - midnightNs);
  const bins = new Array<number>(Math.ceil(Number(endNs - startNs) / BIN_NS)).fill(0);
  let firstTs: number | null = null;
  let lastTs: number | null = null;
  for (;;) {
    while (records.next()) {
      const { ts } = records;
      // Flow belongs to the window by when it was received: it may have happened just before.
      const isFlow = (records.flags & F_SNAPSHOT) === 0 && records.action !== ACTION.CLEAR;
      if (records.isEarly || (ts < startTs && !isFlow)) continue;
      firstTs ??= ts;
      lastTs = ts;
      const bin = Math.floor((ts - startTs) / BIN_NS);
      bins[Math.min(Math.max(bin, 0), bins.length - 1)]! += 1;
    }
    const more = replay.fill();
    if (!(typeof more === "boolean" ? more : await more)) break;
    if (turnIsOver()) await nextTurn();
  }
  replay.finish();
  const nsOf = (ts: number | null) => ts === null ? null : midnightNs + BigInt(ts);
  return { windowStartNs: startNs, firstNs: nsOf(firstTs), lastNs: nsOf(lastTs), records: bins };
}
