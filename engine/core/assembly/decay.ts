// How much a gap in time takes away, for all time constants (docs/engine.md, "Bucket update").

// Time constants in seconds, of velocities, accelerations, jerks and masses.
export const TAU_V: f64 = 2;
export const TAU_A: f64 = 5;
export const TAU_J: f64 = 10;
export const TAU_MASS: f64 = 30;

/** Up to this many seconds a short series gives all digits. */
export const SHORT_GAP: f64 = 10;

// Gaps are mostly short. Then the loss of the masses is a Taylor series, even and odd powers side by side;
// and as 10, 5 and 2 seconds go 3, 6 and 15 times into 30, the other losses are losses on losses. That adds
// up losses and never takes 1 from something near it, which would lose digits.

/** 1 - exp(-dt / 30) of a short gap: up to y^13 / 13!; the next term is below 2^-53. */
@inline
export function shortLossOf30(dt: f64): f64 {
  const y = dt / TAU_MASS;
  const z = y * y;
  const zz = f64x2.splat(z);
  let p = f64x2.add(
    f64x2(1.0 / 3628800, 1.0 / 39916800),
    f64x2.mul(zz, f64x2(1.0 / 479001600, 1.0 / 6227020800)),
  );
  p = f64x2.add(f64x2(1.0 / 40320, 1.0 / 362880), f64x2.mul(zz, p));
  p = f64x2.add(f64x2(1.0 / 720, 1.0 / 5040), f64x2.mul(zz, p));
  p = f64x2.add(f64x2(1.0 / 24, 1.0 / 120), f64x2.mul(zz, p));
  p = f64x2.add(f64x2(1.0 / 2, 1.0 / 6), f64x2.mul(zz, p));
  return y - z * (f64x2.extract_lane(p, 0) - y * f64x2.extract_lane(p, 1));
}

/** 1 - exp(-dt / 10) from that of 30. */
@inline
export function lossOf10(of30: f64): f64 {
  return of30 * (3 - of30 * (3 - of30)); // 1 - (1 - of30)^3
}

/** 1 - exp(-dt / 5) from that of 10. */
@inline
export function lossOf5(of10: f64): f64 {
  return of10 * (2 - of10); // 1 - (1 - of10)^2
}

/** 1 - exp(-dt / 2) from those of 5 and 10. */
@inline
export function lossOf2(of5: f64, of10: f64): f64 {
  const of2Half = of5 * (2 - of5); // 2.5 seconds: 1 - (1 - of5)^2
  return of2Half + of10 * (1 - of2Half); // 1/2.5 and 1/10 make 1/2
}

/** 1 - exp(-dt / tau) of any gap. */
@inline
export function longLoss(dt: f64, tau: f64): f64 {
  return -Math.expm1(-dt / tau);
}
