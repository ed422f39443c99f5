import assert from "node:assert/strict";
import {
  clockOf,
  dayBefore,
  formatEt,
  parseDate,
  sessionTimeNs,
  sessionWindow,
} from "../../engine/session.ts";

/** UTC nanoseconds since the epoch of an ISO time. */
function utc(iso: string): bigint {
  return BigInt(Date.parse(iso)) * 1_000_000n;
}

/** A time in a futures session. */
function futuresTime(dt: string, text: string, isEnd = false): bigint {
  return sessionTimeNs("future_mbo", dt, { name: "start_time", text, isEnd });
}

Deno.test("parseDate() takes days of the calendar in one form only", () => {
  for (const dt of ["1970-01-01", "2024-02-29", "2261-12-31"]) {
    assert.equal(parseDate(dt).toString(), dt);
  }
  for (
    const dt of [
      "2026-02-30",
      "2026-13-01",
      "2026-00-10",
      "2025-02-29",
      "1969-12-31",
      // Nanoseconds in 63 bits end in that year.
      "2262-01-01",
      "2600-01-01",
      "2026-2-6",
      "20260206",
      "2026-02-06 ",
      "2026-02-06T00:00",
      "+02026-02-06",
      "",
    ]
  ) {
    assert.throws(() => parseDate(dt), { name: "UserError", message: /write YYYY-MM-DD/ });
  }
});

Deno.test("sessionWindow() of futures is the UTC day, whatever New York's clock does", () => {
  for (const [dt, next] of [["2026-02-28", "2026-03-01"], ["2026-03-08", "2026-03-09"]] as const) {
    assert.deepEqual(sessionWindow("future_mbo", dt), {
      startNs: utc(`${dt}T00:00:00Z`),
      endNs: utc(`${next}T00:00:00Z`),
    });
  }
});

Deno.test("sessionWindow() of globex is 18:00 of the evening before to 17:00 New York", () => {
  const windows: [dt: string, start: string, end: string][] = [
    ["2026-02-06", "2026-02-05T23:00:00Z", "2026-02-06T22:00:00Z"],
    ["2026-07-06", "2026-07-05T22:00:00Z", "2026-07-06T21:00:00Z"],
    // Sunday's evening is Monday's, also where the clock has jumped that morning.
    ["2026-03-09", "2026-03-08T22:00:00Z", "2026-03-09T21:00:00Z"],
    ["2026-03-06", "2026-03-05T23:00:00Z", "2026-03-06T22:00:00Z"],
    ["2026-11-02", "2026-11-01T23:00:00Z", "2026-11-02T22:00:00Z"],
    ["2026-01-01", "2025-12-31T23:00:00Z", "2026-01-01T22:00:00Z"],
  ];
  for (const [dt, start, end] of windows) {
    const window = { startNs: utc(start), endNs: utc(end) };
    assert.deepEqual(sessionWindow("future_mbo", dt, "globex"), window);
    assert.ok(start.startsWith(dayBefore(dt)));
  }
  assert.throws(() => sessionWindow("equity_mbo", "2026-02-06", "globex"), {
    name: "UserError",
    message: /equities have no globex session/,
  });
});

Deno.test("sessionTimeNs() of globex finds the evening before, and nothing between 17:00 and 18:00", () => {
  const at = (text: string, isEnd = false) =>
    sessionTimeNs("future_mbo", "2026-02-06", { name: "start_time", text, isEnd }, "globex");
  assert.equal(at("18:00"), utc("2026-02-05T23:00:00Z"));
  assert.equal(at("20:30"), utc("2026-02-06T01:30:00Z"));
  assert.equal(at("09:30"), utc("2026-02-06T14:30:00Z"));
  assert.equal(at("17:00", true), utc("2026-02-06T22:00:00Z"));
  for (const text of ["17:00", "17:30", "17:59:59"]) {
    assert.throws(() => at(text), /from 2026-02-05 18:00 to 2026-02-06 17:00 America/);
  }
});

Deno.test("sessionWindow() of equities is 02:00 to 16:00 New York, in winter and summer", () => {
  assert.deepEqual(sessionWindow("equity_mbo", "2026-02-06"), {
    startNs: utc("2026-02-06T07:00:00Z"),
    endNs: utc("2026-02-06T21:00:00Z"),
  });
  assert.deepEqual(sessionWindow("equity_mbo", "2026-07-06"), {
    startNs: utc("2026-07-06T06:00:00Z"),
    endNs: utc("2026-07-06T20:00:00Z"),
  });
});

Deno.test("sessionWindow() of equities begins at the jump when the clock skips 02:00", () => {
  assert.deepEqual(sessionWindow("equity_mbo", "2026-03-08"), {
    startNs: utc("2026-03-08T07:00:00Z"),
    endNs: utc("2026-03-08T20:00:00Z"),
  });
});

