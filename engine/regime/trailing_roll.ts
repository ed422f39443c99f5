/**
 * `roll(x; windows)` of spec/analysis.md for many series side by side.
 *
 * A trailing sum must be the sum over its own window, never a difference of running totals, and yet
 * may not cost the window's length at every step. So the stream is cut into blocks of the window's
 * length, and the window that ends at i is made of what it takes of two blocks:
 *
 *     sum = head + tail
 *     head = x[b] + x[b+1] + … + x[i]            from the current block's first value on
 *     tail = x[b-1] + x[b-2] + … + x[i-w+1]      from the last value of the block before, back
 *
 * Both grow by one addition at a time, so a step costs three additions whatever the window. This
 * order of summation is the definition. A mean is the sum times 1/count.
 */
export class TrailingRoll {
  readonly #windows: readonly Window[];

  /**
   * @param series how many series
   * @param windows lengths in values, each once, at least one
   */
  constructor(readonly series: number, windows: readonly number[]) {
    const weights = inverseRootWeights(windows);
    this.#windows = windows.map((length, i) => new Window(length, weights[i]!, series));
  }

  /**
   * Goes on by some values of every series.
   *
   * @param values row after row, each with a value for every series
   * @param count how many rows
   * @param rolled receives the rolled values likewise; another array than `values`
   */
  push(values: Float64Array, count: number, rolled: Float64Array): void {
    rolled.fill(0, 0, count * this.series);
    for (const window of this.#windows) window.push(values, count, rolled);
  }
}

/**
 * @param lengths windows or bands
 * @returns for each a weight proportional to 1/sqrt(length), together 1
 */
export function inverseRootWeights(lengths: readonly number[]): number[] {
  const raw = lengths.map((length) => 1 / Math.sqrt(length));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return raw.map((weight) => weight / total);
}

/** Series that are worked on together: as many as a cache line holds. */
const LANES = 8;

/**
 * One window over all series. Eight series at a time take all the rows there are, so that what is
 * kept of them stays in the fastest cache meanwhile.
 */
class Window {
  /**
   * Of each eight series a block: the current block's values so far, then the tails of the block
   * before; after the last a row of zeros, the tail of nothing.
   */
  readonly #blocks: readonly Float64Array[];
  readonly #heads: readonly Float64Array[];
  /** Place in the current block. */
  #place = 0;
  /** Values seen, until they fill the window. */
  #count = 0;

  constructor(readonly length: number, readonly weight: number, readonly series: number) {
    const groups = Math.ceil(series / LANES);
    const make = (size: number) => Array.from({ length: groups }, () => new Float64Array(size));
    this.#blocks = make((length + 1) * LANES);
    this.#heads = make(LANES);
  }

  /** Adds the weighted means of this window to `rolled`. */
  push(values: Float64Array, count: number, rolled: Float64Array): void {
    const { length, weight, series } = this;
    for (let group = 0; group < this.#blocks.length; group++) {
      const block = this.#blocks[group]!;
      const heads = this.#heads[group]!;
      const first = group * LANES;
      const lanes = Math.min(LANES, series - first);
      let place = this.#place;
      let seen = this.#count;
      for (let row = 0; row < count; row++) {
        if (seen < length) seen++;
        addMeans(heads, block, place, values, row * series + first, rolled, lanes, weight / seen);
        if (++place === length) {
          makeTails(block, length);
          heads.fill(0);
          place = 0;
        }
      }
    }
    this.#place = (this.#place + count) % length;
    this.#count = Math.min(length, this.#count + count);
  }
}

// The two loops stand alone so that they are compiled once and well.

function addMeans(
  heads: Float64Array,
  block: Float64Array,
  place: number,
  values: Float64Array,
  at: number,
  rolled: Float64Array,
  lanes: number,
  factor: number,
): void {
  const row = place * LANES;
  for (let lane = 0; lane < lanes; lane++) {
    const value = values[at + lane]!;
    const head = heads[lane]! + value;
    heads[lane] = head;
    block[row + lane] = value;
    rolled[at + lane] = rolled[at + lane]! + factor * (head + block[row + LANES + lane]!);
  }
}

/** Adds to each row the one after it, from the last but one back: values become the tails. */
function makeTails(block: Float64Array, length: number): void {
  for (let i = (length - 1) * LANES - 1; i >= 0; i--) block[i] = block[i + LANES]! + block[i]!;
}
