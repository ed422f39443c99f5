// Projects every bucket's composite ahead and holds it against what came. What is computed, and why a
// snapshot waits, says engine/regime/projection.ts.

import { allocate } from "./room";
import { Roll } from "./trailing_roll";

/** Rows of a grid, and of two at a time, the last of which has a second that is none. */
const ROWS: usize = 101;
const PAIRS: usize = 51;
/** Bytes of a field of a grid, and of a row of composites. */
const FIELD: usize = ROWS << 3;
const WIDTH: usize = PAIRS << 4;

// Fields of a row of derivatives.
const V_REST: usize = 0;
const A_ADD: usize = FIELD;
const A_PULL: usize = 2 * FIELD;
const A_FILL: usize = 3 * FIELD;
const A_REST: usize = 4 * FIELD;
const J_ADD: usize = 5 * FIELD;
const J_PULL: usize = 6 * FIELD;
const J_FILL: usize = 7 * FIELD;
const J_REST: usize = 8 * FIELD;

// Rows of slopes.
const D_P: usize = 0;
const D_V: usize = WIDTH;
const D2_P: usize = 2 * WIDTH;
const D2_V: usize = 3 * WIDTH;

/** Composites closer than this do not differ. */
const LEAST_CHANGE: f64 = 1e-6;
/** Keeps a composite defined where both forces are 0. */
const TINY: f64 = 1e-12;

// The signs of a row's changes: which rose, then which fell, a bit a bucket in two words each.
const FELL: usize = 16;
const SIGNS: usize = 32;
/** Of the second word, the buckets that there are. */
const SECOND: u64 = (1 << (101 - 64)) - 1;

@unmanaged
export class Projection {
  roll: Roll;
  horizons: i32;
  /** Pressure and vacuum of every bucket, snapshot after snapshot. */
  forces: usize;
  /** Composites of the last snapshot, and of its projections, horizon after horizon. */
  current: usize;
  projected: usize;
  slopes: usize;
  /** What became of a projection until now. */
  signs: usize;
  /** A row of zeros. */
  zeros: usize;
  /** Snapshots of the sample, and of each its time. */
  slots: i32;
  owners: usize;
  sample: usize;
  /** The horizons, one after another, the longest last. */
  first: usize;
  /** An empty snapshot after the youngest that waits. */
  end: Waiting;
  /** Snapshots that wait no longer. */
  free: Waiting;

  @inline
  horizon(i: i32): Horizon {
    return changetype<Horizon>(this.first + <usize>i * offsetof<Horizon>());
  }

  /** Signs that a snapshot of the sample expected of a horizon; those that came follow them. */
  @inline
  sampled(slot: i32, horizon: i32): usize {
    return this.sample + (<usize>slot * <usize>this.horizons + <usize>horizon) * (2 * SIGNS);
  }
}

@unmanaged
class Horizon {
  seconds: f64;
  ns: f64;
  /** The first snapshot that it is not reached for. */
  next: Waiting;
  /** Of all pairs, and of those whose spot has not moved. */
  all: Counts;
  still: Counts;
}

@unmanaged
class Counts {
  pairs: f64;
  hits: f64;
  /** Hits of the naive predictor, halves. */
  naive: f64;
}

/**
 * An evaluated snapshot; after these fields its composites, then the signs of each horizon, then those
 * of the composites.
 */
@unmanaged
class Waiting {
  ts: f64;
  spot: f64;
  /** The one after it, or the next that is free. */
  next: Waiting;
  /** Its place in the sample; below 0 when it has none. */
  slot: i32;
  /** Keeps what follows at a multiple of 16 bytes. */
  none: u64;

  @inline
  composites(): usize {
    return changetype<usize>(this) + offsetof<Waiting>();
  }

  @inline
  signs(horizon: i32): usize {
    return this.composites() + WIDTH + <usize>horizon * SIGNS;
  }
}

/** A projection of what a roll of derivatives gives, with a sample of so many snapshots. */
export function newProjection(
  series: Roll,
  horizons: i32,
  snapshots: i32,
  slots: i32,
): Projection {
  const made = changetype<Projection>(allocate(offsetof<Projection>()));
  made.roll = series;
  made.horizons = horizons;
  // The last pair of the last snapshot reads beyond.
  made.forces = allocate(2 * FIELD * snapshots + 8);
  made.current = allocate(WIDTH);
  made.projected = allocate(WIDTH * horizons);
  made.slopes = allocate(4 * WIDTH);
  made.signs = allocate(SIGNS);
  made.zeros = allocate(WIDTH);
  made.slots = slots;
  made.owners = allocate(8 * <u64>slots);
  made.sample = allocate(2 * SIGNS * <u64>slots * <u64>horizons);
  made.first = allocate(offsetof<Horizon>() * horizons);
  made.end = newWaiting(made);
  return made;
}

