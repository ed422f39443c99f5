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
const SHORT_GAP = 10;

/**
 * Works out how much a gap in time takes away, for all time constants.
 *
 * Gaps are mostly short. Then the loss of the masses is a Taylor series, and as 10, 5 and 2 seconds
 * go 3, 6 and 15 times into 30, the other losses are losses on losses. That costs a few products
 * where four calls into the runtime would be due, and is as exact as they are but for the last
 * bits: it adds up losses and never takes 1 from something near it, which would lose digits.
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
  const of30 = shortLoss(dt / TAU_MASS);
  const of10 = of30 * (3 - of30 * (3 - of30)); // 1 - (1 - of30)^3
  const of5 = of10 * (2 - of10); // 1 - (1 - of10)^2
  const of2Half = of5 * (2 - of5); // 2.5 seconds: 1 - (1 - of5)^2
  numbers[1] = of2Half + of10 * (1 - of2Half); // 1/2.5 and 1/10 make 1/2
  numbers[2] = of5;
  numbers[3] = of10;
  numbers[4] = 1 - of30;
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
