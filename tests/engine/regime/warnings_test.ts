/** What a reader of a day's figures is told of its data. */
import assert from "node:assert/strict";
import { DEFAULT_WINDOW } from "../../../engine/regime/params.ts";
import type { RegimeSubject } from "../../../engine/regime/payload.ts";
import { warningsOf } from "../../../engine/regime/warnings.ts";

const MINUTE_NS = 60e9;
/** 09:00 and 12:00 of New York, from midnight UTC. */
const EVALUATION = { startTs: 14 * 60 * MINUTE_NS, endTs: 17 * 60 * MINUTE_NS, hours: [] };

/** Warnings of data that begins and ends so many minutes within the evaluation. */
function warned(within: { begins: number; ends: number }): string[] {
  const subject = {
    dt: "2026-02-06",
    window: { ...DEFAULT_WINDOW, cut: "utc-day" },
    throttleMs: 25,
  } as unknown as RegimeSubject;
  const { startTs, endTs } = EVALUATION;
  const ts = [startTs + within.begins * MINUTE_NS, endTs - within.ends * MINUTE_NS];
  return warningsOf(subject, { maxHoldMs: null }, EVALUATION, Float64Array.from(ts));
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
