import assert from "node:assert/strict";
import fc from "fast-check";
import { RobustZ, SlidingMad } from "../../../engine/regime/robust_z.ts";

/** The middle value of some numbers, by sorting them all. */
function plainMedian(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Few different values, so that windows hold many equal ones; and any double that is finite. */
const value = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 0.5, 1e-9, -1e-9, 3),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
);

Deno.test("SlidingMad is the plain median and MAD of its window, bit for bit", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(value, { minLength: 1, maxLength: 160 }),
      (window, values) => {
        const sliding = new SlidingMad(window);
        values.forEach((x, i) => {
          sliding.push(x);
          const held = values.slice(Math.max(0, i + 1 - window), i + 1).map((v) => v + 0);
          const median = plainMedian(held);
          const mad = plainMedian(held.map((v) => Math.abs(v - median)));
          assert.equal(sliding.size, held.length);
          assert.ok(Object.is(sliding.median + 0, median + 0), `median at ${i}`);
          assert.ok(Object.is(sliding.mad + 0, mad + 0), `MAD at ${i}`);
        });
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("SlidingMad stays right over windows of several blocks", () => {
  const window = 1_300;
  const sliding = new SlidingMad(window);
  const values: number[] = [];
  let state = 7;
  for (let i = 0; i < 5_000; i++) {
    state = state * 48_271 % 0x7fffffff;
    // Rising, then falling, then level: every way in which blocks fill and empty.
    const trend = i < 2_000 ? i : i < 3_500 ? 4_000 - i : 0;
    const x = trend + state % 700;
    values.push(x);
    sliding.push(x);
    if (i % 97 !== 0) continue;
    const held = values.slice(-window);
    const median = plainMedian(held);
    assert.equal(sliding.median, median);
    assert.equal(sliding.mad, plainMedian(held.map((v) => Math.abs(v - median))));
  }
});

Deno.test("RobustZ is 0 before its least number of values, and where nothing varies", () => {
  const z = new RobustZ(10, 4);
  assert.deepEqual([1, 2, 30].map((x) => z.push(x)), [0, 0, 0]);
  assert.notEqual(z.push(100), 0);
  const still = new RobustZ(10, 2);
  assert.deepEqual([5, 5, 5, 5, 9].map((x) => still.push(x)), [0, 0, 0, 0, 0]);
});

Deno.test("RobustZ is (x - median) / (1.4826 MAD), the current value included", () => {
  const z = new RobustZ(5, 2);
  const values = [1, 2, 4, 8, 16];
  const last = values.map((x) => z.push(x)).at(-1);
  // Median 4, deviations 3 2 0 4 12: MAD 3.
  assert.equal(last, (16 - 4) / (1.4826 * 3));
});
