import assert from "node:assert/strict";
import fc from "fast-check";
import {
  ALPHA_A,
  ALPHA_J,
  ALPHA_V,
  decay,
  DECAY_NUMBERS,
  DT,
  KEEP,
} from "../../../engine/grid/decay.ts";

const numbers = new Float64Array(DECAY_NUMBERS);

/** The same but for the last two of 53 bits. */
function assertSame(got: number, expected: number, what: string): void {
  const close = Math.abs(got - expected) <= 4 * Number.EPSILON * expected;
  assert.ok(close, `${what}: ${got}, not ${expected}`);
}

function check(dt: number): void {
  numbers[DT] = dt;
  decay(numbers);
  assertSame(numbers[ALPHA_V]!, -Math.expm1(-dt / 2), `velocity at ${dt} s`);
  assertSame(numbers[ALPHA_A]!, -Math.expm1(-dt / 5), `acceleration at ${dt} s`);
  assertSame(numbers[ALPHA_J]!, -Math.expm1(-dt / 10), `jerk at ${dt} s`);
  assertSame(numbers[KEEP]!, Math.exp(-dt / 30), `masses at ${dt} s`);
}

Deno.test("decay() gives what Math.exp and Math.expm1 give for gaps of whole nanoseconds", () => {
  const gaps = [1, 1e3, 1e6, 1e9, 1e11, 1e14].map((most) => fc.integer({ min: 1, max: most }));
  fc.assert(fc.property(fc.oneof(...gaps), (ns) => check(ns / 1e9)), { numRuns: 20_000 });
});

Deno.test("decay() gives them on both sides of where short gaps end", () => {
  for (let ns = 10_000_000_000 - 1000; ns < 10_000_000_000 + 1000; ns++) check(ns / 1e9);
});
