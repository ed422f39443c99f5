import jstat from "jstat";
import type { Interval, MeanInterval, RateInterval } from "../../wire/regime_study.ts";

/** What lies below and above a 95 % interval. */
const TAIL = 0.025;

/** Quantile of the normal distribution for a two-sided interval of 95 %. */
const Z: number = jstat.normal.inv(1 - TAIL, 0, 1);

const NOTHING: Interval = { low: null, high: null };

/**
 * A quantile between two values is read off the line between them (definition 7 of R. Hyndman and
 * Y. Fan, "Sample Quantiles in Statistical Packages", 1996).
 *
 * @param sorted values, ascending, at least one
 * @param share 0 to 1
 */
export function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const rest = at - below;
  const low = sorted[below]!;
  return rest === 0 ? low : low + rest * (sorted[below + 1]! - low);
}

/**
 * @param values of resamples or runs, any order; those that are undefined do not count
 * @returns their 2.5 and 97.5 percentiles
 */
export function percentiles(values: readonly (number | null)[]): Interval {
  const sorted = Float64Array.from(values.filter((value) => value !== null)).sort();
  if (sorted.length === 0) return NOTHING;
  return { low: quantile(sorted, TAIL), high: quantile(sorted, 1 - TAIL) };
}

/**
 * The interval of a mean by Student's t: "Student", "The Probable Error of a Mean" (1908).
 *
 *     mean ± t(0.975; n - 1) s / √n
 *
 * @param values one a day; those that are undefined do not count
 * @returns all null with fewer than two
 */
export function tInterval(values: readonly (number | null)[]): MeanInterval {
  const defined = values.filter((value) => value !== null);
  const n = defined.length;
  if (n < 2) return { mean: null, ...NOTHING };
  const mean = defined.reduce((sum, value) => sum + value, 0) / n;
  const squares = defined.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const spread = tQuantile(1 - TAIL, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { mean, low: mean - spread, high: mean + spread };
}

/**
 * @param share 0 to 1
 * @param freedom degrees of freedom, at least 1
 * @returns the quantile of Student's t distribution
 */
export function tQuantile(share: number, freedom: number): number {
  return jstat.studentt.inv(share, freedom);
}

/**
 * Wilson's score interval, which stays within 0 and 1 and holds for few events too: E. B. Wilson,
 * "Probable Inference, the Law of Succession, and Statistical Inference" (1927).
 *
 *     (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)
 *
 * It takes events for independent. Trades that overlap are not, and their true interval is wider.
 *
 * @param hits how often it happened
 * @param n out of how many
 */
export function wilson(hits: number, n: number): RateInterval {
  if (n === 0) return { rate: null, ...NOTHING };
  const rate = hits / n;
  const spread = Z * Math.sqrt(rate * (1 - rate) / n + Z * Z / (4 * n * n));
  const middle = rate + Z * Z / (2 * n);
  const scale = 1 + Z * Z / n;
  return {
    rate,
    // Exactly at the ends, where rounding would leave a little.
    low: hits === 0 ? 0 : (middle - spread) / scale,
    high: hits === n ? 1 : (middle + spread) / scale,
  };
}
