import assert from "node:assert/strict";
import fc from "fast-check";
import { outlineOf, seekClock, shareOf, timeAt } from "../../../client/page/session_span.ts";
import type { SessionOutlineMessage } from "../../../engine/wire/messages.ts";

const MINUTE = 60_000;
const STARTS = Date.parse("2026-02-06T00:00:00Z");

function message(records: number[]): SessionOutlineMessage {
  return {
    dt: "2026-02-06",
    symbol: "MNQH6",
    data_source: "databento",
    window_start_ns: `${BigInt(STARTS) * 1_000_000n}`,
    start_ns: null,
    end_ns: null,
    bin_seconds: 60,
    records,
  };
}

/** A day of minutes, empty but for some. */
function day(busy: Readonly<Record<number, number>>): number[] {
  return Array.from({ length: 1440 }, (_, minute) => busy[minute] ?? 0);
}

Deno.test("outlineOf() spans the minutes with data", () => {
  const outline = outlineOf(message(day({ 600: 5, 602: 7 })));
  assert.deepEqual(outline, {
    fromMs: STARTS + 600 * MINUTE,
    toMs: STARTS + 603 * MINUTE,
    records: [5, 0, 7],
  });
});

Deno.test("outlineOf() leaves out a snapshot that stands alone at the beginning", () => {
  const outline = outlineOf(message(day({ 0: 9000, 600: 5, 601: 6 })));
  assert.deepEqual(outline?.records, [5, 6]);
  assert.equal(outlineOf(message(day({ 0: 9000, 30: 5 })))?.records.length, 31);
});

Deno.test("outlineOf() of a session without data is null, of a single minute that minute", () => {
  assert.equal(outlineOf(message(day({}))), null);
  assert.deepEqual(outlineOf(message(day({ 7: 1 })))?.records, [1]);
});

Deno.test("shareOf() and timeAt() undo each other to the second, and stay within the session", () => {
  const outline = outlineOf(message(day({ 600: 5, 630: 1, 900: 7 })))!;
  fc.assert(fc.property(fc.double({ min: -1, max: 2, noNaN: true }), (share) => {
    const timeMs = timeAt(outline, share);
    assert.ok(timeMs >= outline.fromMs && timeMs < outline.toMs);
    assert.equal(timeMs % 1000, 0);
    const bounded = Math.min(1, Math.max(0, share));
    assert.ok(Math.abs(shareOf(outline, timeMs) - bounded) <= 1000 / (301 * MINUTE) + 1e-9);
  }));
  assert.deepEqual([shareOf(outline, 0), shareOf(outline, Infinity)], [0, 1]);
});

Deno.test("seekClock() is the time in New York", () => {
  assert.equal(seekClock(Date.parse("2026-02-06T14:41:07.900Z")), "09:41:07");
});
