// Where the numbers of a gap in time are in the array of `decay`.
/** Seconds since the bucket's last touch, above 0: what goes in. */
export const DT = 0;
/** 1 - exp(-dt / tau) for the velocities, accelerations and jerks of the chains. */
export const ALPHA_V = 1;
export const ALPHA_A = 2;
export const ALPHA_J = 3;
/** exp(-dt / tau) of the masses: what is kept of them. */
export const KEEP = 4;
/** Length of the array. */
export const DECAY_NUMBERS = 5;

// Time constants in seconds (spec/engine.md, "Bucket update").
const TAU_V = 2;
const TAU_A = 5;
const TAU_J = 10;
const TAU_MASS = 30;

/** Up to this many seconds a short series gives all digits. */
const SHORT_GAP = 0.69;

/**
 * Works out how much a gap in time takes away, for all time constants.
 *
 * Gaps are mostly short. Then the Taylor series, which is a few products, costs less than four calls
 * into the runtime and is as exact as they are: the last bit may differ.
 *
 * @param numbers DT is read, the others are written; an array, because numbers that go in and out of
 * a call one by one would each be a new object
 */
export function decay(numbers: Float64Array): void {
  const dt = numbers[0]!;
  if (dt > SHORT_GAP) {
    numbers[1] = -Math.expm1(-dt / TAU_V);
    numbers[2] = -Math.expm1(-dt / TAU_A);
    numbers[3] = -Math.expm1(-dt / TAU_J);
    numbers[4] = Math.exp(-dt / TAU_MASS);
    return;
  }
  numbers[1] = shortLoss(dt / TAU_V);
  numbers[2] = shortLoss(dt / TAU_A);
  numbers[3] = shortLoss(dt / TAU_J);
  numbers[4] = 1 - shortLoss(dt / TAU_MASS);
}

/**
 * 1 - exp(-y) for y from 0 to 0.345: the series up to y^13 / 13!, the next term is below 2^-53. Even
 * and odd powers are two sums that need not wait for each other.
 */
function shortLoss(y: number): number {
  const z = y * y;
  const even = 1 / 2 +
    z * (1 / 24 + z * (1 / 720 + z * (1 / 40320 + z * (1 / 3628800 + z * (1 / 479001600)))));
  const odd = 1 / 6 +
    z * (1 / 120 + z * (1 / 5040 + z * (1 / 362880 + z * (1 / 39916800 + z * (1 / 6227020800)))));
  return y - z * (even - y * odd);
}
