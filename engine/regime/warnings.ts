import { gapWords } from "../feed_gap.ts";
import { clockOf, midnightNs, ofOtherDate } from "../session.ts";
import type { DataFlaws } from "./data_flaws.ts";
import type { Evaluation } from "./evaluation.ts";
import type { RegimeParams } from "./params.ts";
import type { RegimeSubject } from "./payload.ts";

/** Throttle that the parameters' defaults are chosen for, milliseconds. */
const USUAL_THROTTLE_MS = 25;
/** How long an evaluation may be without a snapshot, at its ends too, nanoseconds. */
const QUIET_NS = 60e9;

/** @returns how far apart snapshots of a throttle may be, nanoseconds: those of minutes are wanted */
export function quietNs(throttleMs: number): number {
  return Math.max(QUIET_NS, 2e6 * throttleMs);
}

/**
 * What a reader of a day's figures has to know of its data.
 *
 * @param subject what was analysed
 * @param params with what
 * @param evaluation when
 * @param ts event time of every snapshot, nanoseconds since midnight UTC of the date; at least one
 * @param flaws what else is wrong with it
 * @returns sentences
 */
export function warningsOf(
  { dt, window, throttleMs }: RegimeSubject,
  params: Pick<RegimeParams, "maxHoldMs">,
  { startTs, endTs }: Evaluation,
  ts: Float64Array,
  { beginsInside, gaps, doubted, crossed }: DataFlaws,
): string[] {
  const warnings: string[] = [];
  const [firstTs, lastTs] = [ts[0]!, ts.at(-1)!];
  const clock = (ts: number) => {
    const ns = midnightNs(dt) + BigInt(ts);
    return clockOf(ns) + ofOtherDate(dt, ns);
  };
  const counted = "rates by the hour count the whole time";
  if (beginsInside) {
    warnings.push(`the data of ${dt} begins inside the session: older orders are missing`);
  }
  if (firstTs > startTs + QUIET_NS) {
    warnings.push(
      `the data of ${dt} begins at ${clock(firstTs)}, after the evaluation does at ` +
        `${window.evalStart}: ${counted}`,
    );
  }
  if (lastTs < endTs - QUIET_NS) {
    warnings.push(
      `the data of ${dt} ends at ${clock(lastTs)}, before the evaluation does at ` +
        `${window.evalEnd}: ${counted}`,
    );
  }
  const { count, fromTs, toTs } = holesIn(ts, startTs, endTs, throttleMs);
  if (count > 0) {
    const which = count === 1 ? "a stretch" : `the longest of ${count} stretches`;
    warnings.push(
      `no snapshot of ${dt} from ${clock(fromTs)} to ${clock(toTs)}, ${which} of more than a ` +
        `minute without: ${counted}, windows and holds reach over it`,
    );
  }
  if (gaps.length > 0) {
    warnings.push(
      `the feed of ${dt} had ${gapWords(dt, gaps)}, windows and holds reach over it`,
    );
  }
  if (doubted !== null) {
    const { count, fromTs, toTs } = doubted;
    warnings.push(
      `the book of ${dt} was in doubt at ${count} of the snapshots, from ${clock(fromTs)} to ` +
        `${clock(toTs)}: the feed said that it lost records`,
    );
  }
  if (crossed !== null) {
    const { count, fromTs, toTs } = crossed;
    warnings.push(
      `the book of ${dt} was crossed at ${count} of the snapshots, from ${clock(fromTs)} to ` +
        `${clock(toTs)}: their mid is no price, and fills at the touch gain what nobody could`,
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

/** How many stretches of an evaluation are without a snapshot, and the longest, the first of equals. */
function holesIn(ts: Float64Array, startTs: number, endTs: number, throttleMs: number) {
  const quiet = quietNs(throttleMs);
  let [count, fromTs, toTs] = [0, 0, 0];
  for (let i = 1; i < ts.length; i++) {
    const [before, after] = [ts[i - 1]!, ts[i]!];
    // One that reaches over an end of the evaluation is missing from it too.
    if (Math.min(after, endTs) - Math.max(before, startTs) <= quiet) continue;
    count++;
    if (after - before > toTs - fromTs) [fromTs, toTs] = [before, after];
  }
  return { count, fromTs, toTs };
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
