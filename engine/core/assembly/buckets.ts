// The buckets around spot: masses, derivative chains and forces (docs/engine.md, "Bucket update").
// They are kept by their tick, so that a spot shift moves nothing: it resets those that come in.

import {
  longLoss,
  lossOf10,
  lossOf2,
  lossOf5,
  SHORT_GAP,
  shortLossOf30,
  TAU_A,
  TAU_J,
  TAU_MASS,
  TAU_V,
} from "./decay";
import { BUCKETS, REACH, ROWS, SPOT_KNOWN, SPOT_TICK } from "../layout";
import { ofBucket } from "./levels";
import { get, is } from "./state";

/** Ring of buckets: a power of two above the rows of a grid. */
export const SLOTS: i64 = 128;

// A bucket, 192 bytes: the float columns of a grid row in their order, with the rest memory in place of
// rest_depth; its last event, i64; its last touch, u64; its share of the fade (emission.ts); and the
// generation that it is of.
const STRIDE: usize = 192;
export const FORCES: usize = 0; // pressure, vacuum
export const MASSES: usize = 16; // add, pull
export const FILL_REST: usize = 32; // mass of fills; rest memory
export const V: usize = 48; // add, pull, fill, rest; then accelerations and jerks alike
export const A: usize = 80;
export const J: usize = 112;
export const EVENT: usize = 144;
export const TOUCHED: usize = 152;
export const SHOWN: usize = 160;
export const SHOWN_MASS: usize = 168;
const GENERATION: usize = 176;

/** Last touch of a bucket that had none: no time comes after it. */
export const NEVER: u64 = u64.MAX_VALUE;

/** Spot that the ring is around. */
export let centre: i64 = 0;
export let centred: bool = false;
/** Goes up when spot leaps out of view: what is of another is as good as reset. */
let generation: u64 = 1;

export function beginBuckets(): void {
  for (let i: i64 = 0; i < SLOTS; i++) reset(i);
  centred = false;
}

/** Where a tick's bucket lies, which is in view. */
@inline
export function bucketAt(tick: i64): usize {
  const s = slotAt(tick);
  if (load<u64>(s, GENERATION) != generation) resetAt(s);
  return s;
}

/** Where a tick's bucket lies, whatever is there. */
@inline
export function slotAt(tick: i64): usize {
  return BUCKETS + <usize>(tick & (SLOTS - 1)) * STRIDE;
}

/** Follows spot: buckets that stay in view keep their whole state, others start at zero. */
@inline
export function shift(): void {
  const spot = get(SPOT_TICK);
  if ((spot != centre || !centred) && is(SPOT_KNOWN)) shiftTo(spot);
}

/** At a snapshot's end every bucket remembers the book's depth: a rebuilt book is not flow. */
export function rememberDepth(): void {
  if (!centred) return;
  for (let tick = centre - REACH; tick <= centre + REACH; tick++) {
    store<f64>(bucketAt(tick), ofBucket(tick), FILL_REST + 8);
  }
}

