import { clockOf, midnightNs } from "../session.ts";
import type { Evaluation } from "./evaluation.ts";
import type { RegimeParams } from "./params.ts";
import type { RegimeSubject } from "./payload.ts";

/** Throttle that the parameters' defaults are chosen for, milliseconds. */
const USUAL_THROTTLE_MS = 25;
/** How long before its end an evaluation may see its last snapshot, nanoseconds. */
const QUIET_NS = 60e9;

/**
 * What a reader of a day's figures has to know of its data.
 *
 * @param subject what was analysed
 * @param params with what
 * @param evaluation when
 * @param lastTs event time of the last snapshot, nanoseconds since midnight UTC of the date
 * @returns sentences
 */
export function warningsOf(
  { dt, window, throttleMs }: RegimeSubject,
  params: Pick<RegimeParams, "maxHoldMs">,
  { endTs }: Evaluation,
  lastTs: number,
): string[] {
  const warnings: string[] = [];
  if (lastTs < endTs - QUIET_NS) {
    warnings.push(
      `the data of ${dt} ends at ${clockOf(midnightNs(dt) + BigInt(lastTs))}, before the ` +
        `evaluation does at ${window.evalEnd}: rates by the hour count the whole time`,
    );
  }
  if (throttleMs !== USUAL_THROTTLE_MS) {
    const counted = params.maxHoldMs === null
      ? "windows, cooldown and hold"
      : "windows and cooldown";
    warnings.push(
      `${counted} are counted in snapshots: at a throttle of ${throttleMs} ms they last up to ` +
        `${Number((throttleMs / USUAL_THROTTLE_MS).toPrecision(3))} times as long as at ` +
        `${USUAL_THROTTLE_MS} ms`,
    );
  }
  return warnings;
}

/**
 * Which days of a range are the same session under several dates. Their files may differ, and one file
 * may hold several days: what counts is what was seen.
 *
 * @param days of each its date and the hash of its snapshots
 * @returns sentences
 */
export function sameDays(days: readonly { dt: string; hash: string }[]): string[] {
  const seen = new Map<string, string>();
  const warnings: string[] = [];
  for (const { dt, hash } of days) {
    const first = seen.get(hash);
    if (first === undefined) seen.set(hash, dt);
    else {warnings.push(
        `${dt} is the same data as ${first}: together they count as one, not as two`,
      );}
  }
  return warnings;
}
