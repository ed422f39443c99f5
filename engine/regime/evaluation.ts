import { UserError } from "../errors.ts";
import { etTimeNs, formatEt } from "../session.ts";
import { midnightNs } from "../source/replay.ts";
import type { RegimeWindow } from "./params.ts";

const HOUR_NS = 3600e9;

/** A stretch of the evaluation, nanoseconds since midnight UTC of the date. */
export interface Hour {
  startTs: number;
  /** Exclusive. */
  endTs: number;
  /** "HH:MM-HH:MM", America/New_York. */
  window: string;
}

/** When snapshots are evaluated, nanoseconds since midnight UTC of the date. */
export interface Evaluation {
  startTs: number;
  /** Exclusive. */
  endTs: number;
  /** Whole hours from the start, the last one clipped. */
  hours: readonly Hour[];
}

/**
 * @param dt date, YYYY-MM-DD
 * @param window when to evaluate; the order of its times is not looked at
 * @returns the same in event time
 * @throws UserError when a time is none or the clock skips it on that date
 */
export function evaluationOf(dt: string, window: RegimeWindow): Evaluation {
  const midnight = midnightNs(dt);
  const tsOf = (time: string) => Number(etTimeNs(dt, `${time}:00`) - midnight);
  const startTs = tsOf(window.evalStart);
  const endTs = tsOf(window.evalEnd);
  if (endTs <= startTs) {
    throw new UserError(`${window.evalEnd} on ${dt} does not come after ${window.evalStart}`);
  }
  const clock = (ts: number) => formatEt(midnight + BigInt(ts)).slice(0, "HH:MM".length);
  const hours: Hour[] = [];
  for (let from = startTs; from < endTs; from += HOUR_NS) {
    const to = Math.min(from + HOUR_NS, endTs);
    hours.push({ startTs: from, endTs: to, window: `${clock(from)}-${clock(to)}` });
  }
  return { startTs, endTs, hours };
}
