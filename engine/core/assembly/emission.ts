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
  slotAt,
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
  COLUMNS,
  EXTRA_COLUMNS,
  LEVELS,
  MID,
  REACH,
  ROWS,
  SIDES,
  TO_BIDS,
  WANTS_SIDES,
  WANTS_TOTALS,
} from "../layout";
import { writeTotals } from "./bucket_totals";
import { base, isDense, ofBucket, ofSide } from "./levels";
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

/** Bytes of a column. */
const COLUMN: usize = <usize>ROWS * 8;

/** Writes the rows as a grid at a time shows them; the buckets stay as they are. */
export function writeGrid(ts: u64): void {
  store<f64>(MID, midPrice());
  if (!centred) {
    memory.fill(COLUMNS, 0, (COLUMN_COUNT + EXTRA_COLUMNS) * COLUMN);
    return;
  }
  const from = ts / MINUTE * MINUTE;
  if (from != minute) {
    minute = from;
    for (let i: i64 = 0; i < SLOTS; i++) store<f64>(slotAt(i), 0, SHOWN);
  }
  const massNow = Math.exp(-(<f64>(ts - minute) / 1e9) / TAU_MASS);
  const shownNow = massNow * massNow * massNow;
  const first = centre - REACH;
  writeDepth(first);
  if (is(WANTS_SIDES)) writeSides(first);
  if (is(WANTS_TOTALS)) writeTotals(first);
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
    let x = f64x2.mul(v128.load(s, FORCES), f), y = f64x2.mul(v128.load(t, FORCES), g);
    v128.store(o, v128.shuffle<f64>(x, y, 0, 2), COLUMNS + 0 * COLUMN);
    v128.store(o, v128.shuffle<f64>(x, y, 1, 3), COLUMNS + 1 * COLUMN);
    const mf = f64x2.splat(massS), mg = f64x2.splat(massT);
    x = f64x2.mul(v128.load(s, MASSES), mf), y = f64x2.mul(v128.load(t, MASSES), mg);
    v128.store(o, v128.shuffle<f64>(x, y, 0, 2), COLUMNS + 2 * COLUMN);
    v128.store(o, v128.shuffle<f64>(x, y, 1, 3), COLUMNS + 3 * COLUMN);
    x = f64x2.mul(v128.load(s, FILL_REST), mf), y = f64x2.mul(v128.load(t, FILL_REST), mg);
    v128.store(o, v128.shuffle<f64>(x, y, 0, 2), COLUMNS + 4 * COLUMN);
    x = f64x2.mul(v128.load(s, V), f), y = f64x2.mul(v128.load(t, V), g);
    v128.store(o, v128.shuffle<f64>(x, y, 0, 2), COLUMNS + 6 * COLUMN);
    v128.store(o, v128.shuffle<f64>(x, y, 1, 3), COLUMNS + 7 * COLUMN);
    x = f64x2.mul(v128.load(s, V + 16), f), y = f64x2.mul(v128.load(t, V + 16), g);
    v128.store(o, v128.shuffle<f64>(x, y, 0, 2), COLUMNS + 8 * COLUMN);
    v128.store(o, v128.shuffle<f64>(x, y, 1, 3), COLUMNS + 9 * COLUMN);
    x = f64x2.mul(v128.load(s, A), f), y = f64x2.mul(v128.load(t, A), g);
    v128.store(o, v128.shuffle<f64>(x, y, 0, 2), COLUMNS + 10 * COLUMN);
    v128.store(o, v128.shuffle<f64>(x, y, 1, 3), COLUMNS + 11 * COLUMN);
    x = f64x2.mul(v128.load(s, A + 16), f), y = f64x2.mul(v128.load(t, A + 16), g);
    v128.store(o, v128.shuffle<f64>(x, y, 0, 2), COLUMNS + 12 * COLUMN);
    v128.store(o, v128.shuffle<f64>(x, y, 1, 3), COLUMNS + 13 * COLUMN);
    x = f64x2.mul(v128.load(s, J), f), y = f64x2.mul(v128.load(t, J), g);
    v128.store(o, v128.shuffle<f64>(x, y, 0, 2), COLUMNS + 14 * COLUMN);
    v128.store(o, v128.shuffle<f64>(x, y, 1, 3), COLUMNS + 15 * COLUMN);
    x = f64x2.mul(v128.load(s, J + 16), f), y = f64x2.mul(v128.load(t, J + 16), g);
    v128.store(o, v128.shuffle<f64>(x, y, 0, 2), COLUMNS + 16 * COLUMN);
    v128.store(o, v128.shuffle<f64>(x, y, 1, 3), COLUMNS + 17 * COLUMN);
    store<i64>(o, load<i64>(s, EVENT), COLUMNS + 18 * COLUMN);
    store<i64>(o, load<i64>(t, EVENT), COLUMNS + 18 * COLUMN + 8);
  }
}

@inline
function isOld(s: usize, ts: u64): bool {
  const touched = load<u64>(s, TOUCHED);
  return ts > touched && ts - touched > SHOWN_AS_STORED;
}

function learn(s: usize): void {
  // Times are unsigned, and may lie as far apart as can be.
  const touched = load<u64>(s, TOUCHED);
  const since = (touched >= minute ? <f64>(touched - minute) : -<f64>(minute - touched)) / 1e9;
  const mass = Math.exp(since / TAU_MASS);
  store<f64>(s, mass * mass * mass, SHOWN);
  store<f64>(s, mass, SHOWN_MASS);
}

/** What a double below 2^52 has above its whole number, so that the bits of an integer make one. */
const TWO_52: f64 = 4503599627370496;

function writeDepth(first: i64): void {
  if (isDense(first, ROWS)) {
    const from = LEVELS + (<usize>(first - base) << 3);
    const exponent = i64x2.splat(0x4330000000000000), twos = f64x2.splat(TWO_52);
    let all = i64x2.splat(0);
    for (let pair = 0; pair < 51; pair++) {
      const o = <usize>(pair == 50 ? 99 : pair * 2) << 3;
      const depth = i64x2.add(v128.load(from + o), v128.load(from + o, TO_BIDS));
      all = v128.or(all, depth);
      v128.store(o, f64x2.sub(v128.or(depth, exponent), twos), COLUMNS + 5 * COLUMN);
    }
    if (((i64x2.extract_lane(all, 0) | i64x2.extract_lane(all, 1)) >> 52) == 0) return;
  }
  for (let row = 0; row < ROWS; row++) {
    store<f64>(<usize>row << 3, ofBucket(first + row), COLUMNS + 5 * COLUMN);
  }
}

function writeSides(first: i64): void {
  for (let row = 0; row < ROWS; row++) {
    store<f64>(<usize>row << 3, ofSide(true, first + row), SIDES);
    store<f64>(<usize>row << 3, ofSide(false, first + row), SIDES + COLUMN);
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
