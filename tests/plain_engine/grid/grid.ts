import type { OrderBook } from "../book/book.ts";
import type { Depth } from "../book/depth.ts";
import type { Touch } from "../book/touch.ts";
import type { MboRecord } from "../record.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";
import { ALPHA_A, ALPHA_J, ALPHA_V, decay, DECAY_NUMBERS, DT, KEEP } from "./decay.ts";
import { Fade } from "./fade.ts";
import type { GridFrame } from "./frame.ts";

// A bucket's state: the float columns of a grid row in their order (rest_depth holding the rest
// memory), then the two marks of its last touch.
const PRESSURE = 0;
const VACUUM = 1;
const ADD_MASS = 2;
const PULL_MASS = 3;
const FILL_MASS = 4;
const REST = 5;
const V = 6; // add, pull, fill, rest; then a and j alike
const A = 10;
const J = 14;
const LAST_EVENT_ID = 18;
const LAST_TS = 19;
const STRIDE = 20;

const CHAIN_ADD = 0;
const CHAIN_PULL = 1;
const CHAIN_FILL = 2;
const CHAIN_REST = 3;
const CHAINS = 4;

/** Ring of buckets: a power of two above GRID_ROWS, so that a bucket is found by its tick. */
const SLOTS = 128;
const SLOT_MASK = SLOTS - 1;

/** What a touch needs of its record. */
type Timed = Pick<MboRecord, "ts">;

/** What a touch needs of the book after its record. */
interface BookAfter extends Pick<OrderBook, "eventId"> {
  depth: Pick<Depth, "ofBucket">;
}

/** Buckets younger than this are shown as stored, nanoseconds (spec/engine.md). */
const SHOWN_AS_STORED = 0.5e9;

// Constants of this module are compiled in; imported ones are looked up at every use.
const REACH = HALF_WIDTH;
const ROWS = GRID_ROWS;

const GAP = DT;
const MASS_KEPT = KEEP;
const RATE = DECAY_NUMBERS;
const [BY_V, BY_A, BY_J] = [ALPHA_V, ALPHA_A, ALPHA_J];

/**
 * The buckets around spot: masses, derivative chains and forces (spec/engine.md).
 *
 * Buckets are kept by their absolute tick, so a spot shift moves no data: it resets the buckets
 * that come in from outside.
 */
export class Grid {
  readonly #state = new Float64Array(SLOTS * STRIDE);
  /** Numbers of the touch under way: those of `decay`, then the rates of the four chains. */
  readonly #numbers = new Float64Array(RATE + CHAINS);
  readonly #fade = new Fade(SLOTS);
  #spotTick = 0;
  #spotKnown = false;

  constructor() {
    for (let slot = 0; slot < SLOTS; slot++) this.#reset(slot);
  }

