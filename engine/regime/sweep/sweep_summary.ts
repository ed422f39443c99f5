import { flagName, paramsByFlag } from "../parameters.ts";
import { sameDays } from "../warnings.ts";
import { classesOf, combinationsOf, type SweepPlan, VARIED } from "./combinations.ts";
import { SideTests } from "./side_tests.ts";
import { SWEEP_FIGURES, type SweepDay, type SweepSums } from "./sweep_day.ts";
import { type PastPick, picksOf, type WalkForward } from "./walk_forward.ts";

/** The share of null sweeps in which something may be found. */
export const LEVEL = 0.05;

/** Fewer blocks than this are too few for a small p. */
const FEW_BLOCKS = 10;
/** A block should be so many times as long as a trade is held on average. */
const SHORT_BLOCK = 5;

/** Sums, and what a trade came to by them; what is undefined is null. */
export interface SummedFigures extends SweepSums {
  net_ticks_per_trade: number | null;
  tp_before_sl_rate: number | null;
  /** Mean of the events' own sides and the opposite ones, net ticks a trade. */
  random_side_net_ticks_per_trade: number | null;
  /** The events' own sides less that, over trades that have an outcome on either side. */
  lead_ticks_per_trade: number | null;
}

/** A combination over all days. */
export interface CombinationFigures extends SummedFigures {
  /** From 1, in the order of the plan. */
  combination: number;
  /** What is varied, by the names of the flags. */
  parameters: Readonly<Record<string, string>>;
  /** Lead in standard deviations of random sides; null, as p is, without a trade to compare. */
  t: number | null;
  p: number | null;
  /** p after all combinations were tried. */
  p_adjusted: number | null;
}

/** A pick, and what came of it. */
export interface PickFigures extends SummedFigures {
  train: readonly string[];
  test: readonly string[];
  combination: number;
  parameters: Readonly<Record<string, string>>;
  train_net_ticks: number;
}

/** What picks came to on days that they had not seen. */
export interface WalkForwardFigures extends WalkForward {
  picks: readonly PickFigures[];
  /** Over all test days; p is of one try, for no test day was looked at before. */
  total: SummedFigures & { t: number | null; p: number | null };
}

/** What all days say together. */
export interface SweepSummary {
  /** How many were tried. */
  combinations: number;
  /** How many different sets of trades these are: costs and posture change no trade. */
  sets_of_trades: number;
  spectra: number;
  runs: number;
  seed: number;
  block_minutes: number;
  blocks: number;
  days: readonly string[];
  /** Combinations whose adjusted p is at most 0.05, and those whose own is. */
  found: number;
  found_alone: number;
  /** What a reader of all this has to know. */
  warnings: readonly string[];
}

/**
 * @param plan what was varied
 * @param days in order of their dates, at least one
 * @param walkForward how to pick on past days; null for not at all
 */
