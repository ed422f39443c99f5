import type { OrderBook, Touch } from "../book/book.ts";
import { FLOAT_FIELDS, GRID_ROWS, HALF_WIDTH } from "../wire/fields.ts";
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

/** Ring of buckets: a power of two above GRID_ROWS, so that a bucket is found by its tick. */
const SLOTS = 128;
const SLOT_MASK = SLOTS - 1;

// Time constants in seconds (spec/engine.md, "Bucket update" and "What a grid shows").
const TAU_MASS = 30;
const TAU_V = 2;
const TAU_A = 5;
const TAU_J = 10;
const TAU_SHOWN = 10;
const SHOWN_AS_STORED = 0.5;

/**
 * The buckets around spot: masses, derivative chains and forces (spec/engine.md).
 *
 * Buckets are kept by their absolute tick, so a spot shift moves no data: it resets the buckets
 * that come in from outside.
 */
export class Grid {
  readonly #state = new Float64Array(SLOTS * STRIDE);
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
   * @param ts event time, nanoseconds since the session's midnight
   * @param eventId number of the record
   * @param rest depth of the bucket now, both sides
   */
  touch({ tick, add, pull, fill }: Touch, ts: number, eventId: number, rest: number): void {
    const k = tick - this.#spotTick;
    if (!this.#spotKnown || k < -HALF_WIDTH || k > HALF_WIDTH) return;
    const s = this.#state;
    const at = slotOf(tick) * STRIDE;
    const elapsed = ts - s[at + LAST_TS]!; // NaN before the first touch
    if (elapsed > 0) {
      const dt = elapsed / 1e9;
      const keep = Math.exp(-dt / TAU_MASS);
      s[at + ADD_MASS] = s[at + ADD_MASS]! * keep + add;
      s[at + PULL_MASS] = s[at + PULL_MASS]! * keep + pull;
      s[at + FILL_MASS] = s[at + FILL_MASS]! * keep + fill;
      const alphaV = -Math.expm1(-dt / TAU_V);
      const alphaA = -Math.expm1(-dt / TAU_A);
      const alphaJ = -Math.expm1(-dt / TAU_J);
      this.#chain(at + CHAIN_ADD, add / dt, dt, alphaV, alphaA, alphaJ);
      this.#chain(at + CHAIN_PULL, pull / dt, dt, alphaV, alphaA, alphaJ);
      this.#chain(at + CHAIN_FILL, fill / dt, dt, alphaV, alphaA, alphaJ);
      this.#chain(at + CHAIN_REST, (rest - s[at + REST]!) / dt, dt, alphaV, alphaA, alphaJ);
      this.#forces(at);
    } else {
      s[at + ADD_MASS] = s[at + ADD_MASS]! + add;
      s[at + PULL_MASS] = s[at + PULL_MASS]! + pull;
      s[at + FILL_MASS] = s[at + FILL_MASS]! + fill;
    }
    s[at + REST] = rest;
    s[at + LAST_EVENT_ID] = eventId;
    s[at + LAST_TS] = ts;
  }

  /** At a snapshot's end every bucket remembers the book's depth: a rebuilt book is not flow. */
  rememberDepth(book: OrderBook): void {
    if (!this.#spotKnown) return;
    for (let k = -HALF_WIDTH; k <= HALF_WIDTH; k++) {
      const tick = this.#spotTick + k;
      this.#state[slotOf(tick) * STRIDE + REST] = book.restDepth(tick);
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
    for (let row = 0; row < GRID_ROWS; row++) {
      const tick = this.#spotTick + row - HALF_WIDTH;
      const at = slotOf(tick) * STRIDE;
      const age = (ts - s[at + LAST_TS]!) / 1e9;
      let shown = 1;
      let mass = 1;
      if (age > SHOWN_AS_STORED) {
        shown = Math.exp(-age / TAU_SHOWN);
        mass = Math.exp(-age / TAU_MASS);
      }
      let to = row;
      for (let field = 0; field < FLOAT_FIELDS.length; field++) {
        const isMass = field >= ADD_MASS && field <= FILL_MASS;
        values[to] = s[at + field]! * (isMass ? mass : shown);
        to += GRID_ROWS;
      }
      values[REST * GRID_ROWS + row] = book.restDepth(tick);
      lastEventId[row] = s[at + LAST_EVENT_ID]!;
    }
  }

  /** One exponentially weighted chain: velocity from the rate, acceleration and jerk from it. */
  #chain(
    at: number,
    rate: number,
    dt: number,
    alphaV: number,
    alphaA: number,
    alphaJ: number,
  ): void {
    const s = this.#state;
    const v = s[at + V]!;
    const a = s[at + A]!;
    const v1 = alphaV * rate + (1 - alphaV) * v;
    const a1 = alphaA * (v1 - v) / dt + (1 - alphaA) * a;
    const j1 = alphaJ * (a1 - a) / dt + (1 - alphaJ) * s[at + J]!;
    // NaN and infinities spread to the last of the three, or stand in the first two themselves.
    if (!Number.isFinite(v1) || !Number.isFinite(a1) || !Number.isFinite(j1)) return;
    s[at + V] = v1;
    s[at + A] = a1;
    s[at + J] = j1;
  }

  #forces(at: number): void {
    const s = this.#state;
    const vRest = s[at + V + CHAIN_REST]!;
    s[at + PRESSURE] = 1.0 * s[at + V + CHAIN_ADD]! + 0.5 * Math.max(vRest, 0) +
      0.3 * Math.max(s[at + A + CHAIN_ADD]!, 0);
    s[at + VACUUM] = 1.0 * s[at + V + CHAIN_PULL]! + 1.5 * s[at + V + CHAIN_FILL]! +
      0.5 * Math.max(-vRest, 0) + 0.3 * Math.max(s[at + A + CHAIN_PULL]!, 0);
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
