import {
  type Baselines,
  FIXED_BASELINES,
  type FixedBaseline,
  type Interval,
  type Intervals,
  type MeanInterval,
  OUTCOME_RATES,
  RANDOM_BASELINES,
  type RandomBaseline,
  type Returns,
  type StudyFigures,
  TALLY_RATES,
  type TallyFigures,
} from "../../wire/regime_study.ts";
import type { Block } from "./blocks.ts";
import { RESAMPLES } from "./bootstrap.ts";
import type { DayStudy, SetName, StudyParams } from "./day_study.ts";
import { driftTests } from "./drift.ts";
import { percentiles, tInterval, wilson } from "./intervals.ts";
import { costTicks, type Execution } from "./prices.ts";
import { returnFigures, type ReturnSums } from "./returns.ts";
import { randomFor } from "./seeds.ts";
import { addSums, figuresOf, STOPS, TALLY, TARGETS, TIMEOUTS, TRADES } from "./tally.ts";

/**
 * What means of the same ticks may differ by: of prices between two ticks the sums are rounded, and a run
 * that is worse by no more than that is as good.
 */
const ROUNDING_TICKS = 1e-9;

/** What is kept of each of several days. */
interface KeptDay {
  sums: Float64Array;
  blocks: readonly Block[];
}

/**
 * The studies of days, added up as they come: of a day its tallies and blocks are kept, whatever there
 * was of trades.
 */
export class StudyPool {
  readonly #days: KeptDay[] = [];
  #sum: DayStudy | null = null;

  /**
   * @param params what all days were made with
   * @param tickValue dollars a tick and contract
   */
  constructor(readonly params: StudyParams, readonly tickValue: number) {}

  /** @param day the next day; it stays as it is */
  add(day: DayStudy): void {
    this.#days.push({ sums: day.sums.slice(), blocks: day.hours.flat() });
    const sum = this.#sum;
    if (sum === null) {
      this.#sum = structuredClone(day);
      return;
    }
    addSums(sum.sums, day.sums);
    addSums(sum.resamples, day.resamples);
    for (const name of RANDOM_BASELINES) {
      if (day.random[name] !== undefined) addSums(sum.random[name]!, day.random[name]);
    }
    addReturns(sum.all, day.all);
    addReturns(sum.oneAtATime, day.oneAtATime);
    sum.heldNs += day.heldNs;
    sum.busyNs += day.busyNs;
    sum.blockCount += day.blockCount;
  }

  /** @returns what all days say together; null without a day */
  figures(): StudyFigures | null {
    const sum = this.#sum;
    if (sum === null) return null;
    const { seed } = this.params;
    const isOne = this.#days.length === 1;
    return {
      returns: this.#returns(sum),
      baselines: this.#baselines(sum),
      intervals: this.#intervals(sum),
      stability_test: driftTests(
        isOne ? sum.hours : this.#days.map(({ blocks }) => blocks),
        randomFor(seed, isOne ? sum.dt : "days", "drift"),
      ),
    };
  }