Deno.test("sessionTimeNs() is New York time, standard or daylight by the date", () => {
  assert.equal(futuresTime("2026-02-06", "09:30"), utc("2026-02-06T14:30:00Z"));
  assert.equal(futuresTime("2026-03-09", "09:30"), utc("2026-03-09T13:30:00Z"));
  assert.equal(futuresTime("2026-02-06", "00:00"), utc("2026-02-06T05:00:00Z"));
  assert.equal(futuresTime("2026-02-06", "09:30:15"), utc("2026-02-06T14:30:15Z"));
});

Deno.test("sessionTimeNs() of an evening is that of the day before, where the session began", () => {
  assert.equal(futuresTime("2026-02-06", "19:00"), utc("2026-02-06T00:00:00Z"));
  assert.equal(futuresTime("2026-02-06", "20:30"), utc("2026-02-06T01:30:00Z"));
  assert.equal(futuresTime("2026-02-06", "18:59:59"), utc("2026-02-06T23:59:59Z"));
  assert.equal(futuresTime("2026-07-06", "20:00"), utc("2026-07-06T00:00:00Z"));
});

Deno.test("sessionTimeNs() of an end may be the session's own end, and is not its beginning", () => {
  assert.equal(futuresTime("2026-02-06", "19:00", true), utc("2026-02-07T00:00:00Z"));
  assert.equal(futuresTime("2026-02-06", "19:01", true), utc("2026-02-06T00:01:00Z"));
  const end = { name: "--end-time", text: "16:00", isEnd: true };
  assert.equal(sessionTimeNs("equity_mbo", "2026-02-06", end), utc("2026-02-06T21:00:00Z"));
});

Deno.test("sessionTimeNs() refuses a time outside the session and names what was given", () => {
  const equities = (text: string) =>
    sessionTimeNs("equity_mbo", "2026-02-06", { name: "--eval-end", text });
  assert.equal(equities("02:00"), utc("2026-02-06T07:00:00Z"));
  for (const time of ["01:59", "16:00", "20:30"]) {
    assert.throws(() => equities(time), {
      name: "UserError",
      message: `--eval-end ${time} is not in the session of 2026-02-06, which is from ` +
        "2026-02-06 02:00 to 2026-02-06 16:00 America/New_York",
    });
  }
});

Deno.test("sessionTimeNs() refuses a time that the clock skips in the session", () => {
  for (const time of ["02:00", "02:30", "02:59:59"]) {
    assert.throws(() => futuresTime("2026-03-08", time), {
      name: "UserError",
      message: `start_time ${time} does not exist on 2026-03-08: the clock of America/New_York ` +
        "skips it",
    });
  }
  assert.equal(futuresTime("2026-03-08", "01:59"), utc("2026-03-08T06:59:00Z"));
  assert.equal(futuresTime("2026-03-08", "03:00"), utc("2026-03-08T07:00:00Z"));
});

Deno.test("sessionTimeNs() takes the first of a time that comes twice", () => {
  assert.equal(futuresTime("2026-11-01", "01:30"), utc("2026-11-01T05:30:00Z"));
  // The day on which the clock jumps: a session of 24 hours reads an hour more on it.
  assert.equal(futuresTime("2026-03-08", "19:30"), utc("2026-03-08T00:30:00Z"));
});

Deno.test("sessionTimeNs() knows no hour that a day with 25 of them leaves out of its session", () => {
  assert.throws(() => futuresTime("2026-11-01", "19:30"), /not in the session of 2026-11-01/);
  assert.equal(futuresTime("2026-11-01", "19:00", true), utc("2026-11-02T00:00:00Z"));
});

Deno.test("sessionTimeNs() takes HH:MM and HH:MM:SS, and nothing else", () => {
  const wrong = ["9:30", "24:00", "09:60", "0930", "09:30 ", "", "-1:00", "09:30:60", "09:30:00.5"];
  for (const time of wrong) {
    assert.throws(() => futuresTime("2026-02-06", time), {
      name: "UserError",
      message: `start_time: ${JSON.stringify(time)} is not a time of day; give HH:MM or HH:MM:SS ` +
        "of New York",
    });
  }
});

Deno.test("clockOf() writes a time of day that sessionTimeNs() reads back", () => {
  assert.equal(clockOf(utc("2026-02-06T14:30:00Z")), "09:30");
  assert.equal(clockOf(utc("2026-02-06T14:30:15Z")), "09:30:15");
});

Deno.test("formatEt() writes New York time to the millisecond, with its zone", () => {
  assert.equal(formatEt(utc("2026-02-06T14:30:00.007Z") + 999_999n), "09:30:00.007 EST");
  assert.equal(formatEt(utc("2026-07-06T13:30:00Z")), "09:30:00.000 EDT");
  assert.equal(formatEt(utc("2026-03-08T06:59:59.999Z")), "01:59:59.999 EST");
  assert.equal(formatEt(utc("2026-03-08T07:00:00Z")), "03:00:00.000 EDT");
});
