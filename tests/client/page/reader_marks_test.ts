import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Marks,
  MOST_MARKS,
  ReaderMarks,
  readMarks,
  writeMarks,
} from "../../../client/page/reader_marks.ts";

const MARKS: fc.Arbitrary<Marks> = fc.record({
  moments: fc.uniqueArray(fc.bigInt({ min: 10n ** 18n, max: 2n ** 63n - 1n }), { maxLength: 16 })
    .map((moments) => moments.map(String).toSorted()),
  prices: fc.uniqueArray(fc.integer({ min: -1e6, max: 1e8 }), { maxLength: 16 })
    .map((quarters) => quarters.map((quarter) => quarter / 4).toSorted((a, b) => b - a)),
}, { noNullPrototype: true });

Deno.test("marks come back from the address that they were written into", () => {
  fc.assert(fc.property(MARKS, MARKS, (marks, before) => {
    const query = new URLSearchParams("dt=2026-02-06");
    writeMarks(query, before);
    writeMarks(query, marks);
    assert.deepEqual(readMarks(new URLSearchParams(`${query}`)), { ...marks, ignored: 0 });
    assert.equal(query.get("dt"), "2026-02-06");
  }));
});

Deno.test("a price line near 0 comes back from the address, however small the tick", () => {
  const prices = [0.0000005, 1e-9, 0, -0.0000015];
  const query = new URLSearchParams();
  writeMarks(query, { moments: [], prices });
  assert.deepEqual(readMarks(query), { moments: [], prices, ignored: 0 });
  assert.equal(query.get("lines"), "0.0000005,0.000000001,0,-0.0000015");
});

Deno.test("marks that make no sense are left out and counted, those named twice are not", () => {
  const good = "1770388867325000007";
  const query = new URLSearchParams({
    marks: ["soon", "-1", good, "9999999999999999999", "17703888", good].join(","),
    lines: "24995.25,1e5,,Infinity,abc,24995.250,0x10,-0.5",
  });
  assert.deepEqual(readMarks(query), { moments: [good], prices: [24995.25, -0.5], ignored: 8 });
  const none = { moments: [], prices: [], ignored: 0 };
  assert.deepEqual(readMarks(new URLSearchParams("marks=&lines=")), none);
});

Deno.test("marks beyond the most there are, are left out and counted", () => {
  const lines = Array.from({ length: MOST_MARKS + 3 }, (_, i) => i).join(",");
  const { prices, ignored } = readMarks(new URLSearchParams({ lines }));
  assert.deepEqual([prices.length, ignored], [MOST_MARKS, 3]);
});

Deno.test("ReaderMarks adds a mark, takes it away again, and takes no more than there may be", () => {
  const noted: Marks[] = [];
  const marks = new ReaderMarks(new URLSearchParams(), (now) => noted.push(now));
  const [early, late] = ["1770388867325000007", "1770388867325000008"];
  assert.deepEqual([marks.toggleMoment(late), marks.toggleMoment(early)], [true, true]);
  assert.deepEqual(marks.marks.value.moments, [early, late]);
  assert.equal(marks.toggleMoment(late), false);
  assert.deepEqual(noted.at(-1), { moments: [early], prices: [] });
  // 0.1 three times is a hair more than 0.3.
  assert.deepEqual([marks.togglePrice(0.1 * 3), marks.togglePrice(0.3)], [true, false]);
  for (let price = 0; price < MOST_MARKS; price++) assert.equal(marks.togglePrice(price), true);
  assert.equal(marks.togglePrice(99), null);
  assert.equal(marks.marks.value.prices.length, MOST_MARKS);
});
