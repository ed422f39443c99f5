import { formatShort } from "../format.ts";
import { ROUND } from "../round_numbers.ts";

/** Characters of a label, so that labels end under those of the price axis. */
const LABEL_LENGTH = 8;

/** The values that an axis shows, and how far its labels are apart. */
export interface ValueScale {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/**
 * The round scale that holds some values: it stays as it is while they move within it, so an axis
 * does not tremble.
 *
 * @param min least value
 * @param max largest value
 * @param parts about how many steps it is to have
 * @param least smallest step, above 0
 * @param raster what a step is a whole multiple of, such as a price tick; left out, of nothing
 */
export function valueScale(
  min: number,
  max: number,
  parts: number,
  least: number,
  raster: number | null = null,
): ValueScale {
  const unit = raster ?? 1;
  const wanted = Math.max(least, (max - min) / parts) / unit;
  const decade = 10 ** Math.floor(Math.log10(wanted) + 1e-9);
  const round = ROUND.find((round) => isStep(round * decade) && round * decade >= wanted - 1e-9) ??
    10;
  const step = round * decade * unit;
  function isStep(steps: number): boolean {
    return raster === null || Math.abs(steps - Math.round(steps)) < 1e-9;
  }
  const low = Math.floor(min / step) * step;
  const high = Math.ceil(max / step) * step;
  return { min: low, max: high > low ? high : low + step, step };
}

/**
 * A round scale with 0 in the middle.
 *
 * @param most largest distance from 0 that it holds
 * @param least smallest step, above 0
 */
export function mirroredScale(most: number, least: number): ValueScale {
  const { max } = valueScale(0, Math.max(most, least), 1, least);
  return { min: -max, max, step: max };
}

/** Decimals that tell the multiples of a step apart. */
export function decimalsOf(step: number): number {
  const isWhole = (steps: number) => Math.abs(steps - Math.round(steps)) <= 1e-6 * steps;
  let decimals = 0;
  while (decimals < 9 && !isWhole(step * 10 ** decimals)) decimals++;
  return decimals;
}

/** The label of a price. */
export function priceLabel(price: number, decimals: number): string {
  return padded(price.toFixed(decimals));
}

/** The label of a force; one that does not fit has a letter for its thousands: its end would be cut off. */
export function forceLabel(force: number, decimals: number): string {
  const digits = force.toFixed(decimals);
  return padded(digits.length <= LABEL_LENGTH ? digits : formatShort(force));
}

function padded(digits: string): string {
  return digits.replace("-", "\u2212").padStart(LABEL_LENGTH, "\u2007");
}

/** The values of a scale that get a label, lowest first; none where there is no scale. */
export function scaleLabels(scale: ValueScale | null): number[] {
  if (scale === null) return [];
  const { min, max, step } = scale;
  const labels: number[] = [];
  for (let i = 0; min + i * step <= max + step / 2; i++) labels.push(min + i * step);
  return labels;
}
