/**
 * What tells whether the figures of an analysis mean anything: baselines, intervals, costs. Undefined
 * figures are null; gains are of one contract.
 */

/** What events may be held against. */
export const BASELINE_NAMES = ["random-side", "flip", "long", "short", "random-time"] as const;

/** Name of a baseline. */
export type BaselineName = (typeof BASELINE_NAMES)[number];

/** Baselines that are drawn again and again, and those that come to one figure. */
export const RANDOM_BASELINES = ["random-side", "random-time"] as const;
export const FIXED_BASELINES = ["flip", "long", "short"] as const;

/** The shares of outcomes. */
export const OUTCOME_RATES = ["tp_before_sl_rate", "sl_before_tp_rate", "timeout_rate"] as const;

/** The figures of trades that have intervals. */
export const TALLY_RATES = [
  ...OUTCOME_RATES,
  "gross_ticks_per_trade",
  "net_ticks_per_trade",
] as const;

/** Figures of trades, those that are censored left out. */
export type TallyFigures =
  & { n_trades: number }
  & Record<(typeof TALLY_RATES)[number], number | null>;

/** The two ends of a 95 % interval; both null where there is nothing to read them off. */
export interface Interval {
  low: number | null;
  high: number | null;
}

/** A mean with its interval. */
export interface MeanInterval extends Interval {
  mean: number | null;
}

/** A share with its interval. */
export interface RateInterval extends Interval {
  rate: number | null;
}

/** Runs of a random baseline: of each figure the mean over the runs and their percentiles. */
export type RandomBaseline =
  & Record<
    "tp_before_sl_rate" | "timeout_rate" | "gross_ticks_per_trade" | "net_ticks_per_trade",
    MeanInterval
  >
  & {
    /** (1 + runs whose net ticks a trade are at least the events') / (1 + runs). */
    p: number | null;
  };

/** A baseline of one figure. */
export type FixedBaseline = TallyFigures & {
  /** Net ticks a trade of the events less those of the baseline, on the same resamples. */
  net_difference: Interval & { value: number | null };
};

/** The events beside what they are held against: the same entries, outcomes and costs. */
export interface Baselines {
  runs: number;
  seed: number;
  signal: TallyFigures;
  random: Partial<Record<(typeof RANDOM_BASELINES)[number], RandomBaseline>>;
  fixed: Partial<Record<(typeof FIXED_BASELINES)[number], FixedBaseline>>;
}

/** How far figures may be off. */
export interface Intervals {
  block_minutes: number;
  /** How many blocks the evaluation is long. */
  n_blocks: number;
  resamples: number;
  /** By resampling blocks of time: of `trade_metrics`, and of the resolved trades. */
  trade_metrics: Record<(typeof OUTCOME_RATES)[number], Interval>;
  resolved: Record<(typeof TALLY_RATES)[number], Interval>;
  /** By the days' own figures; null with fewer than two days. */
  across_days: {
    /** Days with events: the others have no figures of their own, and count for nothing here. */
    n_days: number;
    trade_metrics: Record<(typeof OUTCOME_RATES)[number], MeanInterval>;
    resolved: Record<(typeof TALLY_RATES)[number], MeanInterval>;
  } | null;
  /** Of `trade_metrics`, after Wilson: what would hold if no trade overlapped another. */
  if_trades_were_independent: Record<(typeof OUTCOME_RATES)[number], RateInterval>;
  /** Trades that are open at a time, on average over the time in which any is. */
  mean_concurrency: number | null;
  /** Trades that are left when those are skipped that begin while one is open. */
  n_not_overlapping: number;
}

/** What trades gained. */
export interface ReturnFigures {
  n_trades: number;
  n_censored: number;
  gross_ticks_per_trade: number | null;
  net_ticks_per_trade: number | null;
  gross_dollars_per_trade: number | null;
  net_dollars_per_trade: number | null;
  net_dollars: number;
  /** Net gains over net losses; null without a loss. */
  profit_factor: number | null;
  /** What a trade, both fills together, may cost until nothing is left; below 0 it loses before costs. */
  break_even_cost_ticks: number | null;
  break_even_cost_dollars: number | null;
}

/** What trades gained, and at which prices and costs. */
export interface Returns {
  /** Where trades are filled, in words: "at mid". */
  basis: string;
  /** What a trade costs besides its prices, both fills together. */
  cost_ticks_per_trade: number;
  tick_value_dollars: number;
  all: ReturnFigures;
  /** Of those alone that begin while no other is open. */
  one_position_at_a_time: ReturnFigures;
}

/** A drift, held against what luck alone does. */
export interface DriftTest {
  drift: number | null;
  /** (1 + permutations whose drift is at least as large) / (1 + permutations). */
  p: number | null;
  /** The drift that 95 % of the permutations stay within. */
  by_luck: number | null;
}

/** What the gate asks of stretches of time, with sampling error. */
export interface DriftTests {
  tp_before_sl_rate: DriftTest;
  events_per_hour: DriftTest;
}

/** What stands beside the figures of a day, or of several together. */
export interface StudyFigures {
  returns: Returns;
  baselines: Baselines;
  intervals: Intervals;
  stability_test: DriftTests;
}
