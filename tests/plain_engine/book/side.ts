import { Bitmap } from "./bitmap.ts";
import { FarLevels } from "./far_levels.ts";
import type { PriceNumbers } from "./price_numbers.ts";

/** Ticks covered by the dense window of a side. */
export const WINDOW = 1 << 14;

/**
 * Depth by price on one side of the book.
 *
 * Levels on the tick raster within a window of WINDOW ticks live in a dense array whose best level
 * is tracked; all others (stub orders thousands of ticks away, off-tick prices) by
 * themselves. Depth is a sum of u32 quantities in a double: exact.
 */
export class BookSide {
  /** Whether any level holds depth. */
  present = false;
  /** Best price: whole ticks, and the rest in price_int units. Meaningless unless `present`. */
  bestTick = 0;
  bestRem = 0;
  /** First tick of the window. */
  base = 0;

  readonly #used = new Bitmap(WINDOW);
  #best = -1;
  /** Levels outside the window or off the tick raster. */
  readonly #far: FarLevels;

  /**
   * @param isBid whether the best price is the highest (bid) or the lowest (ask)
   * @param levels WINDOW zeros: depth by tick from `base` on; who changes one calls `appear` or
   * `vanish` when it rises from 0 or falls to it
   * @param prices numbers the prices of levels that are not among these
   */
  constructor(readonly isBid: boolean, readonly levels: Float64Array, prices: PriceNumbers) {
    this.#far = new FarLevels(isBid, prices);
  }

  /**
   * Adds to (or takes from) the depth at a price.
   *
   * @param tick whole ticks
   * @param rem rest in price_int units
   * @param delta contracts; the depth never falls below 0
   */
  change(tick: number, rem: number, delta: number): void {
    const i = tick - this.base;
    if (rem !== 0 || i < 0 || i >= WINDOW) {
      this.#far.change(tick, rem, delta);
      this.#refreshBest();
      return;
    }
    const before = this.levels[i]!;
    const depth = before + delta;
    this.levels[i] = depth;
    if (depth === 0) this.vanish(i);
    else if (before === 0) this.appear(i);
  }

  /** Depth at a price on the raster, when it lies in the window; else 0. */
  depthAt(tick: number): number {
    const i = tick - this.base;
    return i >= 0 && i < WINDOW ? this.levels[i]! : 0;
  }

  /** Forgets all depth. */
  clear(): void {
    this.levels.fill(0);
    this.#used.clear();
    this.#best = -1;
    this.#far.clear();
    this.present = false;
  }

  /** Moves the window so that `tick` is its middle. Depth stays as it is. */
  centre(tick: number): void {
    const levels: [tick: number, rem: number, depth: number][] = [];
    this.forEach((...level) => levels.push(level));
    this.clear();
    this.base = tick - WINDOW / 2;
    for (const level of levels) this.change(...level);
  }

  /**
   * Visits every level that holds depth.
   *
   * @param visit called with whole ticks, the rest, and the depth in contracts
   */
  forEach(visit: (tick: number, rem: number, depth: number) => void): void {
    for (let i = this.#used.atOrAbove(0); i >= 0; i = this.#used.atOrAbove(i + 1)) {
      visit(this.base + i, 0, this.levels[i]!);
    }
    this.#far.forEach(visit);
  }

  /** Notes that the level at an index of the window has got depth. */
  appear(i: number): void {
    this.#used.set(i);
    if (this.#best < 0 || (this.isBid ? i > this.#best : i < this.#best)) {
      this.#best = i;
      this.#refreshBest();
    }
  }

  /** Notes that the level at an index of the window has lost its depth. */
  vanish(i: number): void {
    this.#used.unset(i);
    if (i !== this.#best) return;
    this.#best = this.isBid ? this.#used.atOrBelow(i) : this.#used.atOrAbove(i);
    this.#refreshBest();
  }

  #refreshBest(): void {
    const far = this.#far;
    this.present = this.#best >= 0 || far.size > 0;
    if (this.#best >= 0) {
      this.bestTick = this.base + this.#best;
      this.bestRem = 0;
    }
    if (far.size === 0) return;
    const { bestTick: tick, bestRem: rem } = far;
    const above = tick > this.bestTick || (tick === this.bestTick && rem > 0);
    if (this.#best < 0 || above === this.isBid) {
      this.bestTick = tick;
      this.bestRem = rem;
    }
  }
}