/** Updates the bucket of a touch; one outside the view is left alone. */
@inline
export function update(tick: i64, added: f64, pulled: f64, fill: f64, ts: u64, event: i64): void {
  if (<u64>(tick - centre + REACH) > 2 * REACH || !centred) return;
  const s = bucketAt(tick);
  const rest = ofBucket(tick);
  const last = load<u64>(s, TOUCHED);
  const masses = v128.load(s, MASSES);
  const amounts = f64x2.replace_lane(f64x2.splat(added), 1, pulled);
  if (ts > last) {
    const dt = <f64>(ts - last) / 1e9;
    let alphaV: f64, alphaA: f64, alphaJ: f64, keep: f64;
    if (dt > SHORT_GAP) {
      alphaV = longLoss(dt, TAU_V);
      alphaA = longLoss(dt, TAU_A);
      alphaJ = longLoss(dt, TAU_J);
      keep = Math.exp(-dt / TAU_MASS);
    } else {
      const of30 = shortLossOf30(dt);
      alphaJ = lossOf10(of30);
      alphaA = lossOf5(alphaJ);
      alphaV = lossOf2(alphaA, alphaJ);
      keep = 1 - of30;
    }
    const kept = f64x2.splat(keep);
    const before = v128.load(s, FILL_REST);
    const delta = f64x2.replace_lane(f64x2.splat(fill), 1, rest - f64x2.extract_lane(before, 1));
    const fillMass = f64x2.extract_lane(before, 0) * keep + fill;
    v128.store(s, f64x2.add(f64x2.mul(masses, kept), amounts), MASSES);
    v128.store(s, f64x2.replace_lane(f64x2.splat(fillMass), 1, rest), FILL_REST);
    const dts = f64x2.splat(dt);
    const byV = f64x2.splat(alphaV), keepV = f64x2.splat(1 - alphaV);
    const byA = f64x2.splat(alphaA), keepA = f64x2.splat(1 - alphaA);
    const byJ = f64x2.splat(alphaJ), keepJ = f64x2.splat(1 - alphaJ);
    // add and pull
    const v0 = v128.load(s, V), a0 = v128.load(s, A), j0 = v128.load(s, J);
    let v1 = f64x2.add(f64x2.mul(byV, f64x2.div(amounts, dts)), f64x2.mul(keepV, v0));
    let a1 = f64x2.add(f64x2.div(f64x2.mul(byA, f64x2.sub(v1, v0)), dts), f64x2.mul(keepA, a0));
    let j1 = f64x2.add(f64x2.div(f64x2.mul(byJ, f64x2.sub(a1, a0)), dts), f64x2.mul(keepJ, j0));
    // fill and rest
    const v2 = v128.load(s, V + 16), a2 = v128.load(s, A + 16), j2 = v128.load(s, J + 16);
    let v3 = f64x2.add(f64x2.mul(byV, f64x2.div(delta, dts)), f64x2.mul(keepV, v2));
    let a3 = f64x2.add(f64x2.div(f64x2.mul(byA, f64x2.sub(v3, v2)), dts), f64x2.mul(keepA, a2));
    let j3 = f64x2.add(f64x2.div(f64x2.mul(byJ, f64x2.sub(a3, a2)), dts), f64x2.mul(keepJ, j2));
    // What is not finite in one makes those after it not finite: x - x is then not 0. No market's record
    // comes to that: amounts are below 2^63, and a loss divided by its dt is at most 1/tau.
    const zero = f64x2.splat(0);
    const isFine1 = f64x2.eq(f64x2.sub(j1, j1), zero), isFine3 = f64x2.eq(f64x2.sub(j3, j3), zero);
    v1 = v128.bitselect(v1, v0, isFine1);
    a1 = v128.bitselect(a1, a0, isFine1);
    j1 = v128.bitselect(j1, j0, isFine1);
    v3 = v128.bitselect(v3, v2, isFine3);
    a3 = v128.bitselect(a3, a2, isFine3);
    j3 = v128.bitselect(j3, j2, isFine3);
    v128.store(s, v1, V);
    v128.store(s, a1, A);
    v128.store(s, j1, J);
    v128.store(s, v3, V + 16);
    v128.store(s, a3, A + 16);
    v128.store(s, j3, J + 16);
    // pressure and vacuum side by side
    const vFill = f64x2.extract_lane(v3, 0), vRest = f64x2.extract_lane(v3, 1);
    let force = f64x2.add(v1, f64x2.replace_lane(zero, 1, 1.5 * vFill));
    const rests = f64x2.replace_lane(f64x2.splat(vRest), 1, -vRest);
    force = f64x2.add(force, f64x2.mul(f64x2.splat(0.5), f64x2.pmax(zero, rests)));
    force = f64x2.add(force, f64x2.mul(f64x2.splat(0.3), f64x2.pmax(zero, a1)));
    v128.store(s, force, FORCES);
  } else {
    v128.store(s, f64x2.add(masses, amounts), MASSES);
    store<f64>(s, load<f64>(s, FILL_REST) + fill, FILL_REST);
    store<f64>(s, rest, FILL_REST + 8);
  }
  store<i64>(s, event, EVENT);
  store<u64>(s, ts, TOUCHED);
  store<f64>(s, 0, SHOWN);
}

function shiftTo(spot: i64): void {
  const by = spot - centre;
  if (!centred || by >= ROWS || by <= -ROWS) generation++;
  else if (by > 0) {
    for (let tick = spot + REACH - by + 1; tick <= spot + REACH; tick++) reset(tick);
  } else {
    for (let tick = spot - REACH; tick < spot - REACH - by; tick++) reset(tick);
  }
  centre = spot;
  centred = true;
}

@inline
function reset(tick: i64): void {
  resetAt(slotAt(tick));
}

function resetAt(s: usize): void {
  memory.fill(s, 0, STRIDE);
  store<u64>(s, NEVER, TOUCHED);
  store<u64>(s, generation, GENERATION);
}
