import { GRID_ROWS } from "../wire/fields.ts";
import { BATCH, CHAINS, FORCES, type SnapshotBatch } from "./snapshot_batch.ts";
import { type Address, type Doubles, Figures } from "./figures.ts";
import { TrailingRoll } from "./trailing_roll.ts";

/** How often the sign of a projected change came true. */
export interface HitRate {
  /** Share of the pairs whose two signs agree; null without pairs. */
  delta_sign_hit_rate: number | null;
  n_pairs: number;
}

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
 */
export class Projection {
  readonly #figures = new Figures();
  readonly #roll: TrailingRoll;
  readonly #address: Address;
  readonly #forces: Doubles;
  readonly #horizons: number;

  /**
   * @param horizonsMs whole milliseconds, ascending
   * @param windows rollup windows, snapshots
   * @throws UserError when the windows need more memory than there is
   */
  constructor(horizonsMs: readonly number[], windows: readonly number[]) {
    const figures = this.#figures;
    const roll = new TrailingRoll(CHAINS, windows, BATCH, figures);
    this.#roll = roll;
    this.#horizons = horizonsMs.length;
    this.#address = figures.call(({ newProjection, setHorizon }) => {
      const address = newProjection(roll.address, horizonsMs.length, BATCH);
      horizonsMs.forEach((ms, i) => setHorizon(address, i, ms / 1e3, ms * 1e6));
      return address;
    });
    const forces = figures.call(({ forcesOf }) => forcesOf(this.#address));
    this.#forces = figures.doubles(forces, BATCH * FORCES);
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
   * @param evaluated whether its projections count
   * @throws UserError when a horizon is so long that too many snapshots wait
   */
  push(i: number, ts: number, evaluated: boolean): void {
    this.#figures.call(({ push }) => push(this.#address, i, ts, evaluated));
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

  /** @returns the hit rate of each horizon so far */
  hitRates(): HitRate[] {
    return Array.from(
      { length: this.#horizons },
      (_, i) =>
        this.#figures.call(({ pairsOf, hitsOf }) => {
          const pairs = pairsOf(this.#address, i);
          return {
            delta_sign_hit_rate: pairs === 0 ? null : hitsOf(this.#address, i) / pairs,
            n_pairs: pairs,
          };
        }),
    );
  }

  #row(at: Address): Float64Array<ArrayBuffer> {
    return this.#figures.doubles(at, GRID_ROWS).array.slice();
  }
}
