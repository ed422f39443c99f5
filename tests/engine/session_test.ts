import assert from "node:assert/strict";
import { UserError } from "../../engine/errors.ts";
import { etTimeNs, formatEt, parseDate, sessionWindow, startTimeNs } from "../../engine/session.ts";

/** UTC nanoseconds since the epoch of an ISO time. */
function utc(iso: string): bigint {
  return BigInt(Date.parse(iso)) * 1_000_000n;
}

/** The start time of a futures session. */
function futuresStart(dt: string, time: string): bigint {
  return startTimeNs(dt, time, sessionWindow("future_mbo", dt));
}

Deno.test("parseDate() takes days of the calendar in one form only", () => {
  assert.equal(parseDate("2024-02-29").toString(), "2024-02-29");
  for (
    const dt of [
      "2026-02-30",
      "2026-13-01",
      "2026-00-10",
      "2025-02-29",
      "1969-12-31",
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

Deno.test("startTimeNs() is New York time, standard or daylight by the date", () => {
  assert.equal(futuresStart("2026-02-06", "09:30"), utc("2026-02-06T14:30:00Z"));
  assert.equal(futuresStart("2026-03-09", "09:30"), utc("2026-03-09T13:30:00Z"));
  assert.equal(futuresStart("2026-02-06", "00:00"), utc("2026-02-06T05:00:00Z"));
});

Deno.test("startTimeNs() refuses a time outside the session, its end included", () => {
  assert.equal(futuresStart("2026-02-06", "18:59"), utc("2026-02-06T23:59:00Z"));
  assert.equal(futuresStart("2026-07-06", "19:59"), utc("2026-07-06T23:59:00Z"));
  for (const [dt, time] of [["2026-02-06", "19:00"], ["2026-07-06", "20:00"]] as const) {
    assert.throws(() => futuresStart(dt, time), {
      name: "UserError",
      message: new RegExp(`^start_time ${time} on ${dt} is outside the session`),
    });
  }
  const equities = sessionWindow("equity_mbo", "2026-02-06");
  assert.equal(startTimeNs("2026-02-06", "02:00", equities), equities.startNs);
  for (const time of ["01:59", "16:00"]) {
    assert.throws(() => startTimeNs("2026-02-06", time, equities), UserError);
  }
});

Deno.test("startTimeNs() refuses a time that the clock skips on the date", () => {
  for (const time of ["02:00", "02:30", "02:59"]) {
    assert.throws(() => futuresStart("2026-03-08", time), {
      name: "UserError",
      message: /does not exist: the clock of America\/New_York skips it/,
    });
  }
  assert.equal(futuresStart("2026-03-08", "01:59"), utc("2026-03-08T06:59:00Z"));
  assert.equal(futuresStart("2026-03-08", "03:00"), utc("2026-03-08T07:00:00Z"));
});

Deno.test("startTimeNs() takes the first of a time that comes twice", () => {
  assert.equal(futuresStart("2026-11-01", "01:30"), utc("2026-11-01T05:30:00Z"));
});

Deno.test("startTimeNs() takes HH:MM and etTimeNs() HH:MM:SS, and nothing else", () => {
  for (const time of ["9:30", "09:30:00", "24:00", "09:60", "0930", "09:30 ", "", "-1:00"]) {
    assert.throws(() => futuresStart("2026-02-06", time), {
      name: "UserError",
      message: /not a time of day; write HH:MM$/,
    });
  }
  assert.equal(etTimeNs("2026-02-06", "09:30:15"), utc("2026-02-06T14:30:15Z"));
  for (const time of ["09:30", "09:30:60", "9:30:00", "09:30:00.5", "24:00:00"]) {
    assert.throws(() => etTimeNs("2026-02-06", time), {
      name: "UserError",
      message: /not a time of day; write HH:MM:SS$/,
    });
  }
  assert.throws(() => etTimeNs("2026-03-08", "02:30:00"), UserError);
});

Deno.test("formatEt() writes New York time to the millisecond, with its zone", () => {
  assert.equal(formatEt(utc("2026-02-06T14:30:00.007Z") + 999_999n), "09:30:00.007 EST");
  assert.equal(formatEt(utc("2026-07-06T13:30:00Z")), "09:30:00.000 EDT");
  assert.equal(formatEt(utc("2026-03-08T06:59:59.999Z")), "01:59:59.999 EST");
  assert.equal(formatEt(utc("2026-03-08T07:00:00Z")), "03:00:00.000 EDT");
});
