import assert from "node:assert/strict";
import fc from "fast-check";
import { regularHours, shareOf, spanOf, timeAt } from "../../../client/page/session_span.ts";
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

Deno.test("spanOf() spans the minutes with data", () => {
  const span = spanOf(message(day({ 600: 5, 602: 7 })));
  assert.deepEqual(span, {
    fromMs: STARTS + 600 * MINUTE,
    toMs: STARTS + 603 * MINUTE,
    records: [5, 0, 7],
  });
});

Deno.test("spanOf() leaves out a snapshot that stands alone at the beginning", () => {
  const span = spanOf(message(day({ 0: 9000, 600: 5, 601: 6 })));
  assert.deepEqual(span?.records, [5, 6]);
  assert.equal(spanOf(message(day({ 0: 9000, 30: 5 })))?.records.length, 31);
});

Deno.test("spanOf() of a session without data is null, of a single minute that minute", () => {
  assert.equal(spanOf(message(day({}))), null);
  assert.deepEqual(spanOf(message(day({ 7: 1 })))?.records, [1]);
});

Deno.test("shareOf() and timeAt() undo each other to the millisecond, and stay within the session", () => {
  const span = spanOf(message(day({ 600: 5, 630: 1, 900: 7 })))!;
  fc.assert(fc.property(fc.double({ min: -1, max: 2, noNaN: true }), (share) => {
    const timeMs = timeAt(span, share);
    assert.ok(timeMs >= span.fromMs && timeMs < span.toMs);
    const bounded = Math.min(1, Math.max(0, share));
    assert.ok(Math.abs(shareOf(span, timeMs) - bounded) <= 1 / (301 * MINUTE) + 1e-9);
  }));
  assert.deepEqual([shareOf(span, 0), shareOf(span, Infinity)], [0, 1]);
});

Deno.test("regularHours() cuts a session down to 09:30 to 16:00 New York", () => {
  // 08:00 to 17:00: 13:00 to 22:00 UTC.
  const span = spanOf(message(day({ 780: 1, 870: 2, 1259: 3, 1260: 4, 1319: 5 })))!;
  const regular = regularHours(span)!;
  assert.deepEqual(
    [regular.fromMs, regular.toMs],
    ["14:30", "21:00"].map((time) => Date.parse(`2026-02-06T${time}Z`)),
  );
  assert.deepEqual(regular.records.filter((count) => count > 0), [2, 3]);
  assert.equal(regularHours(regular), null);
});

Deno.test("regularHours() of a session without any is null", () => {
  assert.equal(regularHours(spanOf(message(day({ 0: 1, 30: 2 })))!), null);
});
