import { Bitmap } from "./bitmap.ts";

/** Ticks covered by the dense window of a side. */
export const WINDOW = 1 << 14;

/** A price level outside the dense window, or off the tick raster. */
interface FarLevel {
  tick: number;
  rem: number;
  depth: number;
}

/**
 * Depth by price on one side of the book.
 *
 * Levels on the tick raster within a window of WINDOW ticks live in a dense array whose best level
 * is tracked; all others (stub orders thousands of ticks away, off-tick prices) in a short list
 * sorted by price. Depth is a sum of u32 quantities in a double: exact.
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
  #far: FarLevel[] = [];

  /**
   * @param isBid whether the best price is the highest (bid) or the lowest (ask)
   * @param levels WINDOW zeros: depth by tick from `base` on; who changes one calls `appear` or
   * `vanish` when it rises from 0 or falls to it
   */
  constructor(readonly isBid: boolean, readonly levels: Float64Array) {}

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
      this.#changeFar(tick, rem, delta);
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
    this.#far = [];
    this.present = false;
  }

  /** Moves the window so that `tick` is its middle. Depth stays as it is. */
  centre(tick: number): void {
    const levels: FarLevel[] = [];
    this.forEach((tick, rem, depth) => levels.push({ tick, rem, depth }));
    this.clear();
    this.base = tick - WINDOW / 2;
    for (const level of levels) this.change(level.tick, level.rem, level.depth);
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
    for (const { tick, rem, depth } of this.#far) visit(tick, rem, depth);
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

  #changeFar(tick: number, rem: number, delta: number): void {
    const far = this.#far;
    let from = 0;
    let to = far.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const level = far[middle]!;
      if (level.tick < tick || (level.tick === tick && level.rem < rem)) from = middle + 1;
      else to = middle;
    }
    const level = far[from];
    if (level !== undefined && level.tick === tick && level.rem === rem) {
      level.depth += delta;
      if (level.depth === 0) far.splice(from, 1);
    } else {
      far.splice(from, 0, { tick, rem, depth: delta });
    }
    this.#refreshBest();
  }

  #refreshBest(): void {
    const far = this.#far;
    this.present = this.#best >= 0 || far.length > 0;
    if (this.#best >= 0) {
      this.bestTick = this.base + this.#best;
      this.bestRem = 0;
    }
    if (far.length === 0) return;
    const level = this.isBid ? far[far.length - 1]! : far[0]!;
    const above = level.tick > this.bestTick || (level.tick === this.bestTick && level.rem > 0);
    if (this.#best < 0 || above === this.isBid) {
      this.bestTick = level.tick;
      this.bestRem = level.rem;
    }
  }
}
