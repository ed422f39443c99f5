import { SortedWindow } from "./sorted_window.ts";

/**
 * Sliding median and MAD of one series, equal bit for bit to their plain definitions:
 *
 *     median = the middle value of the sorted window; of an even number (lower + upper) / 2
 *     MAD    = median of |x - median| over the same window, around its own current median
 *
 * -0 counts as 0. O(log window) steps for each value: the deviations are never formed, for in sorted
 * order the nearest h values to the median lie side by side, and where they begin is found by
 * bisection.
 */
export class SlidingMad {
  median = 0;
  mad = 0;
  readonly #sorted = new SortedWindow();
  readonly #ring: Float64Array;
  #place = 0;
  /** Where the nearest half began last time: seldom far from where it begins next. */
  #nearest = 0;

  /** @param window length in values */
  constructor(readonly window: number) {
    this.#ring = new Float64Array(window);
  }

  /** How many values the window holds now. */
  get size(): number {
    return this.#sorted.size;
  }

  /** @param x the next value, finite */
  push(x: number): void {
    const value = x + 0;
    const sorted = this.#sorted;
    const ring = this.#ring;
    if (sorted.size === this.window) sorted.replace(ring[this.#place]!, value);
    else sorted.insert(value);
    ring[this.#place] = value;
    this.#place = this.#place + 1 === this.window ? 0 : this.#place + 1;

    const n = sorted.size;
    const half = n >> 1;
    if (n % 2 === 1) {
      this.median = sorted.at(half);
      this.mad = this.#deviation(half + 1);
    } else {
      this.median = (sorted.at(half - 1) + sorted.at(half)) / 2;
      const lower = this.#deviation(half);
      this.mad = (lower + this.#nextDeviation(half)) / 2;
    }
  }

  /** The h-th least deviation from the median. */
  #deviation(h: number): number {
    const sorted = this.#sorted;
    const { median } = this;
    let low = 0;
    let high = sorted.size - h;
    // They begin at the first place that is no farther off than what would come in on the right.
    // Looked for from where it was, by strides that double, never past the middle of what is left.
    let probe = Math.min(this.#nearest, high - 1);
    for (let stride = 1; low < high; stride *= 2) {
      const isFarther = median - sorted.at(probe) > sorted.at(probe + h) - median;
      if (isFarther) low = probe + 1;
      else high = probe;
      const middle = (low + high) >> 1;
      probe = isFarther ? Math.min(probe + stride, middle) : Math.max(probe - stride, middle);
    }
    this.#nearest = low;
    return Math.max(median - sorted.at(low), sorted.at(low + h - 1) - median);
  }

  /** The deviation that comes after the h least. */
  #nextDeviation(h: number): number {
    const sorted = this.#sorted;
    const left = this.#nearest === 0 ? Infinity : this.median - sorted.at(this.#nearest - 1);
    const at = this.#nearest + h;
    const right = at === sorted.size ? Infinity : sorted.at(at) - this.median;
    return Math.min(left, right);
  }
}

/** Makes a MAD of normally distributed values their standard deviation. */
const MAD_SCALE = 1.4826;

/** A scale up to this is none: z is undefined. */
const LEAST_SCALE = 1e-9;

/** z(x) of docs/analysis.md, over the trailing window of one series. */
export class RobustZ {
  readonly #mad: SlidingMad;

  /**
   * @param window length in values
   * @param minPeriods values below which z is undefined
   */
  constructor(window: number, readonly minPeriods: number) {
    this.#mad = new SlidingMad(window);
  }

  /**
   * @param x the next value, which the window takes in first
   * @returns (x - median) / (1.4826 * MAD); 0 where that is undefined
   */
  push(x: number): number {
    const mad = this.#mad;
    mad.push(x);
    const scale = MAD_SCALE * mad.mad;
    return mad.size < this.minPeriods || scale <= LEAST_SCALE ? 0 : (x - mad.median) / scale;
  }
}
