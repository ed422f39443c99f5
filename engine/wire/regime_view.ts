/**
 * An analysis as charts show it: JSON alone, small enough for a page, shared by the file that
 * `--html-output` writes and by the route /regime. Long columns are written as steps: the first
 * value counts from `from_ms`, each further one from the value before it.
 */

import type { StudyFigures } from "./regime_study.ts";

/** How trades of a stretch of time ended. Undefined figures are null. */
export interface TradeFigures {
  n_events: number;
  events_per_hour: number;
  tp_before_sl_rate: number | null;
  sl_before_tp_rate: number | null;
  timeout_rate: number | null;
  /** Timeouts included. */
  median_time_to_outcome_ms: number | null;
}

/** The same, followed past the evaluation's end; what the data's end leaves open is in no rate. */
export interface ResolvedFigures extends TradeFigures {
  n_censored: number;
}

/** The trade figures of a stretch that has a name: an hour, or a day. */
export interface NamedFigures extends TradeFigures {
  /** "HH:MM-HH:MM", America/New_York, or a date. */
  window: string;
}

/** Whether stretches of time are alike. */
export interface StabilityFigures {
  passed: boolean;
  /** (max - min) / max(|mean|, 1e-9) over those that have a value; null with fewer than two. */
  tp_before_sl_rate_drift: number | null;
  events_per_hour_drift: number | null;
  /** Why not, in words. */
  reasons: readonly string[];
}

/** How often the sign of a projected change came true, beside the naive predictor on the same pairs. */
export interface StillHitRate {
  /** Share of the pairs whose two signs agree; null without pairs. */
  delta_sign_hit_rate: number | null;
  n_pairs: number;
  /** Of the predictor that every composite goes towards 0. */
  naive_hit_rate: number | null;
  /** Hit rate less naive rate. */
  skill: number | null;
}

/** The hit rate of a horizon. */
export interface HitRate extends StillHitRate {
  /** Of projections held against what came at another time. */
  shuffled_hit_rate: number | null;
  n_shuffled_pairs: number;
  /** Of the pairs whose spot did not move. */
  spot_unmoved: StillHitRate;
}

/** The part of the JSON output that a page shows, as it is there. Undefined figures are null. */
export interface RegimeFigures extends StudyFigures {
  instrument: { product_type: string; symbol: string; dt: string };
  /** Simulated data is named as such. */
  data_source: "databento" | "simulator";
  /** Hours of New York, in the session of the UTC day unless it says another. */
  window: { start_time: string; eval_start: string; eval_end: string; session?: "globex" };
  trade_target_params: {
    tp_ticks: number;
    sl_ticks: number;
    /** One of the two is in force, and the other null. */
    max_hold_snapshots: number | null;
    max_hold_ms: number | null;
  };
  trade_metrics: TradeFigures;
  /** The same events, filled as the execution says and followed past the evaluation's end. */
  trade_metrics_resolved: ResolvedFigures;
  hourly_metrics: readonly NamedFigures[];
  stability: StabilityFigures;
  /** By horizon in milliseconds. */
  projection_horizon_metrics: Readonly<Record<string, HitRate>>;
  event_count: number;
  /** What a reader of the figures has to know of the data, in words. */
  warnings: readonly string[];
}

/** A line, reduced to what a chart can show of it. */
export interface LineView {
  /** Event times, milliseconds, as steps. */
  steps_ms: readonly number[];
  values: readonly number[];
}

/** A state over time. Its runs follow one another without a gap, from `from_ms` to `to_ms`. */
export interface RibbonView {
  /** Length of each run, milliseconds. */
  lengths_ms: readonly number[];
  /** State of each run, an index into the names that belong to the ribbon; -1 in a hole. */
  states: readonly number[];
}

/** Names of the states of a band's side, by index. */
export const SIDE_STATE_NAMES = ["vacuum", "transition", "pressure"] as const;

/** Names of the directions, by index. */
export const DIRECTION_NAMES = ["down", "flat", "up"] as const;

/** Names of the postures, by index. */
export const POSTURE_NAMES = [
  "transition",
  "bullish_release",
  "bearish_release",
  "two_sided_vacuum",
  "two_sided_pressure",
] as const;

/** Names of the outcomes of a trade, by index. */
export const OUTCOME_NAMES = ["tp_before_sl", "sl_before_tp", "timeout"] as const;

/** Every event with what became of it, column by column. */
export interface EventsView {
  /** Event times, milliseconds, as steps. */
  steps_ms: readonly number[];
  /** 1 up, -1 down. */
  directions: readonly number[];
  /** Index into {@link OUTCOME_NAMES}. */
  outcomes: readonly number[];
  /** Mid at the event and at the snapshot that decided, dollars. */
  entry_prices: readonly number[];
  exit_prices: readonly number[];
  times_to_outcome_ms: readonly number[];
}

/** An analysis as charts show it. */
export interface RegimeView {
  figures: RegimeFigures;
  /** Parameters that make it, each with its value: what else it was made with is the default. */
  parameters: readonly (readonly [name: string, value: string])[];
  price_decimals: number;
  tick_size: number;
  snapshots: number;
  eval_snapshots: number;
  /** First and last snapshot, and the first that is evaluated: milliseconds since the epoch, UTC. */
  from_ms: number;
  to_ms: number;
  eval_from_ms: number;
  /**
   * Stretches without a snapshot that are too long for what was before them to hold, in order:
   * milliseconds since the epoch.
   */
  holes_ms: readonly (readonly [from: number, to: number])[];
  /** Within a column of this length, lines keep their extremes and states their time. */
  column_ms: number;
  spectrum_threshold: number;
  edge_threshold: number;
  mid: LineView;
  edge: LineView;
  /** A ribbon for each side of each band, its states by {@link SIDE_STATE_NAMES}. */
  lanes: readonly (RibbonView & { side: "above" | "below"; band: number })[];
  /** States by {@link DIRECTION_NAMES}. */
  direction: RibbonView;
  /** States by {@link POSTURE_NAMES}. */
  posture: RibbonView;
  events: EventsView;
}

/** What several days say together, as a page shows it. */
export interface PooledView {
  n_days: number;
  n_events: number;
  events_per_hour: number | null;
  /** Of `trade_metrics`, by {@link OUTCOME_NAMES}, each with its 95 % interval by blocks of time. */
  rates: Readonly<
    Record<
      (typeof OUTCOME_NAMES)[number],
      { rate: number | null; low: number | null; high: number | null }
    >
  >;
  stability: StabilityFigures;
  /** By horizon in milliseconds. */
  projection_horizon_metrics: Readonly<Record<string, HitRate>>;
  /** What stands beside the figures; null without a day. */
  study: StudyFigures | null;
  warnings: readonly string[];
}

/** What a page in a file holds: a day, or several with what they say together. */
export interface RegimeDocument {
  days: readonly RegimeView[];
  pooled: PooledView | null;
}
