// How much a gap in time takes away, for all time constants (docs/engine.md, "Bucket update").

// Time constants in seconds.
const TAU_V: f64 = 2;
const TAU_A: f64 = 5;
const TAU_J: f64 = 10;
export const TAU_MASS: f64 = 30;

/** Up to this many seconds a short series gives all digits. */
const SHORT_GAP: f64 = 10;

/** 1 - exp(-dt / tau) of velocities, accelerations and jerks; exp(-dt / tau) of masses. */
export let alphaV: f64 = 0;
export let alphaA: f64 = 0;
export let alphaJ: f64 = 0;
export let keep: f64 = 0;

/**
 * Works out the above for a gap of `dt` seconds, above 0.
 *
 * Gaps are mostly short. Then the loss of the masses is a Taylor series, even and odd powers side by
 * side; and as 10, 5 and 2 seconds go 3, 6 and 15 times into 30, the other losses are losses on losses.
 * It adds up losses and never takes 1 from something near it, which would lose digits.
 */
@inline
export function decay(dt: f64): void {
  if (dt > SHORT_GAP) {
    alphaV = -Math.expm1(-dt / TAU_V);
    alphaA = -Math.expm1(-dt / TAU_A);
    alphaJ = -Math.expm1(-dt / TAU_J);
    keep = Math.exp(-dt / TAU_MASS);
    return;
  }
  const y = dt / TAU_MASS;
  const z = y * y;
  const zz = f64x2.splat(z);
  // 1 - exp(-y) up to y^13 / 13!; the next term is below 2^-53.
  let p = f64x2.add(
    f64x2(1.0 / 3628800, 1.0 / 39916800),
    f64x2.mul(zz, f64x2(1.0 / 479001600, 1.0 / 6227020800)),
  );
  p = f64x2.add(f64x2(1.0 / 40320, 1.0 / 362880), f64x2.mul(zz, p));
  p = f64x2.add(f64x2(1.0 / 720, 1.0 / 5040), f64x2.mul(zz, p));
  p = f64x2.add(f64x2(1.0 / 24, 1.0 / 120), f64x2.mul(zz, p));
  p = f64x2.add(f64x2(1.0 / 2, 1.0 / 6), f64x2.mul(zz, p));
  const of30 = y - z * (f64x2.extract_lane(p, 0) - y * f64x2.extract_lane(p, 1));
  const of10 = of30 * (3 - of30 * (3 - of30)); // 1 - (1 - of30)^3
  const of5 = of10 * (2 - of10); // 1 - (1 - of10)^2
  const of2Half = of5 * (2 - of5); // 2.5 seconds: 1 - (1 - of5)^2
  alphaV = of2Half + of10 * (1 - of2Half); // 1/2.5 and 1/10 make 1/2
  alphaA = of5;
  alphaJ = of10;
  keep = 1 - of30;
}
