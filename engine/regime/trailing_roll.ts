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
  /** Values in a row: one for every series, then zeros up to a multiple of four. */
  readonly stride: number;
  readonly #windows: readonly Window[];

  /**
   * @param series how many series
   * @param windows lengths in values, each once, at least one
   */
  constructor(series: number, windows: readonly number[]) {
    this.stride = padded(series);
    const weights = inverseRootWeights(windows);
    this.#windows = windows.map((length, i) => new Window(length, weights[i]!, this.stride));
  }

  /**
   * Goes on by some values of every series.
   *
   * @param values row after row of `stride` values
   * @param count how many rows
   * @param rolled receives the rolled values likewise; another array than `values`
   */
  push(values: Float64Array, count: number, rolled: Float64Array): void {
    rolled.fill(0, 0, count * this.stride);
    for (const window of this.#windows) window.push(values, count, rolled);
  }
}

/**
 * @param series how many series are rolled side by side
 * @returns length of a row that holds them: the next multiple of four
 */
export function padded(series: number): number {
  return Math.ceil(series / LANES) * LANES;
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

/** Series that are worked on together, their heads in registers. */
const LANES = 4;

/** One window over all series. Four series at a time take all the rows there are. */
class Window {
  /**
   * Of each four series a block: the current block's values so far, then the tails of the block
   * before; after the last a row of zeros, the tail of nothing.
   */
  readonly #blocks: readonly Float64Array[];
  readonly #heads: Float64Array;
  /** Weight by count, of each row of a push. */
  #factors = new Float64Array(0);
  /** Place in the current block. */
  #place = 0;
  /** Values seen, until they fill the window. */
  #count = 0;

  constructor(readonly length: number, readonly weight: number, readonly stride: number) {
    const block = () => new Float64Array((length + 1) * LANES);
    this.#blocks = Array.from({ length: stride / LANES }, block);
    this.#heads = new Float64Array(stride);
  }

  /** Adds the weighted means of this window to `rolled`. */
  push(values: Float64Array, count: number, rolled: Float64Array): void {
    const { length, weight, stride } = this;
    if (this.#factors.length < count) this.#factors = new Float64Array(count);
    const factors = this.#factors;
    const seen = this.#count;
    for (let row = 0; row < count; row++) factors[row] = weight / Math.min(length, seen + row + 1);
    for (let group = 0; group < this.#blocks.length; group++) {
      const block = this.#blocks[group]!;
      const first = group * LANES;
      let place = this.#place;
      for (let row = 0; row < count;) {
        const rows = Math.min(count - row, length - place);
        const at = row * stride + first;
        addMeans(this.#heads, first, block, place, values, rolled, at, stride, factors, row, rows);
        row += rows;
        place += rows;
        if (place < length) continue;
        makeTails(block);
        this.#heads.fill(0, first, first + LANES);
        place = 0;
      }
    }
    this.#place = (this.#place + count) % length;
    this.#count = Math.min(length, seen + count);
  }
}

// The two loops stand alone so that they are compiled once and well. Four heads, or tails, are four
// sums that need not wait for one another.

function addMeans(
  heads: Float64Array,
  first: number,
  block: Float64Array,
  place: number,
  values: Float64Array,
  rolled: Float64Array,
  at: number,
  stride: number,
  factors: Float64Array,
  row: number,
  rows: number,
): void {
  let head0 = heads[first]!;
  let head1 = heads[first + 1]!;
  let head2 = heads[first + 2]!;
  let head3 = heads[first + 3]!;
  let b = place * LANES;
  for (const end = row + rows; row < end; row++) {
    const factor = factors[row]!;
    head0 += block[b] = values[at]!;
    head1 += block[b + 1] = values[at + 1]!;
    head2 += block[b + 2] = values[at + 2]!;
    head3 += block[b + 3] = values[at + 3]!;
    rolled[at] = rolled[at]! + factor * (head0 + block[b + 4]!);
    rolled[at + 1] = rolled[at + 1]! + factor * (head1 + block[b + 5]!);
    rolled[at + 2] = rolled[at + 2]! + factor * (head2 + block[b + 6]!);
    rolled[at + 3] = rolled[at + 3]! + factor * (head3 + block[b + 7]!);
    at += stride;
    b += LANES;
  }
  heads[first] = head0;
  heads[first + 1] = head1;
  heads[first + 2] = head2;
  heads[first + 3] = head3;
}

/** Adds to each row the one after it, from the last but one back: values become the tails. */
function makeTails(block: Float64Array): void {
  let tail0 = 0;
  let tail1 = 0;
  let tail2 = 0;
  let tail3 = 0;
  for (let b = block.length - 2 * LANES; b >= 0; b -= LANES) {
    tail0 = block[b] = block[b]! + tail0;
    tail1 = block[b + 1] = block[b + 1]! + tail1;
    tail2 = block[b + 2] = block[b + 2]! + tail2;
    tail3 = block[b + 3] = block[b + 3]! + tail3;
  }
}
