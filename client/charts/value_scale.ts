import { ROUND } from "../round_numbers.ts";

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
 */
export function valueScale(min: number, max: number, parts: number, least: number): ValueScale {
  const wanted = Math.max(least, (max - min) / parts);
  const decade = 10 ** Math.floor(Math.log10(wanted));
  const step = decade * (ROUND.find((round) => round * decade >= wanted * (1 - 1e-9)) ?? 10);
  const low = Math.floor(min / step) * step;
  const high = Math.ceil(max / step) * step;
  return { min: low, max: high > low ? high : low + step, step };
}

/** The values of a scale that get a label, lowest first. */
export function scaleLabels({ min, max, step }: ValueScale): number[] {
  const labels: number[] = [];
  for (let i = 0; min + i * step <= max + step / 2; i++) labels.push(min + i * step);
  return labels;
}
