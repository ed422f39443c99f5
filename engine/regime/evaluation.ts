import { UserError } from "../errors.ts";
import type { ProductType } from "../instrument.ts";
import { clockOf, inSession, midnightNs, sessionTimeNs } from "../session.ts";
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

/** What the times of a window are called in messages. */
export interface RegimeTimeNames {
  startTime: string;
  evalStart: string;
  evalEnd: string;
}

const PARAMETERS: RegimeTimeNames = {
  startTime: "start_time",
  evalStart: "eval_start",
  evalEnd: "eval_end",
};

/**
 * @param productType decides the session's window
 * @param dt session date, YYYY-MM-DD
 * @param window when to capture and evaluate
 * @param names what its times are called in messages
 * @returns the same in event time
 * @throws UserError when a time is none of that session's, or they are not in order
 */
export function evaluationOf(
  productType: ProductType,
  dt: string,
  window: RegimeWindow,
  names: RegimeTimeNames = PARAMETERS,
): Evaluation {
  const midnight = midnightNs(dt);
  const tsOf = (time: keyof RegimeTimeNames) => {
    const given = { name: names[time], text: window[time], isEnd: time === "evalEnd" };
    return Number(sessionTimeNs(productType, dt, given, window.cut) - midnight);
  };
  const captureTs = tsOf("startTime");
  const startTs = tsOf("evalStart");
  const endTs = tsOf("evalEnd");
  if (startTs < captureTs) {
    throw new UserError(
      `${names.evalStart} ${window.evalStart} is before ${names.startTime} ${window.startTime} ` +
        inSession(dt, midnight + BigInt(startTs)),
    );
  }
  if (endTs <= startTs) {
    throw new UserError(
      `${names.evalEnd} ${window.evalEnd} is not after ${names.evalStart} ${window.evalStart} ` +
        inSession(dt, midnight + BigInt(endTs)),
    );
  }
  const clock = (ts: number) => clockOf(midnight + BigInt(ts));
  const hours: Hour[] = [];
  for (let from = startTs; from < endTs; from += HOUR_NS) {
    const to = Math.min(from + HOUR_NS, endTs);
    hours.push({ startTs: from, endTs: to, window: `${clock(from)}-${clock(to)}` });
  }
  return { startTs, endTs, hours };
}