  /**
   * Follows spot: buckets that stay in view keep their whole state, others start at zero.
   *
   * @param spotTick spot in ticks
   */
  shiftTo(spotTick: number): void {
    if (spotTick === this.#spotTick && this.#spotKnown) return;
    const shift = this.#spotKnown ? spotTick - this.#spotTick : GRID_ROWS;
    const entering = Math.min(Math.abs(shift), GRID_ROWS);
    const first = shift > 0 ? spotTick + HALF_WIDTH - entering + 1 : spotTick - HALF_WIDTH;
    for (let i = 0; i < entering; i++) this.#reset(slotOf(first + i));
    this.#spotTick = spotTick;
    this.#spotKnown = true;
  }

  /**
   * Updates the bucket of a touch; one outside the view is left alone.
   *
   * @param touch what changed, and the bucket's tick
   * @param record the record that did it, ts in nanoseconds since the session's midnight
   * @param book the book after it
   */
  touch({ tick, add, pull, fill }: Touch, record: Timed, book: BookAfter): void {
    const k = tick - this.#spotTick;
    if (!this.#spotKnown || k < -REACH || k > REACH) return;
    const s = this.#state;
    const slot = slotOf(tick);
    const at = slot * STRIDE;
    const { ts } = record;
    const rest = book.depth.ofBucket(tick);
    const elapsed = ts - s[at + LAST_TS]!; // NaN before the first touch
    if (elapsed > 0) {
      const numbers = this.#numbers;
      const dt = elapsed / 1e9;
      numbers[GAP] = dt;
      decay(numbers);
      numbers[RATE + CHAIN_ADD] = add / dt;
      numbers[RATE + CHAIN_PULL] = pull / dt;
      numbers[RATE + CHAIN_FILL] = fill / dt;
      numbers[RATE + CHAIN_REST] = (rest - s[at + REST]!) / dt;
      const keep = numbers[MASS_KEPT]!;
      s[at + ADD_MASS] = s[at + ADD_MASS]! * keep + add;
      s[at + PULL_MASS] = s[at + PULL_MASS]! * keep + pull;
      s[at + FILL_MASS] = s[at + FILL_MASS]! * keep + fill;
      this.#advanceChains(at);
      this.#updateForces(at);
    } else {
      s[at + ADD_MASS] = s[at + ADD_MASS]! + add;
      s[at + PULL_MASS] = s[at + PULL_MASS]! + pull;
      s[at + FILL_MASS] = s[at + FILL_MASS]! + fill;
    }
    s[at + REST] = rest;
    s[at + LAST_EVENT_ID] = book.eventId;
    s[at + LAST_TS] = ts;
    this.#fade.touched(slot);
  }

  /** At a snapshot's end every bucket remembers the book's depth: a rebuilt book is not flow. */
  rememberDepth(book: OrderBook): void {
    if (!this.#spotKnown) return;
    for (let k = -REACH; k <= REACH; k++) {
      const tick = this.#spotTick + k;
      this.#state[slotOf(tick) * STRIDE + REST] = book.depth.ofBucket(tick);
    }
  }

  /**
   * Writes the rows as a grid shows them at a time; the state stays as it is.
   *
   * @param frame receives the rows
   * @param ts event time, nanoseconds since the session's midnight
   * @param book supplies rest_depth
   */
  write(frame: GridFrame, ts: number, book: OrderBook): void {
    const { values, lastEventId } = frame;
    if (!this.#spotKnown) {
      values.fill(0);
      lastEventId.fill(0);
      return;
    }
    const s = this.#state;
    const fade = this.#fade;
    fade.turnTo(ts);
    const { shown: shownOf, mass: massOf, now } = fade;
    const shownNow = now[0]!;
    const massNow = now[1]!;
    const first = this.#spotTick - REACH;
    book.depth.writeBuckets(first, ROWS, values, REST * ROWS);
    for (let row = 0; row < ROWS; row++) {
      const slot = slotOf(first + row);
      const at = slot * STRIDE;
      let shown = 1;
      let mass = 1;
      if (ts - s[at + LAST_TS]! > SHOWN_AS_STORED) {
        if (shownOf[slot] === 0) fade.learn(slot, s[at + LAST_TS]!);
        shown = shownNow * shownOf[slot]!;
        mass = massNow * massOf[slot]!;
      }
      // Written out: a loop over the fields takes twice as long.
      values[row] = s[at]! * shown;
      values[row + ROWS] = s[at + 1]! * shown;
      values[row + 2 * ROWS] = s[at + 2]! * mass;
      values[row + 3 * ROWS] = s[at + 3]! * mass;
      values[row + 4 * ROWS] = s[at + 4]! * mass;
      values[row + 6 * ROWS] = s[at + 6]! * shown;
      values[row + 7 * ROWS] = s[at + 7]! * shown;
      values[row + 8 * ROWS] = s[at + 8]! * shown;
      values[row + 9 * ROWS] = s[at + 9]! * shown;
      values[row + 10 * ROWS] = s[at + 10]! * shown;
      values[row + 11 * ROWS] = s[at + 11]! * shown;
      values[row + 12 * ROWS] = s[at + 12]! * shown;
      values[row + 13 * ROWS] = s[at + 13]! * shown;
      values[row + 14 * ROWS] = s[at + 14]! * shown;
      values[row + 15 * ROWS] = s[at + 15]! * shown;
      values[row + 16 * ROWS] = s[at + 16]! * shown;
      values[row + 17 * ROWS] = s[at + 17]! * shown;
      lastEventId[row] = s[at + LAST_EVENT_ID]!;
    }
  }

  /** The exponentially weighted chains: velocity from the rate, acceleration and jerk from it. */
  #advanceChains(at: number): void {
    const s = this.#state;
    const numbers = this.#numbers;
    const dt = numbers[GAP]!;
    const alphaV = numbers[BY_V]!;
    const alphaA = numbers[BY_A]!;
    const alphaJ = numbers[BY_J]!;
    for (let chain = 0; chain < CHAINS; chain++) {
      const v = s[at + V + chain]!;
      const a = s[at + A + chain]!;
      const v1 = alphaV * numbers[RATE + chain]! + (1 - alphaV) * v;
      const a1 = alphaA * (v1 - v) / dt + (1 - alphaA) * a;
      const j1 = alphaJ * (a1 - a) / dt + (1 - alphaJ) * s[at + J + chain]!;
      // What is not finite in one makes those after it not finite.
      if (!Number.isFinite(j1)) continue;
      s[at + V + chain] = v1;
      s[at + A + chain] = a1;
      s[at + J + chain] = j1;
    }
  }

  #updateForces(at: number): void {
    const s = this.#state;
    const vRest = s[at + V + CHAIN_REST]!;
    s[at + PRESSURE] = 1.0 * s[at + V + CHAIN_ADD]! + 0.5 * positive(vRest) +
      0.3 * positive(s[at + A + CHAIN_ADD]!);
    s[at + VACUUM] = 1.0 * s[at + V + CHAIN_PULL]! + 1.5 * s[at + V + CHAIN_FILL]! +
      0.5 * positive(-vRest) + 0.3 * positive(s[at + A + CHAIN_PULL]!);
  }

  #reset(slot: number): void {
    const at = slot * STRIDE;
    this.#state.fill(0, at, at + STRIDE);
    this.#state[at + LAST_TS] = NaN;
  }
}

/** The ring slot of a bucket. Ticks beyond 32 bits wrap as their low bits do. */
function slotOf(tick: number): number {
  return tick & SLOT_MASK;
}

/** max(x, 0) to the bit below 2^1023, without the branches of Math.max: the signs of flows cannot be foretold. */
function positive(x: number): number {
  return (x + Math.abs(x)) / 2;
}
