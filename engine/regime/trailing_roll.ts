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
   * Goes on by one value of every series.
   *
   * @param values holds a value for each series, from `at` on
   * @param at where they begin
   * @param rolled receives the rolled value of each series; another array than `values`
   */
  push(values: Float64Array, at: number, rolled: Float64Array): void {
    rolled.fill(0);
    for (const window of this.#windows) window.push(values, at, rolled);
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

/** One window over all series. */
class Window {
  /** A row of series for each value of a block: the current block's values so far, then the tails
   * of the block before; after the last a row of zeros, the tail of nothing. */
  readonly #rows: Float64Array;
  readonly #heads: Float64Array;
  /** Place in the current block. */
  #place = 0;
  /** Values seen, until they fill the window. */
  #count = 0;

  constructor(readonly length: number, readonly weight: number, readonly series: number) {
    this.#rows = new Float64Array((length + 1) * series);
    this.#heads = new Float64Array(series);
  }

  /** Adds the weighted means of this window to `rolled`. */
  push(values: Float64Array, at: number, rolled: Float64Array): void {
    const { length, series } = this;
    const rows = this.#rows;
    const row = this.#place * series;
    if (this.#count < length) this.#count++;
    addMeans(this.#heads, values, at, rolled, rows, row, this.weight / this.#count);
    if (++this.#place < length) return;
    for (let r = length - 2; r >= 0; r--) addRow(rows, r * series, series);
    this.#heads.fill(0);
    this.#place = 0;
  }
}

// The two loops stand alone so that they are compiled once and well.

function addMeans(
  heads: Float64Array,
  values: Float64Array,
  at: number,
  rolled: Float64Array,
  rows: Float64Array,
  row: number,
  factor: number,
): void {
  const series = heads.length;
  for (let s = 0; s < series; s++) {
    const value = values[at + s]!;
    const head = heads[s]! + value;
    heads[s] = head;
    rows[row + s] = value;
    rolled[s] = rolled[s]! + factor * (head + rows[row + series + s]!);
  }
}

/** Adds the next row to one, which makes a value the tail that begins with it. */
function addRow(rows: Float64Array, row: number, series: number): void {
  for (let s = row; s < row + series; s++) rows[s] = rows[s + series]! + rows[s]!;
}
