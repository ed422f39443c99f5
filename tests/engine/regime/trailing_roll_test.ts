import assert from "node:assert/strict";
import fc from "fast-check";
import { inverseRootWeights, TrailingRoll } from "../../../engine/regime/trailing_roll.ts";

/** roll(x; windows) at one place, by summing each window anew. */
function plainRoll(values: readonly number[], windows: readonly number[]): number {
  const raw = windows.map((w) => 1 / Math.sqrt(w));
  const total = raw.reduce((sum, g) => sum + g, 0);
  return windows.reduce((sum, w, i) => {
    const held = values.slice(-w);
    return sum + raw[i]! / total * held.reduce((s, x) => s + x, 0) / held.length;
  }, 0);
}

const windows = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 });

Deno.test("TrailingRoll is the weighted mean of plain trailing means, for every series", () => {
  fc.assert(
    fc.property(
      windows,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.double({ noNaN: true, min: -100, max: 100 }), { minLength: 20, maxLength: 300 }),
      (lengths, series, pace, flat) => {
        const roll = new TrailingRoll(series, lengths);
        const { stride } = roll;
        const values = new Float64Array(stride * pace);
        const rolled = new Float64Array(stride * pace);
        const steps = Math.floor(flat.length / series);
        for (let from = 0; from < steps; from += pace) {
          const count = Math.min(pace, steps - from);
          for (let row = 0; row < count; row++) {
            const at = (from + row) * series;
            values.set(flat.slice(at, at + series), row * stride);
          }
          roll.push(values, count, rolled);
          for (let row = 0; row < count; row++) {
            for (let s = 0; s < series; s++) {
              const seen = Array.from({ length: from + row + 1 }, (_, j) => flat[j * series + s]!);
              const got = rolled[row * stride + s]!;
              const expected = plainRoll(seen, lengths);
              assert.ok(Math.abs(got - expected) <= 1e-11, `${got} for ${expected}`);
            }
          }
        }
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("TrailingRoll forgets what has left its windows: dead buckets are exactly 0", () => {
  const roll = new TrailingRoll(1, [3, 8]);
  const row = new Float64Array(roll.stride);
  const rolled = new Float64Array(roll.stride);
  for (const x of [1e15, 0.1, -7.3, 1e-9]) {
    row[0] = x;
    roll.push(row, 1, rolled);
  }
  row[0] = 0;
  for (let i = 0; i < 8; i++) roll.push(row, 1, rolled);
  assert.equal(rolled[0], 0);
});

Deno.test("inverseRootWeights() sum to 1 and fall with the root of the length", () => {
  const [a, b] = inverseRootWeights([4, 16]) as [number, number];
  assert.equal(a + b, 1);
  assert.ok(Math.abs(a / b - 2) < 1e-15);
});
