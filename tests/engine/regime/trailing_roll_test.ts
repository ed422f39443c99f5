import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../../engine/errors.ts";
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
        const roll = new TrailingRoll(series, lengths, pace);
        const { stride } = roll;
        const steps = Math.floor(flat.length / series);
        for (let from = 0; from < steps; from += pace) {
          const count = Math.min(pace, steps - from);
          for (let row = 0; row < count; row++) {
            const at = (from + row) * series;
            roll.values.array.set(flat.slice(at, at + series), row * stride);
          }
          roll.push(count);
          for (let row = 0; row < count; row++) {
            for (let s = 0; s < series; s++) {
              const seen = Array.from({ length: from + row + 1 }, (_, j) => flat[j * series + s]!);
              const got = roll.rolled.array[row * stride + s]!;
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

Deno.test("TrailingRoll sums heads and tails in the order of their definition, to the bit", () => {
  const series = 11;
  const lengths = [1, 5, 32];
  const weights = inverseRootWeights(lengths);
  const roll = new TrailingRoll(series, lengths, 7);
  const { stride } = roll;
  const flat: number[] = [];
  let state = 11;
  const random = () => (state = state * 48_271 % 0x7fffffff) / 0x7fffffff - 0.5;
  for (let from = 0; from < 140; from += 7) {
    for (let row = 0; row < 7; row++) {
      for (let s = 0; s < series; s++) {
        flat.push(roll.values.array[row * stride + s] = random() * 10 ** (s - 5));
      }
    }
    roll.push(7);
    for (let row = 0; row < 7; row++) {
      for (let s = 0; s < series; s++) {
        const i = from + row;
        const x = (j: number) => flat[j * series + s]!;
        const expected = lengths.reduce((rolled, length, w) => {
          const block = i - i % length;
          let head = 0;
          for (let j = block; j <= i; j++) head += x(j);
          let tail = 0;
          for (let j = block - 1; j > i - length && j >= 0; j--) tail += x(j);
          return rolled + weights[w]! / Math.min(length, i + 1) * (head + tail);
        }, 0);
        assert.equal(roll.rolled.array[row * stride + s], expected);
      }
    }
  }
});

Deno.test("TrailingRoll says when windows need more memory than there is", () => {
  assert.throws(() => new TrailingRoll(909, [8, 2_000_000], 1), UserError);
  assert.throws(() => new TrailingRoll(909, Array(100).fill(50_000), 1), UserError);
});

Deno.test("TrailingRoll forgets what has left its windows: dead buckets are exactly 0", () => {
  const roll = new TrailingRoll(1, [3, 8], 1);
  const push = (x: number) => {
    roll.values.array[0] = x;
    roll.push(1);
  };
  for (const x of [1e15, 0.1, -7.3, 1e-9]) push(x);
  for (let i = 0; i < 8; i++) push(0);
  assert.equal(roll.rolled.array[0], 0);
});

Deno.test("inverseRootWeights() sum to 1 and fall with the root of the length", () => {
  const [a, b] = inverseRootWeights([4, 16]) as [number, number];
  assert.equal(a + b, 1);
  assert.ok(Math.abs(a / b - 2) < 1e-15);
});
