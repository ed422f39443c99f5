import { GRID_ROWS } from "../wire/fields.ts";
import { BATCH, CHAIN_FIELDS, CHAINS, FORCES } from "./batch.ts";
import { TINY } from "./spectrum.ts";
import { TrailingRoll } from "./trailing_roll.ts";

/** Composites closer than this do not differ. */
const LEAST_CHANGE = 1e-6;

const [V_REST, A_ADD, A_PULL, A_FILL, A_REST, J_ADD, J_PULL, J_FILL, J_REST] = CHAIN_FIELDS.map((
  _field,
  i,
) => i * GRID_ROWS) as [number, number, number, number, number, number, number, number, number];

const [D_P, D_V, D2_P, D2_V] = [0, GRID_ROWS, 2 * GRID_ROWS, 3 * GRID_ROWS] as const;

/** How often the sign of a projected change came true. */
export interface HitRate {
  /** Share of the pairs whose two signs agree; null without pairs. */
  delta_sign_hit_rate: number | null;
  n_pairs: number;
}

/**
 * Projects every bucket's composite ahead and holds it against what came (spec/analysis.md,
 * "Projection"). Chains are rolled first; P and V are the current forces.
 *
 *     dP  = a_add + 0.5 [v_rest>0] a_rest + 0.3 [a_add>0] j_add
 *     dV  = a_pull + 1.5 a_fill + 0.5 [v_rest<0] (-a_rest) + 0.3 [a_pull>0] j_pull
 *     d2P = j_add + 0.5 [v_rest>0] j_rest;   d2V = j_pull + 1.5 j_fill + 0.5 [v_rest<0] (-j_rest)
 *     P^ = max(P + dP h + d2P h²/2, 0), V^ likewise;  C^ = (P^ - V^) / (P^ + V^ + 1e-12)
 *
 * A snapshot waits, with its composites and the signs of its projected changes, until for every
 * horizon the first snapshot at or after it has come: memory is bounded by the longest horizon.
 */
export class Projection {
  /** Composites of the last snapshot, by row. */
  current = new Float64Array(GRID_ROWS);
  /** Its projected composites: GRID_ROWS of each horizon. */
  readonly projected: Float64Array;

  readonly #horizons: readonly Horizon[];
  readonly #roll: TrailingRoll;
  /** Of every snapshot of a batch. */
  readonly #rolled = new Float64Array(BATCH * CHAINS);
  readonly #slopes = new Float64Array(4 * GRID_ROWS);
  #waiting: Waiting;
  /** Number of the next snapshot that is evaluated, and of the oldest that still waits. */
  #next = 0;

  /**
   * @param horizonsMs whole milliseconds, ascending
   * @param windows rollup windows, snapshots
   */
  constructor(horizonsMs: readonly number[], windows: readonly number[]) {
    this.#horizons = horizonsMs.map((ms) => new Horizon(ms));
    this.#roll = new TrailingRoll(CHAINS, windows);
    this.projected = new Float64Array(GRID_ROWS * horizonsMs.length);
    this.#waiting = new Waiting(128, horizonsMs.length);
  }

  /**
   * Rolls the derivatives of the next snapshots, which are then pushed one by one.
   *
   * @param chains the derivatives of CHAIN_FIELDS, snapshot after snapshot
   * @param count how many snapshots, up to BATCH
   */
  roll(chains: Float64Array, count: number): void {
    this.#roll.push(chains, count, this.#rolled);
  }

  /**
   * Goes on by a snapshot of those rolled last.
   *
   * @param i which of them
   * @param ts event time, nanoseconds; greater than the last one
   * @param forces pressure and vacuum of every bucket, snapshot after snapshot
   * @param evaluated whether its projections count
   */
  push(i: number, ts: number, forces: Float64Array, evaluated: boolean): void {
    const forcesAt = i * FORCES;
    const { current } = this;
    for (let row = 0; row < GRID_ROWS; row++) {
      current[row] = composite(forces[forcesAt + row]!, forces[forcesAt + GRID_ROWS + row]!);
    }
    this.#resolve(ts);
    if (!evaluated) return;
    slopes(this.#rolled, i * CHAINS, this.#slopes);
    for (let h = 0; h < this.#horizons.length; h++) {
      const { seconds } = this.#horizons[h]!;
      project(forces, forcesAt, this.#slopes, seconds, this.projected, h * GRID_ROWS);
    }
    this.#wait(ts);
  }

  /** @returns the hit rate of each horizon so far */
  hitRates(): HitRate[] {
    return this.#horizons.map(({ pairs, agreement }) => ({
      // Agreement counts +1 for a hit and -1 for a miss.
      delta_sign_hit_rate: pairs === 0 ? null : (pairs + agreement) / 2 / pairs,
      n_pairs: pairs,
    }));
  }

  /** Holds what came against every snapshot whose horizon is reached. */
  #resolve(ts: number): void {
    const waiting = this.#waiting;
    const { composites, signs, times, size } = waiting;
    for (let h = 0; h < this.#horizons.length; h++) {
      const horizon = this.#horizons[h]!;
      while (horizon.next < this.#next) {
        const slot = horizon.next % size;
        if (times[slot]! + horizon.ns > ts) break;
        horizon.compare(
          this.current,
          composites,
          slot * GRID_ROWS,
          signs,
          waiting.signsAt(slot, h),
        );
        horizon.next++;
      }
    }
  }

  #wait(ts: number): void {
    const oldest = this.#horizons.reduce((least, { next }) => Math.min(least, next), this.#next);
    if (this.#next - oldest === this.#waiting.size) {
      this.#waiting = this.#waiting.grown(oldest, this.#next);
    }
    const waiting = this.#waiting;
    const slot = this.#next % waiting.size;
    waiting.times[slot] = ts;
    waiting.composites.set(this.current, slot * GRID_ROWS);
    for (let h = 0; h < this.#horizons.length; h++) {
      changes(
        this.projected,
        h * GRID_ROWS,
        this.current,
        waiting.signs,
        waiting.signsAt(slot, h),
      );
    }
    this.#next++;
  }
}

