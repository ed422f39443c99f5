import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/**
 * Random numbers from a seed: the same seed gives the same numbers on every machine. Of `Math` it
 * takes only functions that V8 computes itself, the same everywhere.
 */
export class Random {
  readonly #generator: RandomGenerator;

  /** @param seed a 32-bit integer */
  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  /** A number from 0 to 1, 1 excluded. */
  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  /** 32 random bits, as a signed integer. */
  bits(): number {
    return this.#generator.next();
  }

  /** Whether something of a probability happens. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** A whole number from 0 to `count` - 1. */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** An exponentially distributed number. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }

  /** A whole number from 0 on, each of which is followed by the next with a probability. */
  geometric(again: number): number {
    return Math.floor(Math.log(1 - this.uniform()) / Math.log(again));
  }

  /** A number with mean 0 and variance 1, near enough to normal: a sum of uniform ones. */
  normal(): number {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.uniform();
    return sum;
  }
}
