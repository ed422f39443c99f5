import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../engine/errors.ts";
import { MOST_DATES, readDates, readThrottleMs } from "../../cli/values.ts";

Deno.test("readDates() reads one date as a list of one", () => {
  assert.deepEqual(readDates("--dt", "2026-02-06"), { dates: ["2026-02-06"], isRange: false });
});

Deno.test("readDates() sorts a list, names each date once, and keeps weekends it names", () => {
  assert.deepEqual(readDates("--dt", "2026-02-09, 2026-02-07,2026-02-09,2025-12-31"), {
    dates: ["2025-12-31", "2026-02-07", "2026-02-09"],
    isRange: false,
  });
});

Deno.test("readDates() takes both ends of a range and leaves out Saturdays and Sundays", () => {
  assert.deepEqual(readDates("--dt", "2026-02-26..2026-03-03"), {
    dates: ["2026-02-26", "2026-02-27", "2026-03-02", "2026-03-03"],
    isRange: true,
  });
  assert.deepEqual(readDates("--dt", "2026-02-06..2026-02-06"), {
    dates: ["2026-02-06"],
    isRange: true,
  });
});

Deno.test("readDates() finds the days of a range that a calendar counted in milliseconds has", () => {
  const day = 86_400_000;
  const starts = fc.integer({ min: 0, max: 40_000 });
  fc.assert(fc.property(starts, fc.integer({ min: 2, max: 480 }), (start, length) => {
    const days = Array.from({ length }, (_, i) => new Date((start + i) * day));
    const text = (date: Date) => date.toISOString().slice(0, 10);
    const expected = days.filter((date) => date.getUTCDay() % 6 !== 0).map(text);
    const range = `${text(days[0]!)}..${text(days.at(-1)!)}`;
    fc.pre(expected.length > 0);
    assert.deepEqual(readDates("--dt", range).dates, expected);
  }));
});

Deno.test("readDates() takes a year and refuses more, however long", () => {
  assert.equal(readDates("dt", "2026-01-01..2026-12-31").dates.length, 261);
  const list = (length: number) =>
    Array.from({ length }, (_, i) => new Date(i * 86_400_000).toISOString().slice(0, 10)).join();
  assert.equal(readDates("dt", list(MOST_DATES)).dates.length, MOST_DATES);
  for (const text of ["2024-01-01..2026-01-01", "1970-01-01..2261-12-31", list(MOST_DATES + 1)]) {
    assert.throws(() => readDates("dt", text), /is not a year or less: give 366 dates at most/);
  }
});

Deno.test("readDates() tells in one line what is wrong and how it is written", () => {
  const wrong: [string, RegExp][] = [
    ["", /--dt: "" is not a date .* such as 2026-02-06/],
    ["2026-02-05,", /--dt: "" is not a date/],
    ["2026-02-05,2026-02-30", /--dt: "2026-02-30" is not a date/],
    ["2026-02-05;2026-02-06", /--dt: "2026-02-05;2026-02-06" is not a date/],
    ["2026-02-05..", /--dt: "" is not a date/],
    ["2026-02-05...2026-02-06", /--dt: ".2026-02-06" is not a date/],
    ["2026-02-05..2026-02-06,2026-02-09", /--dt: "2026-02-06,2026-02-09" is not a date/],
    ["2026-02-06..2026-02-05", /--dt: "2026-02-06..2026-02-05" is not a range: .*earlier.* first/],
    ["2026-02-02..2026-02-03..2026-02-04", /is not a range/],
    ["2026-02-07..2026-02-08", /is not a range with a weekday in it/],
  ];
  for (const [text, message] of wrong) {
    assert.throws(() => readDates("--dt", text), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
  }
});

Deno.test("readThrottleMs() says up to what it takes a throttle", () => {
  assert.equal(readThrottleMs("--throttle-ms", "9007199254"), 9_007_199_254);
  assert.throws(
    () => readThrottleMs("--throttle-ms", "9007199255"),
    /^UserError: --throttle-ms: "9007199255" is not a time in milliseconds: give 0 to 9007199254$/,
  );
});
