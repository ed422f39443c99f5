import { GRID_ROWS } from "../wire/fields.ts";
import { BATCH, CHAINS, FORCES, type SnapshotBatch } from "./snapshot_batch.ts";
import { type Address, type Doubles, Figures } from "./figures.ts";
import type { HorizonCounts } from "./hit_rate.ts";
import { shuffledHits } from "./shuffled.ts";
import { TrailingRoll } from "./trailing_roll.ts";
import type { Random } from "../source/simulator/random.ts";

/** Snapshots that are drawn at random from the evaluated ones, to hold against other times. */
export const SAMPLE = 4096;

/** Words of a snapshot and horizon in the sample. */
const SAMPLED_WORDS = 16;

/**
 * Projects every bucket's composite ahead and holds it against what came (docs/analysis.md,
 * "Projection"). Chains are rolled first; P and V are the current forces.
 *
 *     dP  = a_add + 0.5 [v_rest>0] a_rest + 0.3 [a_add>0] j_add
 *     dV  = a_pull + 1.5 a_fill + 0.5 [v_rest<0] (-a_rest) + 0.3 [a_pull>0] j_pull
 *     d2P = j_add + 0.5 [v_rest>0] j_rest;   d2V = j_pull + 1.5 j_fill + 0.5 [v_rest<0] (-j_rest)
 *     P^ = max(P + dP h + d2P h²/2, 0), V^ likewise;  C^ = (P^ - V^) / (P^ + V^ + 1e-12)
 *
 * A snapshot waits, with its composites and the signs of its projected changes, until for every
 * horizon the first snapshot at or after it has come: memory is bounded by the longest horizon.
 *
 * Of all evaluated snapshots a random sample of {@link SAMPLE} is kept, each as likely to be in it as any
 * other: J. Vitter, "Random Sampling with a Reservoir" (1985), algorithm R.
 */
export class Projection {
  readonly #figures = new Figures();
  readonly #roll: TrailingRoll;
  readonly #address: Address;
  readonly #forces: Doubles;
  readonly #horizons: number;
  readonly #sample: Doubles;
  readonly #random: Random;
  #evaluated = 0;

  /**
   * @param horizonsMs whole milliseconds, ascending
   * @param windows rollup windows, snapshots
   * @param random draws the sample and shuffles it
   * @throws UserError when the windows need more memory than there is
   */
  constructor(horizonsMs: readonly number[], windows: readonly number[], random: Random) {
    const figures = this.#figures;
    const roll = new TrailingRoll(CHAINS, windows, BATCH, figures);
    this.#roll = roll;
    this.#horizons = horizonsMs.length;
    this.#address = figures.call(({ newProjection, setHorizon }) => {
      const address = newProjection(roll.address, horizonsMs.length, BATCH, SAMPLE);
      horizonsMs.forEach((ms, i) => setHorizon(address, i, ms / 1e3, ms * 1e6));
      return address;
    });
    const forces = figures.call(({ forcesOf }) => forcesOf(this.#address));
    this.#forces = figures.doubles(forces, BATCH * FORCES);
    const sample = figures.call(({ sampleOf }) => sampleOf(this.#address));
    this.#sample = figures.doubles(sample, SAMPLE * this.#horizons * SAMPLED_WORDS / 2);
    this.#random = random;
  }

  /**
   * Rolls the derivatives of the next snapshots, which are then pushed one by one.
   *
   * @param batch the snapshots
   */
  roll({ chains, forces, count }: SnapshotBatch): void {
    this.#roll.values.array.set(chains.subarray(0, count * CHAINS));
    this.#forces.array.set(forces.subarray(0, count * FORCES));
    this.#roll.push(count);
  }

  /**
   * Goes on by a snapshot of those rolled last.
   *
   * @param i which of them
   * @param ts event time, nanoseconds; greater than the last one
   * @param spot its price, ticks
   * @param evaluated whether its projections count
   * @throws UserError when a horizon is so long that too many snapshots wait
   */
  push(i: number, ts: number, spot: number, evaluated: boolean): void {
    const slot = evaluated ? this.#drawSlot() : -1;
    this.#figures.call(({ push }) => push(this.#address, i, ts, spot, evaluated, slot));
  }

  /** Place of the next evaluated snapshot in the sample; -1 when it has none. */
  #drawSlot(): number {
    const n = this.#evaluated++;
    const slot = n < SAMPLE ? n : this.#random.below(n + 1);
    return slot < SAMPLE ? slot : -1;
  }

  /** @returns composites of the last snapshot, by row */
  current(): Float64Array<ArrayBuffer> {
    return this.#row(this.#figures.call(({ currentOf }) => currentOf(this.#address)));
  }

  /**
   * @param horizon which one
   * @returns the composites that were projected last, by row
   */
  projected(horizon: number): Float64Array<ArrayBuffer> {
    return this.#row(
      this.#figures.call(({ projectedOf }) => projectedOf(this.#address, horizon)),
    );
  }

  /** @returns what each horizon came to so far; call it once, at the end */
  counts(): HorizonCounts[] {
    const { buffer, byteOffset, length } = this.#sample.array;
    const sample = new Uint32Array(buffer, byteOffset, 2 * length);
    const snapshots = Math.min(SAMPLE, this.#evaluated);
    const shuffled = shuffledHits(sample, snapshots, this.#horizons, this.#random);
    return shuffled.map((hits, h) => ({
      all: this.#counts(h, false),
      still: this.#counts(h, true),
      shuffled: hits,
    }));
  }

  #counts(horizon: number, isStill: boolean) {
    const at = this.#figures.call(({ countsOf }) => countsOf(this.#address, horizon, isStill));
    const [pairs, hits, halves] = this.#figures.doubles(at, 3).array;
    return { pairs: pairs!, hits: hits!, naive: halves! / 2 };
  }

  #row(at: Address): Float64Array<ArrayBuffer> {
    return this.#figures.doubles(at, GRID_ROWS).array.slice();
  }
}
