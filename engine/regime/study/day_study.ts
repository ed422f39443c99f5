import {
  type BaselineName,
  FIXED_BASELINES,
  type RANDOM_BASELINES,
} from "../../wire/regime_study.ts";
import { binned, RESAMPLES, stationaryBootstrap } from "./bootstrap.ts";
import { type Block, blocksOf, type Stretch } from "./blocks.ts";
import { overlapOf } from "./overlap.ts";
import { costTicks, type Execution, type PriceColumns, type TradeRule } from "./prices.ts";
import { randomSides } from "./random_side.ts";
import { randomTimes } from "./random_times.ts";
import { type ReturnSums, returnSums } from "./returns.ts";
import { randomFor } from "./seeds.ts";
import { addSums, count, TALLY } from "./tally.ts";
import { bothSides, chosen, type TradeColumns } from "./trade_columns.ts";

/** What events are held against, and how. */
export interface StudyParams extends TradeRule, Execution {
  /** Least distance between two events, snapshots. */
  signalCooldown: number;
  /** In the order of BASELINE_NAMES, each once. */
  baselines: readonly BaselineName[];
  /** How often random baselines are drawn. */
  baselineRuns: number;
  /** Chooses all random numbers. */
  seed: number;
  /** Mean length of what the bootstrap draws together, and length of the gate's blocks, minutes. */
  blockMinutes: number;
}

/** The events of a day, and what they are decided on. */
export interface DayEvents {
  /** Session date. */
  dt: string;
  /** Of all snapshots, those after the evaluation too. */
  prices: PriceColumns;
  /** Index of the first evaluated snapshot, and of the one after the last. */
  from: number;
  end: number;
  /** The evaluation, nanoseconds as `prices.ts`; its end exclusive. */
  evaluated: Stretch;
  /** Its hours. */
  hours: readonly Stretch[];
  /** Index of the snapshot of each event, and its side: 1 up, -1 down. */
  signals: Int32Array;
  signs: Int8Array;
  /** What became of them as `trade_metrics` counts it. */
  events: TradeColumns;
  /** Dollars a tick and contract. */
  tickValue: number;
}

/** Sets of trades whose tallies lie side by side: `events` as `trade_metrics` counts them. */
export type SetName = "events" | "resolved" | (typeof FIXED_BASELINES)[number];

/** What a day adds to figures: numbers that are added up over days, and a few that are kept of each. */
export interface DayStudy {
  dt: string;
  sets: readonly SetName[];
  /** The tally of each set, and of each resample of each set. */
  sums: Float64Array<ArrayBuffer>;
  resamples: Float64Array<ArrayBuffer>;
  /** The tally of each run. */
  random: Partial<Record<(typeof RANDOM_BASELINES)[number], Float64Array<ArrayBuffer>>>;
  all: ReturnSums;
  oneAtATime: ReturnSums;
  heldNs: number;
  busyNs: number;
  /** Length of the evaluation, hours, and how many blocks that is. */
  hoursLong: number;
  blockCount: number;
  /** The blocks of each hour. */
  hours: readonly (readonly Block[])[];
}

/** Stretches that the bootstrap draws from, nanoseconds: a second each. */
const STEP_NS = 1e9;
const MINUTE_NS = 60e9;
const HOUR_NS = 3600e9;

/**
 * Holds the events of a day against what they might have been. What each entry comes to on either side
 * is looked up once; all else is adding up.
 *
 * @param day the events
 * @param params with what
 * @returns what the day adds, and the trades as they are filled and followed to their outcome
 */
export function studyDay(
  day: DayEvents,
  params: StudyParams,
): { study: DayStudy; resolved: TradeColumns } {
  const { dt, prices, signals, signs, evaluated, from, end } = day;
  const { baselines, baselineRuns: runs, seed, blockMinutes } = params;
  const terms = { prices, rule: params, execution: params };
  const sides = bothSides(terms, signals);
  const resolved = chosen(sides, signs);
  const fixed = FIXED_BASELINES.filter((name) => baselines.includes(name));
  const ofFixed = {
    flip: () => chosen(sides, signs.map((sign) => -sign)),
    long: () => sides.up,
    short: () => sides.down,
  };
  const sets: SetName[] = ["events", "resolved", ...fixed];
  const columns = [day.events, resolved, ...fixed.map((name) => ofFixed[name]())];
  const rows = rowsOf(columns, signals.length);
  const width = sets.length * TALLY;
  const sums = new Float64Array(width);
  for (let i = 0; i < signals.length; i++) {
    addSums(sums, rows.subarray(i * width, (i + 1) * width));
  }
  const times = Float64Array.from(signals, (signal) => prices.ts[signal]!);
  const { startTs: start, endTs } = evaluated;
  const inSeconds = binned(times, rows, width, { start, end: endTs, step: STEP_NS });
  const meanBlock = Math.max(1, blockMinutes * MINUTE_NS / STEP_NS);
  const random: DayStudy["random"] = {};
  if (baselines.includes("random-side")) {
    const places = signals.map((signal) => signal - from);
    const coins = randomFor(seed, dt, "random-side");
    random["random-side"] = randomSides(sides, places, runs, coins, end - from);
  }
  if (baselines.includes("random-time")) {
    const places = { from, end, cooldown: params.signalCooldown };
    const times = randomFor(seed, dt, "random-time");
    random["random-time"] = randomTimes(terms, signs, places, runs, times);
  }
  const { heldNs, busyNs, apart } = overlapOf(resolved, signals, prices.ts);
  const cost = costTicks(params, day.tickValue);
  const study: DayStudy = {
    dt,
    sets,
    sums,
    resamples: stationaryBootstrap(
      inSeconds,
      meanBlock,
      RESAMPLES,
      randomFor(seed, dt, "bootstrap"),
    ),
    random,
    all: returnSums(resolved, cost),
    oneAtATime: returnSums(resolved, cost, apart),
    heldNs,
    busyNs,
    hoursLong: (endTs - start) / HOUR_NS,
    blockCount: (endTs - start) / (blockMinutes * MINUTE_NS),
    hours: day.hours.map((hour) =>
      blocksOf(hour, blockMinutes * MINUTE_NS, times, day.events.outcome)
    ),
  };
  return { study, resolved };
}

/** A row for each event: the tally of that trade alone in each set. */
function rowsOf(columns: readonly TradeColumns[], events: number): Float64Array {
  const width = columns.length * TALLY;
  const rows = new Float64Array(events * width);
  columns.forEach(({ outcome, gross }, set) => {
    for (let i = 0; i < events; i++) count(rows, i * width + set * TALLY, outcome[i]!, gross[i]!);
  });
  return rows;
}
