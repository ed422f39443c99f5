import type { Random } from "../../source/simulator/random.ts";

/** Resamples that an interval is read off. */
export const RESAMPLES = 2_000;

/** Sums of equal stretches of time, a row for each: `width` numbers each. */
export interface BinnedSums {
  sums: Float64Array;
  width: number;
}

/**
 * Adds up rows within stretches of equal length.
 *
 * @param times of the rows
 * @param rows `width` numbers each
 * @param width numbers of a row
 * @param span first time, the time after the last, and the length of a stretch
 */
export function binned(
  times: ArrayLike<number>,
  rows: Float64Array,
  width: number,
  { start, end, step }: { start: number; end: number; step: number },
): BinnedSums {
  const sums = new Float64Array(Math.ceil((end - start) / step) * width);
  for (let i = 0; i < times.length; i++) {
    const bin = Math.floor((times[i]! - start) / step);
    for (let j = 0; j < width; j++) sums[bin * width + j]! += rows[i * width + j]!;
  }
  return { sums, width };
}

/**
 * The stationary bootstrap of D. Politis and J. Romano, "The Stationary Bootstrap" (1994): stretches in
 * a row are drawn together, from a random one on and past the end from the first again, as many as a
 * geometric number with a given mean, until there are as many as there were.
 *
 * @param binned sums of stretches of time
 * @param meanBlock mean length of what is drawn together, stretches, at least 1
 * @param resamples how many times
 * @param random what is drawn with
 * @returns the sums of each resample, one after another
 */
export function stationaryBootstrap(
  { sums, width }: BinnedSums,
  meanBlock: number,
  resamples: number,
  random: Random,
): Float64Array<ArrayBuffer> {
  const bins = sums.length / width;
  const before = runningSums(sums, width);
  const found = new Float64Array(resamples * width);
  const ended = Math.log(1 - 1 / meanBlock);
  for (let resample = 0; resample < resamples; resample++) {
    const at = resample * width;
    for (let left = bins; left > 0;) {
      const from = random.below(bins);
      const length = Math.min(left, 1 + Math.floor(Math.log(1 - random.uniform()) / ended));
      left -= length;
      const to = (from + length) % bins;
      for (let j = 0; j < width; j++) {
        const sum = before[to * width + j]! - before[from * width + j]!;
        found[at + j]! += from + length < bins ? sum : sum + before[bins * width + j]!;
      }
    }
  }
  return found;
}

/** Of each row the sum of those before it; one row more than there are. */
function runningSums(sums: Float64Array, width: number): Float64Array {
  const before = new Float64Array(sums.length + width);
  for (let i = 0; i < sums.length; i++) before[i + width] = before[i]! + sums[i]!;
  return before;
}