  get #cost(): number {
    return costTicks(this.params, this.tickValue);
  }

  #figures(sums: Float64Array, at: number): TallyFigures {
    return figuresOf(sums, at, this.#cost);
  }

  /** @returns 2.5 and 97.5 percentiles over resamples; null of a set of one trade, which is in all alike */
  #within(
    { sets, sums }: DayStudy,
    name: SetName,
    values: readonly (number | null)[],
  ): Interval {
    const trades = sums[sets.indexOf(name) * TALLY + TRADES]!;
    return trades < 2 ? { low: null, high: null } : percentiles(values);
  }

  #of({ sets, sums }: DayStudy, name: SetName): TallyFigures {
    return this.#figures(sums, sets.indexOf(name) * TALLY);
  }

  /** The figures of a set in each resample. */
  #resampled({ sets, resamples }: DayStudy, name: SetName): TallyFigures[] {
    const at = sets.indexOf(name) * TALLY;
    return Array.from(
      { length: RESAMPLES },
      (_, i) => this.#figures(resamples, i * sets.length * TALLY + at),
    );
  }

  #returns({ all, oneAtATime }: DayStudy): Returns {
    const cost = this.#cost;
    return {
      basis: basisOf(this.params),
      cost_ticks_per_trade: cost,
      tick_value_dollars: this.tickValue,
      all: returnFigures(all, cost, this.tickValue),
      one_position_at_a_time: returnFigures(oneAtATime, cost, this.tickValue),
    };
  }

  #baselines(sum: DayStudy): Baselines {
    const { baselineRuns: runs, seed, baselines } = this.params;
    const signal = this.#of(sum, "resolved");
    const random: Baselines["random"] = {};
    for (const name of RANDOM_BASELINES) {
      const sums = sum.random[name];
      if (sums !== undefined) random[name] = this.#random(sums, signal);
    }
    const fixed: Baselines["fixed"] = {};
    const names = FIXED_BASELINES.filter((name) => baselines.includes(name));
    if (names.length > 0) {
      const resampled = this.#resampled(sum, "resolved");
      for (const name of names) fixed[name] = this.#fixed(sum, name, signal, resampled);
    }
    return { runs, seed, signal, random, fixed };
  }

  #random(sums: Float64Array, { net_ticks_per_trade: net }: TallyFigures): RandomBaseline {
    const { baselineRuns: runs } = this.params;
    const figures = Array.from({ length: runs }, (_, run) => this.#figures(sums, run * TALLY));
    const over = (name: keyof TallyFigures): MeanInterval => {
      const values = figures.map((figure) => figure[name]);
      return { mean: meanOf(values), ...percentiles(values) };
    };
    const asGood =
      figures.filter(({ net_ticks_per_trade: other }) =>
        net !== null && other !== null && other >= net - ROUNDING_TICKS
      ).length;
    return {
      tp_before_sl_rate: over("tp_before_sl_rate"),
      timeout_rate: over("timeout_rate"),
      gross_ticks_per_trade: over("gross_ticks_per_trade"),
      net_ticks_per_trade: over("net_ticks_per_trade"),
      p: net === null ? null : (1 + asGood) / (1 + runs),
    };
  }

  #fixed(
    sum: DayStudy,
    name: (typeof FIXED_BASELINES)[number],
    signal: TallyFigures,
    resampled: readonly TallyFigures[],
  ): FixedBaseline {
    const figures = this.#of(sum, name);
    const others = this.#resampled(sum, name);
    return {
      ...figures,
      net_difference: {
        value: netDifference(signal, figures),
        ...this.#within(
          sum,
          "resolved",
          resampled.map((one, i) => netDifference(one, others[i]!)),
        ),
      },
    };
  }

  #intervals(sum: DayStudy): Intervals {
    const within = <Name extends keyof TallyFigures>(set: SetName, names: readonly Name[]) => {
      const figures = this.#resampled(sum, set);
      return byName(names, (name) => this.#within(sum, set, figures.map((one) => one[name])));
    };
    const n = sum.sums[TRADES]!;
    const counts = [TARGETS, STOPS, TIMEOUTS].map((field) => sum.sums[field]!);
    return {
      block_minutes: this.params.blockMinutes,
      n_blocks: sum.blockCount,
      resamples: RESAMPLES,
      trade_metrics: within("events", OUTCOME_RATES),
      resolved: within("resolved", TALLY_RATES),
      across_days: this.#acrossDays(sum.sets),
      if_trades_were_independent: byName(
        OUTCOME_RATES,
        (name) => wilson(counts[OUTCOME_RATES.indexOf(name)]!, n),
      ),
      mean_concurrency: sum.busyNs === 0 ? null : sum.heldNs / sum.busyNs,
      n_not_overlapping: sum.oneAtATime.trades + sum.oneAtATime.censored,
    };
  }

  #acrossDays(sets: readonly SetName[]): Intervals["across_days"] {
    if (this.#days.length < 2) return null;
    const means = <Name extends keyof TallyFigures>(set: SetName, names: readonly Name[]) => {
      const at = sets.indexOf(set) * TALLY;
      const figures = this.#days.map(({ sums }) => this.#figures(sums, at));
      return byName(names, (name) => tInterval(figures.map((one) => one[name])));
    };
    const at = sets.indexOf("events") * TALLY + TRADES;
    return {
      n_days: this.#days.filter(({ sums }) => sums[at]! > 0).length,
      trade_metrics: means("events", OUTCOME_RATES),
      resolved: means("resolved", TALLY_RATES),
    };
  }
}

/** @returns where trades are filled, in words */
export function basisOf({ entry, exit }: Execution): string {
  const at = { mid: "at mid", touch: "at the touch" };
  return entry === exit ? at[entry] : `entered ${at[entry]}, left ${at[exit]}`;
}

function netDifference(one: TallyFigures, other: TallyFigures): number | null {
  const [a, b] = [one.net_ticks_per_trade, other.net_ticks_per_trade];
  return a === null || b === null ? null : a - b;
}

function meanOf(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  if (defined.length === 0) return null;
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
}

function byName<Name extends string, Value>(
  names: readonly Name[],
  make: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;
}

function addReturns(to: ReturnSums, more: ReturnSums): void {
  to.trades += more.trades;
  to.censored += more.censored;
  to.gross += more.gross;
  to.won += more.won;
  to.lost += more.lost;
}
