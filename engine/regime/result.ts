import type { RegimePayload } from "./payload.ts";
import type { SideState } from "./states.ts";
import type { EventColumn } from "./event_table.ts";
import type { HorizonCounts } from "./hit_rate.ts";
import type { DayStudy } from "./study/day_study.ts";
import type { Trade } from "./trades.ts";

/** What an analysis captured. */
export interface CaptureSummary {
  snapshots: number;
  /** Those inside the evaluation window. */
  evalSnapshots: number;
  /** Index of the first of them. */
  evalFrom: number;
  /** Least and greatest mid, dollars. */
  midMin: number;
  midMax: number;
}

/** A band's side at one snapshot. */
export interface SpectrumRow {
  side: "above" | "below";
  /** Width in buckets. */
  band: number;
  pressure: number;
  vacuum: number;
  composite: number;
  rolled: number;
  d1: number;
  d2: number;
  d3: number;
  score: number;
  state: SideState;
}

/** What a chart shows: a value for every snapshot, in order. */
export interface RegimeSeries {
  /** Event time, nanoseconds since midnight UTC of the date. */
  ts: Float64Array<ArrayBuffer>;
  /** Mid price, dollars. */
  mid: Float64Array<ArrayBuffer>;
  directionEdge: Float64Array<ArrayBuffer>;
  aboveScore: Float64Array<ArrayBuffer>;
  belowScore: Float64Array<ArrayBuffer>;
  /** 1 up, -1 down, 0 flat: `direction()` names it. */
  direction: Int8Array<ArrayBuffer>;
  /** Index into POSTURE_NAMES. */
  posture: Int8Array<ArrayBuffer>;
  /** Scores of each side of each band; `signOf` a score and the threshold is its state. */
  lanes: readonly {
    side: "above" | "below";
    band: number;
    score: Float64Array<ArrayBuffer>;
  }[];
}

/** Projections at the last evaluated snapshot, for every bucket: row i is k = i - 50. */
export interface ProjectionSnapshot {
  current: Float64Array<ArrayBuffer>;
  horizons: readonly { ms: number; projected: Float64Array<ArrayBuffer> }[];
}

/** All that an analysis found. It can be cloned to another thread. */
export interface RegimeResult {
  /** The JSON output. */
  payload: RegimePayload;
  /** Midnight UTC of the date, nanoseconds since the epoch: what every `ts` counts from. */
  midnightNs: bigint;
  capture: CaptureSummary;
  series: RegimeSeries;
  /** Events with what became of them; `timeToOutcomeMs` of each is the distribution of times. */
  trades: readonly Trade[];
  /** What the day adds to the figures of several days. */
  study: DayStudy;
  /** Of each horizon. */
  counts: readonly HorizonCounts[];
  /** A row for each event; no column where no table is wanted. */
  events: readonly EventColumn[];
  lastSpectrum: readonly SpectrumRow[];
  projection: ProjectionSnapshot;
}
