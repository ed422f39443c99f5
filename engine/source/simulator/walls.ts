import type { Random } from "./random.ts";

/** A price where somebody builds up a large quantity, and later takes it back. */
export interface Wall {
  level: number;
  isBid: boolean;
  /** Seconds for which it is still built; below 0 it is being pulled. */
  left: number;
}

const COUNT = 5;
const BUILD_SECONDS = { least: 20, mean: 60 };
const PULL_SECONDS = 25;
const DISTANCE = { least: 4, most: 36 };

/** Walls that come and go around the touch. They move on second by second. */
export class Walls {
  readonly #random: Random;
  readonly #walls: Wall[];

  /** @param random the numbers to draw from */
  constructor(random: Random) {
    this.#random = random;
    this.#walls = Array.from(
      { length: COUNT },
      (_, i) => ({ level: -1, isBid: i % 2 === 0, left: 0 }),
    );
  }

  /** One of the walls. */
  draw(): Wall {
    return this.#walls[this.#random.below(COUNT)]!;
  }

  /**
   * Goes on by one second: walls that the price has passed or that are over are built elsewhere.
   *
   * @param bestBid level of the best bid
   * @param bestAsk level of the best ask
   */
  step(bestBid: number, bestAsk: number): void {
    const random = this.#random;
    for (const wall of this.#walls) {
      wall.left--;
      const passed = wall.isBid ? wall.level > bestBid : wall.level < bestAsk;
      if (wall.left > -PULL_SECONDS && !passed) continue;
      const distance = DISTANCE.least + random.below(DISTANCE.most - DISTANCE.least);
      wall.isBid = random.chance(0.5);
      wall.level = wall.isBid ? bestBid - distance : bestAsk + distance;
      wall.left = BUILD_SECONDS.least +
        random.exponential(BUILD_SECONDS.mean - BUILD_SECONDS.least);
    }
  }
}
