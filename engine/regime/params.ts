import type { BaselineName } from "../wire/regime_study.ts";
import type { FillPrice } from "./study/prices.ts";

/** What an analysis is made with; every list ascending, each value once, at least one. */
export interface RegimeParams {
  /** Trailing window of the robust z-score, snapshots. */
  normalizationWindow: number;
  /** Values below which a z-score is undefined. */
  normalizationMinPeriods: number;
  /** Widths of the bands beside spot, buckets, up to 50. */
  directionalBands: readonly number[];
  /** Windows that composites are rolled over, snapshots. */
  microWindows: readonly number[];
  /** Score from which a side is in pressure, and its negative in vacuum. */
  spectrumThreshold: number;
  /** Edge from which the direction is up, and its negative down. */
  directionalEdgeThreshold: number;
  /** Least distance between two events, snapshots. */
  signalCooldown: number;
  /** Distance of the target from the entry, ticks. */
  tpTicks: number;
  /** Distance of the stop from the entry, ticks. */
  slTicks: number;
  /** Snapshots after which a trade is closed. */
  maxHoldSnapshots: number;
  /** Event time after which it is closed instead, milliseconds; null counts snapshots. */
  maxHoldMs: number | null;
  /** Where trades are filled: at the mid, or at the touch of the side that they take. */
  entry: FillPrice;
  exit: FillPrice;
  /** From a decision to its fill, milliseconds of event time. */
  latencyMs: number;
  /** Lost at each fill, ticks. */
  slippageTicks: number;
  /** Paid at each fill and contract, dollars. */
  feePerSide: number;
  /** What events are held against, each once; none is none. */
  baselines: readonly BaselineName[];
  /** How often random baselines are drawn. */
  baselineRuns: number;
  /** Chooses all random numbers, a 32-bit integer. */
  seed: number;
  /** Mean length of the blocks of time that intervals are made of, minutes. */
  blockMinutes: number;
  /** Relative drift across hours above which the gate fails. */
  stabilityMaxDrift: number;
  /** Events in an hour below which the gate fails. */
  stabilityMinSignalsPerHour: number;
  /** How far ahead buckets are projected, whole milliseconds. */
  projectionHorizonsMs: readonly number[];
  /** Windows that derivatives are rolled over, snapshots. */
  projectionRollupWindows: readonly number[];
  /** Buckets k that are reported; the hit rates are over all. */
  projectionBuckets: readonly number[];
}

/** When an analysis captures and evaluates: HH:MM or HH:MM:SS America/New_York of one session. */
export interface RegimeWindow {
  /** First snapshot. */
  startTime: string;
  evalStart: string;
  /** Exclusive. */
  evalEnd: string;
}

/** What `analyze` takes when a flag is left out. */
export const REGIME_DEFAULTS: RegimeParams = {
  normalizationWindow: 300,
  normalizationMinPeriods: 75,
  directionalBands: [4, 8, 16],
  microWindows: [25, 50, 100, 200],
  spectrumThreshold: 0.15,
  directionalEdgeThreshold: 0.2,
  signalCooldown: 8,
  tpTicks: 8,
  slTicks: 4,
  maxHoldSnapshots: 1200,
  maxHoldMs: null,
  entry: "mid",
  exit: "mid",
  latencyMs: 0,
  slippageTicks: 0,
  feePerSide: 0,
  baselines: ["random-side", "flip"],
  baselineRuns: 200,
  seed: 1,
  blockMinutes: 5,
  stabilityMaxDrift: 0.35,
  stabilityMinSignalsPerHour: 5,
  projectionHorizonsMs: [250, 500, 1000, 2500],
  projectionRollupWindows: [8, 32, 96],
  projectionBuckets: [-8, 8],
};

/** The default hours. */
export const DEFAULT_WINDOW: RegimeWindow = {
  startTime: "09:00",
  evalStart: "09:00",
  evalEnd: "12:00",
};
