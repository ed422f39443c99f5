// A grid as it is shown: what the buckets hold, faded by age, and the book's own depth; column by column
// to where the host says (docs/engine.md, "What a grid shows").

import {
  A,
  bucketAt,
  centre,
  centred,
  EVENT,
  FILL_REST,
  FORCES,
  J,
  MASSES,
  NEVER,
  SHOWN,
  SHOWN_MASS,
  SLOTS,
  TOUCHED,
  V,
} from "./buckets";
import { TAU_MASS } from "./decay";
import {
  ASK_PRESENT,
  ASK_PRICE,
  BID_PRESENT,
  BID_PRICE,
  COLUMN_COUNT,
  LEVELS,
  MID,
  PLACES,
  REACH,
  ROWS,
} from "../layout";
import { base, isDense, ofBucket, TO_BIDS } from "./levels";
import { get, is } from "./state";

/** Buckets younger than this are shown as stored, nanoseconds. */
const SHOWN_AS_STORED: u64 = 500_000_000;

/** Ages count from a whole minute, which is the same whichever grids came before. */
const MINUTE: u64 = 60_000_000_000;

// A bucket's age is the time since the minute less its touch's time since it, and the latter stays the
// same until the next touch: so a bucket costs an exp once, and then a product a grid. The time constant
// of chains and forces is a third of that of the masses, 10 of 30 s, so that their factors are the third
// powers of those of the masses.
let minute: u64 = NEVER;

export function beginEmission(): void {
  minute = NEVER;
}

/** Where a column's values go. */
@inline
function column(n: usize): usize {
  return <usize>load<u32>(PLACES + n * 4);
}

/** Writes the rows as a grid at a time shows them; the buckets stay as they are. */
export function writeGrid(ts: u64): void {
  store<f64>(MID, midPrice());
  if (!centred) {
    for (let n: usize = 0; n < <usize>COLUMN_COUNT; n++) memory.fill(column(n), 0, ROWS * 8);
    return;
  }
  const from = ts / MINUTE * MINUTE;
  if (from != minute) {
    minute = from;
    for (let i: i64 = 0; i < SLOTS; i++) store<f64>(bucketAt(i), 0, SHOWN);
  }
  const massNow = Math.exp(-(<f64>(ts - minute) / 1e9) / TAU_MASS);
  const shownNow = massNow * massNow * massNow;
  const first = centre - REACH;
  writeDepth(first, column(5));
  const c0 = column(0), c1 = column(1), c2 = column(2), c3 = column(3), c4 = column(4);
  const c6 = column(6), c7 = column(7), c8 = column(8), c9 = column(9), c10 = column(10);
  const c11 = column(11), c12 = column(12), c13 = column(13), c14 = column(14), c15 = column(15);
  const c16 = column(16), c17 = column(17), c18 = column(18);
  // Two rows at a time; the last pair goes over rows 99 and 100 once more.
  for (let pair = 0; pair < 51; pair++) {
    const row = pair == 50 ? 99 : pair * 2;
    const s = bucketAt(first + row), t = bucketAt(first + row + 1);
    let shownS: f64 = 1, massS: f64 = 1, shownT: f64 = 1, massT: f64 = 1;
    if (isOld(s, ts)) {
      if (load<f64>(s, SHOWN) == 0) learn(s);
      shownS = shownNow * load<f64>(s, SHOWN);
      massS = massNow * load<f64>(s, SHOWN_MASS);
    }
    if (isOld(t, ts)) {
      if (load<f64>(t, SHOWN) == 0) learn(t);
      shownT = shownNow * load<f64>(t, SHOWN);
      massT = massNow * load<f64>(t, SHOWN_MASS);
    }
    const f = f64x2.splat(shownS), g = f64x2.splat(shownT);
    const o = <usize>row << 3;
    write(s, t, FORCES, f, g, c0 + o, c1 + o);
    const mf = f64x2.splat(massS), mg = f64x2.splat(massT);
    write(s, t, MASSES, mf, mg, c2 + o, c3 + o);
    const x = f64x2.mul(v128.load(s, FILL_REST), mf), y = f64x2.mul(v128.load(t, FILL_REST), mg);
    v128.store(c4 + o, v128.shuffle<f64>(x, y, 0, 2));
    write(s, t, V, f, g, c6 + o, c7 + o);
    write(s, t, V + 16, f, g, c8 + o, c9 + o);
    write(s, t, A, f, g, c10 + o, c11 + o);
    write(s, t, A + 16, f, g, c12 + o, c13 + o);
    write(s, t, J, f, g, c14 + o, c15 + o);
    write(s, t, J + 16, f, g, c16 + o, c17 + o);
    store<i64>(c18 + o, load<i64>(s, EVENT));
    store<i64>(c18 + o, load<i64>(t, EVENT), 8);
  }
}

/** Two values of two neighbouring buckets, faded, into two columns. */
@inline
function write(s: usize, t: usize, at: usize, f: v128, g: v128, to: usize, next: usize): void {
  const x = f64x2.mul(v128.load(s + at), f), y = f64x2.mul(v128.load(t + at), g);
  v128.store(to, v128.shuffle<f64>(x, y, 0, 2));
  v128.store(next, v128.shuffle<f64>(x, y, 1, 3));
}

@inline
function isOld(s: usize, ts: u64): bool {
  const touched = load<u64>(s, TOUCHED);
  return ts > touched && ts - touched > SHOWN_AS_STORED;
}

function learn(s: usize): void {
  const since = <f64><i64>(load<u64>(s, TOUCHED) - minute) / 1e9;
  const mass = Math.exp(since / TAU_MASS);
  store<f64>(s, mass * mass * mass, SHOWN);
  store<f64>(s, mass, SHOWN_MASS);
}

function writeDepth(first: i64, to: usize): void {
  if (!isDense(first, ROWS)) {
    for (let row = 0; row < ROWS; row++) {
      store<f64>(to + (<usize>row << 3), ofBucket(first + row));
    }
    return;
  }
  const from = LEVELS + (<usize>(first - base) << 3);
  for (let row: usize = 0; row < <usize>ROWS * 8; row += 8) {
    store<f64>(to + row, <f64>(load<i64>(from + row) + load<i64>(from + row, TO_BIDS)));
  }
}

/** (best bid + best ask) / 2 in dollars: the sum exact, then doubles. */
function midPrice(): f64 {
  if (!is(BID_PRESENT) || !is(ASK_PRESENT)) return 0;
  const bid = get(BID_PRICE), ask = get(ASK_PRICE);
  const half = (bid >> 1) + (ask >> 1) + (bid & ask & 1);
  const odd = (bid ^ ask) & 1;
  // A sum that would not fit is told by its half; its last bit can only break a tie.
  const sum = half > <i64>1 << 60 || half < -(<i64>1 << 60)
    ? <f64>(half | odd) * 2
    : <f64>(<i64>2 * half + odd);
  return sum / 2 * 1e-9;
}
