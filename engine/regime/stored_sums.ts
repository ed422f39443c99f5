import type { HorizonCounts } from "./hit_rate.ts";
import type { RegimeResult } from "./result.ts";
import type { DayStudy } from "./study/day_study.ts";

/** What a day adds to others, beside its figures. */
type Sums = Pick<RegimeResult, "study" | "counts">;

/** The same as JSON has it: columns of numbers are lists. */
interface StoredSums {
  study: Omit<DayStudy, "sums" | "resamples" | "random"> & {
    sums: number[];
    resamples: number[];
    random: Record<string, number[]>;
  };
  counts: readonly HorizonCounts[];
}

/**
 * Writes what a day adds to others, so that another process may add it up to the same figures: all of it
 * are finite numbers, which JSON keeps to the bit.
 *
 * @param sums of a day
 * @returns JSON
 */
export function storedSums({ study, counts }: Sums): string {
  const stored: StoredSums = {
    study: {
      ...study,
      sums: [...study.sums],
      resamples: [...study.resamples],
      random: Object.fromEntries(
        Object.entries(study.random).map(([name, sums]) => [name, [...sums]]),
      ),
    },
    counts,
  };
  return JSON.stringify(stored);
}

/** @param json what {@link storedSums} wrote @returns the sums */
export function sumsOf(json: string): Sums {
  const { study, counts }: StoredSums = JSON.parse(json);
  return {
    study: {
      ...study,
      sums: Float64Array.from(study.sums),
      resamples: Float64Array.from(study.resamples),
      random: Object.fromEntries(
        Object.entries(study.random).map(([name, sums]) => [name, Float64Array.from(sums)]),
      ),
    },
    counts,
  };
}
