import { type Address, type Doubles, Figures } from "./figures.ts";

/**
 * `roll(x; windows)` of docs/analysis.md for many series side by side.
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
  /** Values in a row: one for every series, then others that come to nothing, up to `padded`. */
  readonly stride: number;
  /** What is rolled next: row after row. */
  readonly values: Doubles;
  /** What came of the values that were rolled last: row after row. */
  readonly rolled: Doubles;
  /** Where the module has it. */
  readonly address: Address;
  readonly #figures: Figures;

  /**
   * @param series how many series
   * @param windows lengths in values, each once, at least one
   * @param rows the most that are rolled at a time
   * @param figures the module that rolls
   * @throws UserError when the windows need more memory than there is
   */
  constructor(
    series: number,
    windows: readonly number[],
    rows: number,
    figures: Figures = new Figures(),
  ) {
    this.stride = padded(series);
    this.#figures = figures;
    const weights = inverseRootWeights(windows);
    this.address = figures.call(({ newRoll, setWindow }) => {
      const address = newRoll(this.stride / GROUP, windows.length, rows);
      windows.forEach((length, i) => setWindow(address, i, length, weights[i]!));
      return address;
    });
    const { address, stride } = this;
    const doubles = (at: Address) => figures.doubles(at, rows * stride);
    this.values = figures.call(({ valuesOf }) => doubles(valuesOf(address)));
    this.rolled = figures.call(({ rolledOf }) => doubles(rolledOf(address)));
  }

  /**
   * Goes on by the first rows of `values`.
   *
   * @param count how many rows
   */
  push(count: number): void {
    this.#figures.call(({ roll }) => roll(this.address, count));
  }
}

/** Series that are rolled together. */
const GROUP = 8;

/**
 * @param series how many series are rolled side by side
 * @returns length of a row that holds them: the next multiple of eight
 */
export function padded(series: number): number {
  return Math.ceil(series / GROUP) * GROUP;
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
