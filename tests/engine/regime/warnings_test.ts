/** What a reader of a day's figures is told of its data. */
import assert from "node:assert/strict";
import { NO_FLAWS } from "../../../engine/regime/data_flaws.ts";
import { DEFAULT_WINDOW } from "../../../engine/regime/params.ts";
import type { RegimeSubject } from "../../../engine/regime/payload.ts";
import { warningsOf } from "../../../engine/regime/warnings.ts";

const MINUTE_NS = 60e9;
/** 09:00 and 12:00 of New York, from midnight UTC. */
const EVALUATION = { startTs: 14 * 60 * MINUTE_NS, endTs: 17 * 60 * MINUTE_NS, hours: [] };

/**
 * Warnings of data that begins and ends so many minutes within the evaluation.
 *
 * @param holes stretches without data, in minutes from the evaluation's start on
 */
function warned(
  within: { begins: number; ends: number },
  holes: readonly (readonly [from: number, to: number])[] = [],
  evaluation = EVALUATION,
): string[] {
  const subject = {
    dt: "2026-02-06",
    window: { ...DEFAULT_WINDOW, cut: "utc-day" },
    throttleMs: 25,
  } as unknown as RegimeSubject;
  const { startTs, endTs } = evaluation;
  const minutes = (endTs - startTs) / MINUTE_NS;
  const all = Array.from({ length: minutes + 21 }, (_, minute) => minute - 10)
    .filter((minute) => minute >= within.begins && minute <= minutes - within.ends)
    .filter((minute) => !holes.some(([from, to]) => minute > from && minute < to));
  const ts = Float64Array.from(all, (minute) => startTs + minute * MINUTE_NS);
  return warningsOf(subject, { maxHoldMs: null }, evaluation, ts, NO_FLAWS);
}

Deno.test("data that begins after the evaluation does, or ends before it does, is told of", () => {
  const rates = "rates by the hour count the whole time";
  assert.deepEqual(warned({ begins: 1, ends: 1 }), []);
  assert.deepEqual(warned({ begins: -5, ends: -5 }), []);
  assert.deepEqual(warned({ begins: 30, ends: 0 }), [
    `the data of 2026-02-06 begins at 09:30, after the evaluation does at 09:00: ${rates}`,
  ]);
  assert.deepEqual(warned({ begins: 0, ends: 45 }), [
    `the data of 2026-02-06 ends at 11:15, before the evaluation does at 12:00: ${rates}`,
  ]);
});

Deno.test("a time of the evening before is told of with its date", () => {
  // 20:00 and 02:00.
  const evening = { startTs: 60 * MINUTE_NS, endTs: 7 * 60 * MINUTE_NS, hours: [] };
  const [ends, hole] = warned({ begins: 0, ends: 240 }, [[30, 32]], evening);
  assert.match(ends!, /^the data of 2026-02-06 ends at 22:00 of 2026-02-05, before the/);
  assert.match(
    hole!,
    /^no snapshot of 2026-02-06 from 20:30 of 2026-02-05 to 20:32 of 2026-02-05,/,
  );
});

Deno.test("a stretch without data within the evaluation is told of, of several the longest", () => {
  const whole = { begins: -5, ends: -5 };
  const reach = "rates by the hour count the whole time, windows and holds reach over it";
  assert.deepEqual(warned(whole, [[30, 32]]), [
    "no snapshot of 2026-02-06 from 09:30 to 09:32, a stretch of more than a minute without: " +
    reach,
  ]);
  assert.deepEqual(warned(whole, [[30, 32], [60, 67], [90, 97]]), [
    "no snapshot of 2026-02-06 from 10:00 to 10:07, the longest of 3 stretches of more than a " +
    `minute without: ${reach}`,
  ]);
  // Before the evaluation and after it there is nothing to count.
  assert.deepEqual(warned(whole, [[-4, -1], [181, 184]]), []);
});

Deno.test("a stretch without data over the beginning or the end of the evaluation is told of", () => {
  const whole = { begins: -10, ends: -10 };
  const reach =
    "a stretch of more than a minute without: rates by the hour count the whole time, " +
    "windows and holds reach over it";
  assert.deepEqual(warned(whole, [[-5, 20]]), [
    `no snapshot of 2026-02-06 from 08:55 to 09:20, ${reach}`,
  ]);
  assert.deepEqual(warned(whole, [[150, 181]]), [
    `no snapshot of 2026-02-06 from 11:30 to 12:01, ${reach}`,
  ]);
  // No more than a minute of it lies within.
  assert.deepEqual(warned(whole, [[-5, 1], [179, 185]]), []);
  assert.deepEqual(warned(whole, [[-5, 185]]), [
    `no snapshot of 2026-02-06 from 08:55 to 12:05, ${reach}`,
  ]);
});
