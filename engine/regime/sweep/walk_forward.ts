import type { SweepDay } from "./sweep_day.ts";

/** How many days are picked on, and how many after them are reported on. */
export interface WalkForward {
  train: number;
  test: number;
}

/** A pick, and the days around it. */
export interface PastPick {
  /** Dates that it was picked on. */
  train: readonly string[];
  /** Dates right after them: nothing of these was looked at. */
  test: readonly string[];
  /** Index of the combination. */
  combination: number;
  /** Its net ticks over the days that it was picked on. */
  trainNetTicks: number;
}

/**
 * Picks, for each stretch of test days, the combination with the most net ticks over the training days
 * right before it; of several the first. The stretches follow one another; the last may be shorter.
 *
 * @param days in order of their dates
 * @param lengths of train and test, days
 * @returns the picks; none with too few days
 */
export function picksOf(
  days: readonly Pick<SweepDay, "dt" | "sums">[],
  { train, test }: WalkForward,
): PastPick[] {
  const picks: PastPick[] = [];
  for (let at = train; at < days.length; at += test) {
    const past = days.slice(at - train, at);
    const net = past[0]!.sums.map((_, combination) =>
      past.reduce((sum, { sums }) => sum + sums[combination]!.net_ticks, 0)
    );
    const combination = net.indexOf(Math.max(...net));
    picks.push({
      train: past.map(({ dt }) => dt),
      test: days.slice(at, at + test).map(({ dt }) => dt),
      combination,
      trainNetTicks: net[combination]!,
    });
  }
  return picks;
}
