import assert from "node:assert/strict";
import fc from "fast-check";
import {
  easternClock,
  easternTime,
  formatCount,
  formatDuration,
  formatForce,
  formatPercent,
  formatPrice,
  formatSigned,
  millisecondsOf,
  momentOf,
  nanosecondsOf,
  zoneIn,
} from "../../client/format.ts";
import { loadProducts } from "../../engine/products.ts";

const THIN = "\u202f";

Deno.test("formatCount() sets thousands apart", () => {
  assert.equal(formatCount(0), "0");
  assert.equal(formatCount(999), "999");
  assert.equal(formatCount(38412), `38${THIN}412`);
  assert.equal(formatCount(1234567), `1${THIN}234${THIN}567`);
});

Deno.test("formatDuration() has as many digits as are read, in units that grow with it", () => {
  const read: readonly (readonly [ms: number, text: string])[] = [
    [0, "0.00 s"],
    [250, "0.25 s"],
    [9_994, "9.99 s"],
    [9_996, "10.0 s"],
    [59_940, "59.9 s"],
    [59_960, "1 min 00 s"],
    [245_000, "4 min 05 s"],
    [3_599_400, "59 min 59 s"],
    [3_599_600, "1 h 00 min"],
    [52_205_000, "14 h 30 min"],
  ];
  for (const [ms, text] of read) assert.equal(formatDuration(ms), text);
});

Deno.test("formatPrice() keeps the instrument's decimals and groups only whole dollars", () => {
  assert.equal(formatPrice(25014.25, 2), `25${THIN}014.25`);
  assert.equal(formatPrice(1.08455, 5), "1.08455");
  assert.equal(formatPrice(-37.63, 2), "\u221237.63");
  assert.equal(formatPrice(100, 0), "100");
});

