import { randomFor } from "../study/seeds.ts";

/** What a test says of a set of trades. */
export interface SideTest {
  /** Lead over random sides in standard deviations of those; 0 without trades. */
  t: number;
  /** Share of runs whose lead is at least as large. */
  p: number;
  /** Share of runs in which any set's is: what is left of p after all were tried. */
  pAdjusted: number;
}

/**
 * What t of the same leads may differ by: of prices between two ticks the sums are rounded, and a run that
 * is less by no more than that is as good.
 */
const ROUNDING = 1e-9;

/**
 * Holds the sides of many sets of trades against random ones. A coin for each block of time says whether
 * all trades that are entered in it have their own side or the opposite one: as trades overlap and sides
 * persist, coins for single trades would vary less than luck does. All sets meet the same coins, so that
 * runs hold what they have in common. With L the lead of a block over the opposite sides and e its coin,
 *
 *     T = sum(e L) / sqrt(sum(L²))
 *
 * has variance 1 over all coins. The greatest T over all sets, run by run, adjusts p for how many there
 * are: P. Westfall and S. Young, "Resampling-Based Multiple Testing" (1993), the single-step maxT.
 */
export class SideTests {
  readonly #sums: Float64Array;
  readonly #seen: Float64Array;
  readonly #squares: Float64Array;
  /** Blocks of time so far. */
  blocks = 0;

  /**
   * @param sets how many sets of trades
   * @param runs how often coins are tossed
   * @param seed chooses the coins
   */
  constructor(readonly sets: number, readonly runs: number, readonly seed: number) {
    this.#sums = new Float64Array(sets * runs);
    this.#seen = new Float64Array(sets);
    this.#squares = new Float64Array(sets);
  }

  /**
   * @param dt session date; a day has its coins, alone or beside others
   * @param lead of each set, in each block of the day
   */
  add(dt: string, lead: readonly (readonly number[])[]): void {
    const { runs } = this;
    const blocks = lead[0]!.length;
    const coins = this.#coins(dt, blocks);
    this.blocks += blocks;
    lead.forEach((ofSet, set) => {
      for (const ticks of ofSet) {
        this.#seen[set]! += ticks;
        this.#squares[set]! += ticks * ticks;
      }
      for (let run = 0; run < runs; run++) {
        let sum = this.#sums[set * runs + run]!;
        for (let b = 0; b < blocks; b++) sum += coins[run * blocks + b]! * ofSet[b]!;
        this.#sums[set * runs + run] = sum;
      }
    });
  }

  #coins(dt: string, blocks: number): Int8Array {
    const random = randomFor(this.seed, dt, "sweep");
    const coins = new Int8Array(this.runs * blocks);
    for (let i = 0, bits = 0; i < coins.length; i++, bits >>= 1) {
      if (i % 32 === 0) bits = random.bits();
      coins[i] = (bits & 1) === 1 ? 1 : -1;
    }
    return coins;
  }

  /** @returns what the test says of each set */
  results(): SideTest[] {
    const { runs, sets } = this;
    const scaled = (sum: number, set: number) =>
      this.#squares[set] === 0 ? 0 : sum / Math.sqrt(this.#squares[set]!);
    const greatest = new Float64Array(runs).fill(-Infinity);
    for (let set = 0; set < sets; set++) {
      for (let run = 0; run < runs; run++) {
        const t = scaled(this.#sums[set * runs + run]!, set);
        if (t > greatest[run]!) greatest[run] = t;
      }
    }
    return Array.from({ length: sets }, (_, set): SideTest => {
      const t = scaled(this.#seen[set]!, set);
      const own = this.#sums.subarray(set * runs, (set + 1) * runs);
      let [asGood, anyAsGood] = [0, 0];
      for (let run = 0; run < runs; run++) {
        if (scaled(own[run]!, set) >= t - ROUNDING) asGood++;
        if (greatest[run]! >= t - ROUNDING) anyAsGood++;
      }
      return { t, p: (1 + asGood) / (1 + runs), pAdjusted: (1 + anyAsGood) / (1 + runs) };
    });
  }
}