/** A ring of evaluated snapshots. */
class Waiting {
  readonly times: Float64Array;
  readonly composites: Float64Array;
  readonly signs: Int8Array;

  constructor(readonly size: number, readonly horizons: number) {
    this.times = new Float64Array(size);
    this.composites = new Float64Array(size * GRID_ROWS);
    this.signs = new Int8Array(size * GRID_ROWS * horizons);
  }

  signsAt(slot: number, horizon: number): number {
    return (slot * this.horizons + horizon) * GRID_ROWS;
  }

  grown(oldest: number, next: number): Waiting {
    const grown = new Waiting(2 * this.size, this.horizons);
    for (let n = oldest; n < next; n++) {
      const from = n % this.size;
      const to = n % grown.size;
      const copy = <T extends Float64Array | Int8Array>(source: T, target: T, width: number) =>
        target.set(source.subarray(from * width, (from + 1) * width), to * width);
      copy(this.times, grown.times, 1);
      copy(this.composites, grown.composites, GRID_ROWS);
      copy(this.signs, grown.signs, GRID_ROWS * this.horizons);
    }
    return grown;
  }
}

class Horizon {
  readonly seconds: number;
  readonly ns: number;
  /** Number of the first evaluated snapshot that it is not reached for. */
  next = 0;
  pairs = 0;
  agreement = 0;

  constructor(ms: number) {
    this.seconds = ms / 1e3;
    this.ns = ms * 1e6;
  }

  compare(
    now: Float64Array,
    then: Float64Array,
    thenAt: number,
    signs: Int8Array,
    signsAt: number,
  ): void {
    let pairs = 0;
    let agreement = 0;
    for (let row = 0; row < GRID_ROWS; row++) {
      const both = signs[signsAt + row]! * changeSign(now[row]! - then[thenAt + row]!);
      pairs += both & 1;
      agreement += both;
    }
    this.pairs += pairs;
    this.agreement += agreement;
  }
}

function composite(pressure: number, vacuum: number): number {
  return (pressure - vacuum) / (pressure + vacuum + TINY);
}

function changeSign(change: number): number {
  return Number(change > LEAST_CHANGE) - Number(change < -LEAST_CHANGE);
}

function changes(
  projected: Float64Array,
  projectedAt: number,
  current: Float64Array,
  signs: Int8Array,
  signsAt: number,
): void {
  for (let row = 0; row < GRID_ROWS; row++) {
    signs[signsAt + row] = changeSign(projected[projectedAt + row]! - current[row]!);
  }
}

/** First and second derivatives of both forces of every bucket: dP, dV, d2P, d2V, row by row. */
function slopes(rolled: Float64Array, at: number, slopes: Float64Array): void {
  for (let row = 0; row < GRID_ROWS; row++) {
    const from = at + row;
    const vRest = rolled[V_REST + from]!;
    const aAdd = rolled[A_ADD + from]!;
    const aPull = rolled[A_PULL + from]!;
    const aRest = rolled[A_REST + from]!;
    const jAdd = rolled[J_ADD + from]!;
    const jPull = rolled[J_PULL + from]!;
    const jRest = rolled[J_REST + from]!;
    const rising = vRest > 0 ? 0.5 : 0;
    const falling = vRest < 0 ? 0.5 : 0;
    slopes[D_P + row] = aAdd + rising * aRest + (aAdd > 0 ? 0.3 * jAdd : 0);
    slopes[D_V + row] = aPull + 1.5 * rolled[A_FILL + from]! - falling * aRest +
      (aPull > 0 ? 0.3 * jPull : 0);
    slopes[D2_P + row] = jAdd + rising * jRest;
    slopes[D2_V + row] = jPull + 1.5 * rolled[J_FILL + from]! - falling * jRest;
  }
}

function project(
  forces: Float64Array,
  forcesAt: number,
  slopes: Float64Array,
  h: number,
  projected: Float64Array,
  to: number,
): void {
  const half = h * h / 2;
  for (let row = 0; row < GRID_ROWS; row++) {
    const p = forces[forcesAt + row]! + slopes[D_P + row]! * h + slopes[D2_P + row]! * half;
    const v = forces[forcesAt + GRID_ROWS + row]! + slopes[D_V + row]! * h +
      slopes[D2_V + row]! * half;
    projected[to + row] = composite(p > 0 ? p : 0, v > 0 ? v : 0);
  }
}