Deno.test("formatPrice() gives all digits of a price, and none that a double has beyond", () => {
  assert.equal(formatPrice(150.125, 2), "150.125");
  assert.equal(formatPrice(-0.1234, 2), "\u22120.1234");
  assert.equal(formatPrice(104.005859375, 2), "104.005859375");
  assert.equal(formatPrice(0.1 + 0.2, 2), "0.30");
  assert.equal(formatPrice(0.1 + 0.2 - 0.3, 2), "0.00");
  // Each price of each instrument, as the page has it: of an integer, and as a row times its height.
  for (const { tick } of loadProducts().values()) {
    const tickInt = Math.round(tick * 1e9);
    for (let row = -2_000; row < 100_000; row += 997) {
      const int = BigInt(row) * BigInt(tickInt);
      const digits = `${int < 0n ? -int : int}`.padStart(10, "0");
      const exact = `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, "");
      const shown = [Number(int) * 1e-9, row * tick].map((dollars) =>
        formatPrice(dollars, 0).replaceAll(THIN, "").replace("\u2212", "")
      );
      assert.deepEqual(shown, [exact, exact], `${row} of ${tick}`);
    }
  }
});

Deno.test("formatSigned() always shows the sign, but none for what rounds to zero", () => {
  assert.equal(formatSigned(118.44), "+118.4");
  assert.equal(formatSigned(-1234.5), `\u22121${THIN}234.5`);
  assert.equal(formatSigned(0), "0.0");
  assert.equal(formatSigned(-0.04), "0.0");
});

Deno.test("formatForce() and formatPercent() round to what the panel shows", () => {
  assert.equal(formatForce(33.25), "33.3");
  assert.equal(formatPercent(0.644), `64${THIN}%`);
  assert.equal(formatPercent(1), `100${THIN}%`);
});

Deno.test("millisecondsOf() truncates nanoseconds that no double holds", () => {
  assert.equal(millisecondsOf("1770388867325999999"), 1770388867325);
});

Deno.test("momentOf() tells moments within a millisecond apart, and is never out of order", () => {
  assert.equal(momentOf("1500000"), 1.5);
  assert.ok(momentOf(1770388867325250000n) < momentOf(1770388867325250300n));
  fc.assert(fc.property(fc.bigInt(0n, 1n << 63n), fc.bigInt(0n, 2_000_000n), (ns, by) => {
    assert.ok(momentOf(ns) <= momentOf(ns + by));
    assert.equal(Math.floor(momentOf(ns)) === Number(ns / 1_000_000n), true);
  }));
});

Deno.test("momentOf() stays in its millisecond, however near the next one is", () => {
  assert.equal(easternClock(momentOf("1770388199999999999")), "09:29:59.999");
  const ms = fc.bigInt(0n, 2n ** 63n / 1_000_000n - 1n);
  fc.assert(fc.property(ms, fc.bigInt(0n, 2_000n), (ms, before) => {
    const moment = momentOf((ms + 1n) * 1_000_000n - 1n - before);
    assert.equal(Math.floor(moment), Number(ms));
    assert.equal(momentOf(nanosecondsOf(moment)), moment);
  }));
});

Deno.test("easternTime() knows winter from summer time", () => {
  const winter = Date.parse("2026-02-06T14:41:07Z");
  const summer = Date.parse("2026-07-06T13:41:07Z");
  assert.deepEqual(easternTime(winter), { clock: "09:41:07", zone: "EST" });
  assert.deepEqual(easternTime(summer), { clock: "09:41:07", zone: "EDT" });
});

Deno.test("easternTime() starts the day at 00, not 24", () => {
  assert.equal(easternTime(Date.parse("2026-02-06T05:00:00Z")).clock, "00:00:00");
});

Deno.test("easternTime() is what the time zone database says, at any time and in any order", () => {
  const moments = fc.integer({ min: 0, max: Date.parse("2060-01-01T00:00:00Z") });
  fc.assert(fc.property(moments, (epochMs) => {
    const there = Temporal.Instant.fromEpochMilliseconds(epochMs)
      .toZonedDateTimeISO("America/New_York");
    const zone = there.offset === "-05:00" ? "EST" : "EDT";
    const clock = there.toPlainTime().toString({ smallestUnit: "second" });
    assert.deepEqual(easternTime(epochMs), { clock, zone });
  }));
});

Deno.test("zoneIn() tells the weekday of a time whose date is not the session's", () => {
  const zone = (time: string, dt = "2026-02-06") => zoneIn(Date.parse(time), dt);
  assert.equal(zone("2026-02-06T00:00:00Z"), "EST, Thu");
  assert.equal(zone("2026-02-06T04:59:59.999Z"), "EST, Thu");
  assert.equal(zone("2026-02-06T05:00:00Z"), "EST");
  assert.equal(zone("2026-02-06T23:59:59Z"), "EST");
  assert.equal(zone("2026-07-06T03:59:59Z", "2026-07-06"), "EDT, Sun");
  // The day on which the clock jumps, and that on which it goes back.
  assert.equal(zone("2026-03-08T04:59:59Z", "2026-03-08"), "EST, Sat");
  assert.equal(zone("2026-03-08T23:59:59Z", "2026-03-08"), "EDT");
  assert.equal(zone("2026-11-01T00:00:00Z", "2026-11-01"), "EDT, Sat");
  assert.equal(zone("2026-11-01T23:59:59Z", "2026-11-01"), "EST");
});

Deno.test("easternClock() adds milliseconds of three digits", () => {
  assert.equal(easternClock(Date.parse("2026-02-06T14:41:07.005Z")), "09:41:07.005");
});

Deno.test("nanosecondsOf() names a moment: it is the one that they are of", () => {
  const moments = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
  fc.assert(fc.property(moments, (tsNs) => {
    const of = BigInt(nanosecondsOf(momentOf(tsNs)));
    assert.equal(momentOf(of), momentOf(tsNs));
    assert.ok(of - tsNs < 2_000n && tsNs - of < 2_000n);
  }));
  assert.equal(nanosecondsOf(1_770_388_867_325), "1770388867325000000");
});
