import type { Random } from "./random.ts";

/** Distances up to which a band of liquidity reaches, in ticks from the other side's best price. */
const BANDS = [5, 16, Infinity] as const;

/** Bands that follow the drift: where the market goes, liquidity ahead thins and behind it grows. */
const FOLLOWING = 2;

/** Strengths of drift, one of which a regime has: as often none as one way. */
const DRIFTS = [-1, -0.6, 0, 0, 0.6, 1] as const;

const REGIME_SECONDS = { least: 40, mean: 150 };
const DRIFT_SECONDS = 12;

/** A liquidity's time to forget, and the standard deviation of its logarithm. */
const LIQUIDITY = { seconds: 35, deviation: 0.45 };
/** How strongly liquidity follows the drift. */
const FOLLOW = 0.35;
/** Likewise of the market's pace. */
const PACE = { seconds: 8, deviation: 0.7 };

/**
 * Offset from the first price at which drift is turned back with full strength: so many ticks, and at
 * most this share of the price.
 */
const LEASH = { ticks: 1500, share: 0.25 };

/**
 * What changes slowly: which way the market leans, and how much liquidity each side shows near,
 * further off and far from the touch. It moves on second by second.
 */
export class Regimes {
  /** -1 (down) to 1 (up). */
  drift = 0;
  /** How fast time goes for the market, as a factor; 1 on average. */
  pace = 1;
  readonly #random: Random;
  readonly #leash: number;
  #target = 0;
  #left = 0;
  #logPace = 0;
  readonly #logs = new Float64Array(2 * BANDS.length);
  readonly #liquidity = new Float64Array(2 * BANDS.length).fill(1);

  /**
   * @param random the numbers to draw from
   * @param startTick the first price, in ticks
   */
  constructor(random: Random, startTick: number) {
    this.#random = random;
    this.#leash = Math.min(LEASH.ticks, LEASH.share * startTick);
  }

  /**
   * Liquidity of a side at a distance.
   *
   * @returns a factor of the typical queue
   */
  liquidity(isBid: boolean, distance: number): number {
    const band = distance <= BANDS[0] ? 0 : distance <= BANDS[1] ? 1 : 2;
    return this.#liquidity[isBid ? BANDS.length + band : band]!;
  }

  /**
   * Goes on by one second.
   *
   * @param offset how far the price is from where it began, in ticks
   */
  step(offset: number): void {
    const random = this.#random;
    if (--this.#left <= 0) {
      const { least, mean } = REGIME_SECONDS;
      this.#left = least + random.exponential(mean - least);
      this.#target = DRIFTS[random.below(DRIFTS.length)]!;
    }
    const target = Math.max(-1, Math.min(1, this.#target - offset / this.#leash));
    this.drift += (target - this.drift) / DRIFT_SECONDS;
    this.#logPace = this.#wander(this.#logPace, PACE);
    this.pace = Math.exp(this.#logPace - PACE.deviation * PACE.deviation / 2);
    for (let i = 0; i < this.#logs.length; i++) {
      const log = this.#logs[i]! = this.#wander(this.#logs[i]!, LIQUIDITY);
      const lean = i % BANDS.length < FOLLOWING ? (i < BANDS.length ? -FOLLOW : FOLLOW) : 0;
      this.#liquidity[i] = Math.exp(log + lean * this.drift);
    }
  }

  /** A second of an Ornstein-Uhlenbeck process around 0. */
  #wander(value: number, { seconds, deviation }: typeof LIQUIDITY): number {
    const shock = deviation * Math.sqrt(2 / seconds) * this.#random.normal();
    return value * (1 - 1 / seconds) + shock;
  }
}
