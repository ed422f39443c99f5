import type { HitRate, StillHitRate } from "../wire/regime_view.ts";

/** How often signs agreed; numbers that add up over days. */
export interface HitCounts {
  pairs: number;
  hits: number;
  /** Hits of the naive predictor on the same pairs, where it says nothing half of one. */
  naive: number;
}

/** What the projections of a horizon came to. */
export interface HorizonCounts {
  all: HitCounts;
  /** Of pairs whose spot did not move. */
  still: HitCounts;
  /** Of projections that are held against what came at another time. */
  shuffled: Pick<HitCounts, "pairs" | "hits">;
}

/** @param counts of a horizon @returns its rates */
export function hitRateOf({ all, still, shuffled }: HorizonCounts): HitRate {
  return {
    ...ratesOf(all),
    shuffled_hit_rate: shareOf(shuffled.hits, shuffled.pairs),
    n_shuffled_pairs: shuffled.pairs,
    spot_unmoved: ratesOf(still),
  };
}

/**
 * @param days the counts of each day, horizon by horizon
 * @returns those of all days together
 */
export function sumOfCounts(days: readonly (readonly HorizonCounts[])[]): HorizonCounts[] {
  const [first = []] = days;
  const sum = (counts: readonly HitCounts[]): HitCounts => ({
    pairs: counts.reduce((all, { pairs }) => all + pairs, 0),
    hits: counts.reduce((all, { hits }) => all + hits, 0),
    naive: counts.reduce((all, { naive }) => all + naive, 0),
  });
  return first.map((_, h) => {
    const horizons = days.map((day) => day[h]!);
    return {
      all: sum(horizons.map(({ all }) => all)),
      still: sum(horizons.map(({ still }) => still)),
      shuffled: sum(horizons.map(({ shuffled }) => ({ ...shuffled, naive: 0 }))),
    };
  });
}

function ratesOf({ pairs, hits, naive }: HitCounts): StillHitRate {
  const rate = shareOf(hits, pairs);
  const other = shareOf(naive, pairs);
  return {
    delta_sign_hit_rate: rate,
    n_pairs: pairs,
    naive_hit_rate: other,
    skill: rate === null || other === null ? null : rate - other,
  };
}

function shareOf(hits: number, pairs: number): number | null {
  return pairs === 0 ? null : hits / pairs;
}