export function sweepSummary(
  plan: SweepPlan,
  days: readonly SweepDay[],
  walkForward: WalkForward | null,
): { sweep: SweepSummary; results: CombinationFigures[]; walk_forward: WalkForwardFigures | null } {
  const combinations = combinationsOf(plan);
  const { trades, spectra } = classesOf(combinations);
  const { baselineRuns: runs, seed, blockMinutes } = plan.base;
  const tests = new SideTests(trades.first.length, runs, seed);
  for (const { dt, lead } of days) tests.add(dt, lead);
  const tested = tests.results();
  const parameters = combinations.map((params) => variedOf(paramsByFlag(params)));
  const results = combinations.map((_, i): CombinationFigures => {
    const figures = figuresOf(days.map(({ sums }) => sums[i]!));
    const test = figures.compared_trades === 0 ? null : tested[trades.of[i]!]!;
    return {
      combination: i + 1,
      parameters: parameters[i]!,
      ...figures,
      t: test?.t ?? null,
      p: test?.p ?? null,
      p_adjusted: test?.pAdjusted ?? null,
    };
  });
  const testPicks = (picks: readonly PastPick[]): WalkForwardFigures => {
    const test = new SideTests(1, runs, seed);
    const byDate = new Map(days.map((day) => [day.dt, day]));
    const sumsOf = ({ test, combination }: PastPick) =>
      test.map((dt) => byDate.get(dt)!.sums[combination]!);
    for (const { test: dates, combination } of picks) {
      for (const dt of dates) test.add(dt, [byDate.get(dt)!.lead[trades.of[combination]!]!]);
    }
    const figures = figuresOf(picks.flatMap(sumsOf));
    const { t, p } = figures.compared_trades === 0 ? { t: null, p: null } : test.results()[0]!;
    return {
      ...walkForward!,
      picks: picks.map((pick): PickFigures => ({
        train: pick.train,
        test: pick.test,
        combination: pick.combination + 1,
        parameters: parameters[pick.combination]!,
        train_net_ticks: pick.trainNetTicks,
        ...figuresOf(sumsOf(pick)),
      })),
      total: { ...figures, t, p },
    };
  };
  return {
    sweep: {
      combinations: combinations.length,
      sets_of_trades: trades.first.length,
      spectra: spectra.first.length,
      runs,
      seed,
      block_minutes: blockMinutes,
      blocks: tests.blocks,
      days: days.map(({ dt }) => dt),
      found: results.filter((one) => isFound(one.p_adjusted)).length,
      found_alone: results.filter((one) => isFound(one.p)).length,
      warnings: [
        ...new Set(days.flatMap(({ warnings }) => warnings)),
        ...sameDays(days.map(({ dt, snapshots_sha256: hash }) => ({ dt, hash }))),
        ...blockWarnings(results, tests.blocks, blockMinutes),
      ],
    },
    // The surest first, and last those of which nothing could be tested.
    results: results.sort((a, b) =>
      (a.p_adjusted ?? 2) - (b.p_adjusted ?? 2) || (b.t ?? 0) - (a.t ?? 0) ||
      b.net_ticks - a.net_ticks || a.combination - b.combination
    ),
    walk_forward: walkForward === null ? null : testPicks(picksOf(days, walkForward)),
  };
}

/**
 * @param p of a combination; null: not tested
 * @returns whether it holds at the level
 */
export function isFound(p: number | null): boolean {
  return p !== null && p <= LEVEL;
}

/** What makes coins by blocks of time tell too little, or too much. */
function blockWarnings(
  results: readonly CombinationFigures[],
  blocks: number,
  minutes: number,
): string[] {
  const heldMs = ({ n_events, held_ms }: CombinationFigures) =>
    n_events === 0 ? 0 : held_ms / n_events;
  const longest = results.reduce((a, b) => heldMs(b) > heldMs(a) ? b : a);
  const seconds = heldMs(longest) / 1e3;
  return [
    ...(blocks >= FEW_BLOCKS ? [] : [
      `${blocks} blocks of time have ${
        2 ** blocks
      } ways for coins to fall, and no p is far below one ` +
      `of them: take more days, or a smaller block_minutes`,
    ]),
    ...(seconds * SHORT_BLOCK <= minutes * 60 ? [] : [
      `trades of combination ${longest.combination} are held for ${
        seconds.toFixed(0)
      } s on average, ` +
      `long for blocks of ${minutes * 60} s: those that reach over the end of a block make p too ` +
      `small; take a larger block_minutes`,
    ]),
  ];
}

function figuresOf(days: readonly SweepSums[]): SummedFigures {
  const sums = Object.fromEntries(
    SWEEP_FIGURES.map((name) => [name, days.reduce((sum, day) => sum + day[name], 0)]),
  ) as SweepSums;
  const share = (sum: number, count: number) => count === 0 ? null : sum / count;
  const { n_trades, compared_trades: compared, random_side_net_ticks: random } = sums;
  return {
    ...sums,
    net_ticks_per_trade: share(sums.net_ticks, n_trades),
    tp_before_sl_rate: share(sums.n_tp_before_sl, n_trades),
    random_side_net_ticks_per_trade: share(random, compared),
    lead_ticks_per_trade: share(sums.compared_net_ticks - random, compared),
  };
}

function variedOf(flags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    VARIED.map(flagName).filter((name) => name in flags).map((name) => [name, flags[name]!]),
  );
}
