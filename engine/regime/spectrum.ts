import { GRID_ROWS, HALF_WIDTH } from "../wire/fields.ts";
import type { RegimeParams } from "./params.ts";
import { RobustZ } from "./robust_z.ts";
import { inverseRootWeights, padded, TrailingRoll } from "./trailing_roll.ts";

/** What a spectrum is made with. */
export type SpectrumParams = Pick<
  RegimeParams,
  "directionalBands" | "microWindows" | "normalizationWindow" | "normalizationMinPeriods"
>;

/** Keeps a composite defined where both forces are 0. */
const TINY = 1e-12;

/** A gap up to this is no base for a derivative, nanoseconds. */
const LEAST_GAP_NS = 1000;

/**
 * The spectrum of docs/analysis.md, a snapshot at a time:
 *
 *     P, V = mean pressure and vacuum over b buckets of a side;  C = (P - V) / (P + V + 1e-12)
 *     R = roll(C; micro windows);  d1 = dR/dt, d2 = d(d1)/dt, d3 = d(d2)/dt
 *     score = 0.55 tanh(z(d1)/3) + 0.30 tanh(z(d2)/3) + 0.15 tanh(z(d3)/3)
 *
 * A lane is a side of a band: lane 2i is above in band i, lane 2i + 1 below. Both sides are summed
 * outwards from spot, so that a mirrored book gives the mirrored figures to the bit.
 */
export class Spectrum {
  readonly lanes: number;
  // The figures of the last snapshot, by lane.
  readonly pressure: Float64Array;
  readonly vacuum: Float64Array;
  readonly composite: Float64Array;
  readonly rolled: Float64Array;
  readonly d1: Float64Array;
  readonly d2: Float64Array;
  readonly d3: Float64Array;
  readonly score: Float64Array;
  /** Scores of the sides over all bands. */
  aboveScore = 0;
  belowScore = 0;

  readonly #bands: readonly number[];
  readonly #weights: readonly number[];
  readonly #roll: TrailingRoll;
  readonly #z: readonly (readonly [RobustZ, RobustZ, RobustZ])[];
  #before: Float64Array;
  #ts = NaN;

  /** @param params bands, micro windows and normalization */
  constructor(params: SpectrumParams) {
    this.#bands = params.directionalBands;
    this.#weights = inverseRootWeights(this.#bands);
    this.lanes = 2 * this.#bands.length;
    const column = () => new Float64Array(padded(this.lanes));
    this.pressure = column();
    this.vacuum = column();
    this.composite = column();
    this.rolled = column();
    this.#before = column();
    this.d1 = column();
    this.d2 = column();
    this.d3 = column();
    this.score = column();
    this.#roll = new TrailingRoll(this.lanes, params.microWindows, 1);
    const z = () => new RobustZ(params.normalizationWindow, params.normalizationMinPeriods);
    this.#z = Array.from({ length: this.lanes }, () => [z(), z(), z()]);
  }

  /**
   * @param ts event time, nanoseconds
   * @param forces holds the pressure of every bucket from `at` on, then the vacuum
   * @param at where the snapshot's forces begin
   */
  push(ts: number, forces: Float64Array, at: number): void {
    this.#side(forces, at, 1);
    this.#side(forces, at, -1);
    this.#before.set(this.rolled);
    this.#roll.values.array.set(this.composite);
    this.#roll.push(1);
    this.rolled.set(this.#roll.rolled.array);
    const gap = ts - this.#ts; // NaN at first
    this.#ts = ts;
    const seconds = gap > LEAST_GAP_NS ? gap / 1e9 : Infinity;
    const { rolled, d1, d2, d3, score } = this;
    for (let lane = 0; lane < this.lanes; lane++) {
      // Over an infinite time every derivative is 0.
      const first = (rolled[lane]! - this.#before[lane]!) / seconds;
      const second = (first - d1[lane]!) / seconds;
      const third = (second - d2[lane]!) / seconds;
      d1[lane] = first;
      d2[lane] = second;
      d3[lane] = third;
      const [z1, z2, z3] = this.#z[lane]!;
      score[lane] = 0.55 * Math.tanh(z1.push(first) / 3) + 0.30 * Math.tanh(z2.push(second) / 3) +
        0.15 * Math.tanh(z3.push(third) / 3);
    }
    this.aboveScore = this.#sideScore(0);
    this.belowScore = this.#sideScore(1);
  }

  #side(forces: Float64Array, at: number, outwards: 1 | -1): void {
    let pressure = 0;
    let vacuum = 0;
    let k = 0;
    for (let i = 0; i < this.#bands.length; i++) {
      const band = this.#bands[i]!;
      for (; k < band; k++) {
        const bucket = at + HALF_WIDTH + outwards * (k + 1);
        pressure += forces[bucket]!;
        vacuum += forces[bucket + GRID_ROWS]!;
      }
      const lane = 2 * i + (outwards === 1 ? 0 : 1);
      const p = pressure / band;
      const v = vacuum / band;
      this.pressure[lane] = p;
      this.vacuum[lane] = v;
      this.composite[lane] = (p - v) / (p + v + TINY);
    }
  }

  #sideScore(side: 0 | 1): number {
    let sum = 0;
    for (let i = 0; i < this.#weights.length; i++) {
      sum += this.#weights[i]! * this.score[2 * i + side]!;
    }
    return sum;
  }
}