/** Says how far a horizon is. */
export function setHorizon(projection: Projection, i: i32, seconds: f64, ns: f64): void {
  const horizon = projection.horizon(i);
  horizon.seconds = seconds;
  horizon.ns = ns;
  horizon.next = projection.end;
  horizon.all = changetype<Counts>(allocate(offsetof<Counts>()));
  horizon.still = changetype<Counts>(allocate(offsetof<Counts>()));
}

export function forcesOf(projection: Projection): usize {
  return projection.forces;
}

export function currentOf(projection: Projection): usize {
  return projection.current;
}

export function projectedOf(projection: Projection, i: i32): usize {
  return projection.projected + <usize>i * WIDTH;
}

/** Three counts of a horizon: pairs, hits, and hits of the naive predictor in halves. */
export function countsOf(projection: Projection, i: i32, isStill: bool): usize {
  const horizon = projection.horizon(i);
  return changetype<usize>(isStill ? horizon.still : horizon.all);
}

/**
 * The sample, snapshot after snapshot, and in each horizon after horizon: the signs that were expected,
 * then those that came; of each the buckets that rose, then those that fell.
 */
export function sampleOf(projection: Projection): usize {
  return projection.sample;
}

/** Goes on by a snapshot of those that were rolled last. */
export function push(
  projection: Projection,
  i: i32,
  ts: f64,
  spot: f64,
  isEvaluated: bool,
  slot: i32,
): void {
  const forces = projection.forces + <usize>i * (2 * FIELD);
  compose(forces, projection.current);
  for (let h = 0; h < projection.horizons; h++) resolve(projection, h, ts, spot);
  if (!isEvaluated) return;
  slope(projection.roll.rolled + <usize>i * projection.roll.stride(), projection.slopes);
  const waiting = projection.end;
  for (let h = 0; h < projection.horizons; h++) {
    const projected = projectedOf(projection, h);
    project(forces, projection.slopes, projection.horizon(h).seconds, projected);
    changes(projection.current, projected, waiting.signs(h));
  }
  memory.copy(waiting.composites(), projection.current, WIDTH);
  changes(projection.zeros, projection.current, waiting.signs(projection.horizons));
  waiting.ts = ts;
  waiting.spot = spot;
  waiting.slot = slot;
  if (slot >= 0) enter(projection, waiting);
  projection.end = waiting.next = newWaiting(projection);
}

function newWaiting(projection: Projection): Waiting {
  const free = projection.free;
  if (changetype<usize>(free) != 0) {
    projection.free = free.next;
    return free;
  }
  const bytes = offsetof<Waiting>() + WIDTH + SIGNS * (projection.horizons + 1);
  return changetype<Waiting>(allocate(bytes));
}

/** Takes a snapshot's place in the sample; nothing has come of it yet. */
function enter(projection: Projection, waiting: Waiting): void {
  store<f64>(projection.owners + (<usize>waiting.slot << 3), waiting.ts);
  for (let h = 0; h < projection.horizons; h++) {
    const at = projection.sampled(waiting.slot, h);
    memory.copy(at, waiting.signs(h), SIGNS);
    memory.fill(at + SIGNS, 0, SIGNS);
  }
}

/** Holds what came against every snapshot for which a horizon is reached now. */
function resolve(projection: Projection, h: i32, ts: f64, spot: f64): void {
  const horizon = projection.horizon(h);
  const isLongest = h + 1 == projection.horizons;
  let waiting = horizon.next;
  while (waiting != projection.end && waiting.ts + horizon.ns <= ts) {
    changes(waiting.composites(), projection.current, projection.signs);
    const before = waiting.signs(projection.horizons);
    compare(horizon.all, waiting.signs(h), projection.signs, before);
    if (waiting.spot == spot) {
      compare(horizon.still, waiting.signs(h), projection.signs, before);
    }
    const slot = waiting.slot;
    // A later snapshot may have taken its place.
    if (slot >= 0 && load<f64>(projection.owners + (<usize>slot << 3)) == waiting.ts) {
      memory.copy(projection.sampled(slot, h) + SIGNS, projection.signs, SIGNS);
    }
    const next = waiting.next;
    if (isLongest) {
      waiting.next = projection.free;
      projection.free = waiting;
    }
    waiting = next;
  }
  horizon.next = waiting;
}

/** The naive predictor says that a composite goes towards 0; of one that is 0 it says half of each. */
function compare(counts: Counts, expected: usize, came: usize, before: usize): void {
  let pairs: u64 = 0;
  let hits: u64 = 0;
  let naive: u64 = 0;
  for (let word: usize = 0; word < FELL; word += 8) {
    const rise = load<u64>(expected + word);
    const fall = load<u64>(expected + word, FELL);
    const rose = load<u64>(came + word);
    const fell = load<u64>(came + word, FELL);
    const above = load<u64>(before + word);
    const below = load<u64>(before + word, FELL);
    const both = (rise | fall) & (rose | fell);
    pairs += popcnt<u64>(both);
    hits += popcnt<u64>((rise & rose) | (fall & fell));
    naive += 2 * popcnt<u64>(both & ((below & rose) | (above & fell)));
    naive += popcnt<u64>(both & ~(above | below));
  }
  counts.pairs += <f64>pairs;
  counts.hits += <f64>hits;
  counts.naive += <f64>naive;
}

/** Tells which composites of one row are above those of another, and which below. */
function changes(from: usize, to: usize, signs: usize): void {
  const least = f64x2.splat(LEAST_CHANGE);
  const most = f64x2.splat(-LEAST_CHANGE);
  const end = from + WIDTH;
  for (let word: usize = 0; word < FELL; word += 8) {
    let rose: u64 = 0;
    let fell: u64 = 0;
    for (let bit: u64 = 0; bit < 64 && from < end; bit += 2) {
      const change = f64x2.sub(v128.load(to), v128.load(from));
      rose |= <u64>i64x2.bitmask(f64x2.gt(change, least)) << bit;
      fell |= <u64>i64x2.bitmask(f64x2.lt(change, most)) << bit;
      from += 16;
      to += 16;
    }
    store<u64>(signs + word, rose);
    store<u64>(signs + word, fell, FELL);
  }
  store<u64>(signs, load<u64>(signs, 8) & SECOND, 8);
  store<u64>(signs, load<u64>(signs, FELL + 8) & SECOND, FELL + 8);
}

@inline
function composite(pressure: v128, vacuum: v128): v128 {
  const sum = f64x2.add(f64x2.add(pressure, vacuum), f64x2.splat(TINY));
  return f64x2.div(f64x2.sub(pressure, vacuum), sum);
}

function compose(forces: usize, to: usize): void {
  for (let at: usize = 0; at < WIDTH; at += 16) {
    const force = forces + at;
    v128.store(to + at, composite(v128.load(force), v128.load(force, FIELD)));
  }
}

/** First and second derivatives of both forces of every bucket: dP, dV, d2P, d2V, row by row. */
function slope(rolled: usize, to: usize): void {
  const zero = f64x2.splat(0);
  const half = f64x2.splat(0.5);
  const third = f64x2.splat(0.3);
  const more = f64x2.splat(1.5);
  for (const end = to + WIDTH; to < end; to += 16) {
    const vRest = v128.load(rolled, V_REST);
    const aAdd = v128.load(rolled, A_ADD);
    const aPull = v128.load(rolled, A_PULL);
    const aRest = v128.load(rolled, A_REST);
    const jAdd = v128.load(rolled, J_ADD);
    const jPull = v128.load(rolled, J_PULL);
    const jRest = v128.load(rolled, J_REST);
    const fillA = f64x2.mul(more, v128.load(rolled, A_FILL));
    const fillJ = f64x2.mul(more, v128.load(rolled, J_FILL));
    const rising = v128.and(half, f64x2.gt(vRest, zero));
    const falling = v128.and(half, f64x2.lt(vRest, zero));
    const byAdd = v128.and(f64x2.mul(third, jAdd), f64x2.gt(aAdd, zero));
    const byPull = v128.and(f64x2.mul(third, jPull), f64x2.gt(aPull, zero));
    const dP = f64x2.add(f64x2.add(aAdd, f64x2.mul(rising, aRest)), byAdd);
    const dV = f64x2.sub(f64x2.add(aPull, fillA), f64x2.mul(falling, aRest));
    v128.store(to, dP, D_P);
    v128.store(to, f64x2.add(dV, byPull), D_V);
    v128.store(to, f64x2.add(jAdd, f64x2.mul(rising, jRest)), D2_P);
    v128.store(to, f64x2.sub(f64x2.add(jPull, fillJ), f64x2.mul(falling, jRest)), D2_V);
    rolled += 16;
  }
}

function project(forces: usize, slopes: usize, seconds: f64, to: usize): void {
  const zero = f64x2.splat(0);
  const h = f64x2.splat(seconds);
  const half = f64x2.splat(seconds * seconds / 2);
  for (const end = to + WIDTH; to < end; to += 16) {
    const firstP = f64x2.add(v128.load(forces), f64x2.mul(v128.load(slopes, D_P), h));
    const firstV = f64x2.add(v128.load(forces, FIELD), f64x2.mul(v128.load(slopes, D_V), h));
    const p = f64x2.add(firstP, f64x2.mul(v128.load(slopes, D2_P), half));
    const v = f64x2.add(firstV, f64x2.mul(v128.load(slopes, D2_V), half));
    const isP = f64x2.gt(p, zero);
    const isV = f64x2.gt(v, zero);
    v128.store(to, composite(v128.and(p, isP), v128.and(v, isV)));
    forces += 16;
    slopes += 16;
  }
}
