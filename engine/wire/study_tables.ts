/**
 * What stands beside the figures of an analysis, as tables and sentences: the report on the terminal and
 * the page show the same.
 */
import {
  type Baselines,
  type DriftTests,
  FIXED_BASELINES,
  type Interval,
  type Intervals,
  OUTCOME_RATES,
  RANDOM_BASELINES,
  type ReturnFigures,
  type Returns,
  type StudyFigures,
} from "./regime_study.ts";
import type { HitRate, ResolvedFigures, StillHitRate } from "./regime_view.ts";

/** A table with what is said below it. */
export interface StudyTable {
  /** What it is called in a page, a word. */
  key: string;
  title: string;
  /** Of the columns; the first is that of the rows' own names. */
  heads: readonly string[];
  rows: readonly (readonly string[])[];
  notes: readonly string[];
}

/** What stands for a figure that is undefined. */
const NONE = "–";
const RATE_NAMES = ["tp first", "sl first", "timeout"] as const;

/**
 * The events against their baselines in one line: "Signal 40.4 %, random side 38.9 % (38.1 to 39.7),
 * p 0.005". Shares are of targets before stops, p is of the net ticks a trade.
 *
 * @param baselines what they are held against
 * @returns null without a baseline
 */
export function baselineLine({ signal, random, fixed }: Baselines): string | null {
  const others = [
    ...RANDOM_BASELINES.flatMap((name) => {
      const one = random[name];
      if (one === undefined) return [];
      const { mean, low, high } = one.tp_before_sl_rate;
      return [
        `${spaced(name)} ${percent(mean)} (${bare(low)} to ${bare(high)}), p ${pText(one.p)}`,
      ];
    }),
    ...FIXED_BASELINES.flatMap((name) => {
      const one = fixed[name];
      return one === undefined ? [] : [`${name} ${percent(one.tp_before_sl_rate)}`];
    }),
  ];
  if (others.length === 0) return null;
  return `Signal ${percent(signal.tp_before_sl_rate)}, ${others.join(", ")}`;
}

/**
 * @param study what stands beside the figures
 * @param resolved the events followed to their outcome; of several days together they are left out
 */
export function studyTables(study: StudyFigures, resolved?: ResolvedFigures): StudyTable[] {
  const { baselines, returns, intervals } = study;
  return [
    baselineTable(baselines, returns),
    returnsTable(returns),
    intervalsTable(intervals, study, resolved),
  ];
}

function baselineTable(baselines: Baselines, { basis }: Returns): StudyTable {
  const { signal, random, fixed, runs, seed } = baselines;
  const spread = ({ mean, low, high }: Interval & { mean: number | null }, text: typeof percent) =>
    `${text(mean)} (${text(low)} to ${text(high)})`;
  const line = baselineLine(baselines);
  return {
    key: "baselines",
    title: `Against baselines: resolved trades, the same outcome rules, gross, ${basis}`,
    heads: ["", "tp first", "timeout", "gross ticks", "net ticks", "p, or net difference"],
    rows: [
      [
        "signal",
        percent(signal.tp_before_sl_rate),
        percent(signal.timeout_rate),
        ticks(signal.gross_ticks_per_trade),
        ticks(signal.net_ticks_per_trade),
        "",
      ],
      ...RANDOM_BASELINES.flatMap((name) => {
        const one = random[name];
        return one === undefined ? [] : [[
          spaced(name),
          spread(one.tp_before_sl_rate, percent),
          spread(one.timeout_rate, percent),
          spread(one.gross_ticks_per_trade, ticks),
          spread(one.net_ticks_per_trade, ticks),
          `p ${pText(one.p)}`,
        ]];
      }),
      ...FIXED_BASELINES.flatMap((name) => {
        const one = fixed[name];
        return one === undefined ? [] : [[
          name,
          percent(one.tp_before_sl_rate),
          percent(one.timeout_rate),
          ticks(one.gross_ticks_per_trade),
          ticks(one.net_ticks_per_trade),
          `${ticks(one.net_difference.value)} (${ticks(one.net_difference.low)} to ${
            ticks(one.net_difference.high)
          })`,
        ]];
      }),
    ],
    notes: line === null ? ["No baseline was asked for: nothing tells these figures from luck."] : [
      line,
      `Random baselines: mean of ${runs} runs (2.5 to 97.5 percentile), seed ${seed}. p: how often ` +
      "they had at least the signal's net ticks a trade. Net difference: signal less baseline, with " +
      "its 95 % interval.",
    ],
  };
}

function returnsTable(returns: Returns): StudyTable {
  const { basis, cost_ticks_per_trade: cost, tick_value_dollars: tick } = returns;
  const digits = centDigits(tick);
  const dollars = (value: number | null) => dollarText(value, digits);
  const row = (name: string, of: ReturnFigures) => [
    name,
    count(of.n_trades),
    count(of.n_censored),
    ticks(of.gross_ticks_per_trade),
    ticks(of.net_ticks_per_trade),
    dollars(of.gross_dollars_per_trade),
    dollars(of.net_dollars_per_trade),
    decimal(of.profit_factor, 2),
    `${ticks(of.break_even_cost_ticks)} ticks, ${dollars(of.break_even_cost_dollars)}`,
  ];
  return {
    key: "returns",
    title: `A trade of one contract: gross, ${basis}; net of ${ticks(cost)} ticks`,
    heads: [
      ...["", "trades", "censored", "gross ticks", "net ticks", "gross $", "net $"],
      ...["profit factor", "break-even cost"],
    ],
    rows: [
      row("all", returns.all),
      row("one position at a time", returns.one_position_at_a_time),
    ],
    notes: [
      `A tick is ${dollars(tick)}. Costs, slippage and break-even are of both fills together. ` +
      "Censored: open when the data ends, in no rate and no mean.",
    ],
  };
}

function intervalsTable(
  intervals: Intervals,
  { baselines: { signal }, returns: { basis } }: StudyFigures,
  resolved: ResolvedFigures | undefined,
): StudyTable {
  const { across_days: days, if_trades_were_independent: alone } = intervals;
  const of = (interval: Interval | undefined, text: (value: number | null) => string) =>
    interval === undefined ? NONE : `${text(interval.low)} to ${text(interval.high)}`;
  const acrossDays = (name: "trade_metrics" | "resolved", rate: string) =>
    days === null ? [] : [
      of(
        (days[name] as Record<string, Interval>)[rate],
        // A t interval knows nothing of shares, which end at 0 and 1.
        rate.endsWith("_rate")
          ? (share) => percent(share && Math.min(1, Math.max(0, share)))
          : ticks,
      ),
    ];
  const enough = intervals.n_blocks >= LEAST_BLOCKS;
  return {
    key: "intervals",
    title: "95 % intervals",
    heads: [
      ...["", "figure", "by blocks of time"],
      ...(days === null ? [] : ["by days"]),
      "if trades were independent",
    ],
    rows: [
      ...OUTCOME_RATES.map((rate, i) => [
        RATE_NAMES[i]!,
        percent(alone[rate].rate),
        of(intervals.trade_metrics[rate], percent),
        ...acrossDays("trade_metrics", rate),
        of(alone[rate], percent),
      ]),
      ...OUTCOME_RATES.map((rate, i) => [
        `${RATE_NAMES[i]!}, resolved`,
        percent(signal[rate]),
        of(intervals.resolved[rate], percent),
        ...acrossDays("resolved", rate),
        NONE,
      ]),
      ...(["gross_ticks_per_trade", "net_ticks_per_trade"] as const).map((rate) => [
        `${rate.split("_")[0]} ticks, ${basis}`,
        ticks(signal[rate]),
        of(intervals.resolved[rate], ticks),
        ...acrossDays("resolved", rate),
        NONE,
      ]),
    ],
    notes: [
      ...(resolved === undefined ? [] : [
        `Resolved: followed past the evaluation's end; ${
          count(resolved.n_censored)
        } censored, open ` +
        "when the data ends and in no rate.",
      ]),
      `By blocks of ${intervals.block_minutes} minutes on average, ${
        decimal(intervals.n_blocks, 1)
      } in all, ${count(intervals.resamples)} resamples.${
        enough ? "" : " So few blocks make an interval too narrow."
      }`,
      ...(days === null ? [] : [
        days.n_days < 2
          ? "By days: none, for that takes two days with events."
          : `By days: Student's t over the ${days.n_days} days' own figures, around their mean and ` +
            "not around the figure of all events.",
      ]),
      `Trades overlap: ${decimal(intervals.mean_concurrency, 1)} are open at a time on average, ${
        count(intervals.n_not_overlapping)
      } are left when none may overlap.`,
    ],
  };
}

/** Fewer blocks than this do not show how figures vary. */
const LEAST_BLOCKS = 10;

/**
 * Whether the drift of stretches of time is more than luck.
 *
 * @param tests of both drifts
 * @param across what the stretches are called together
 */
export function driftLines(tests: DriftTests, across: string): string[] {
  const line = (name: string, { drift, p, by_luck: luck }: DriftTests["events_per_hour"]) =>
    drift === null ? [] : [
      `drift of ${name} across the ${across} ${decimal(drift, 3)}: by luck alone up to ` +
      `${decimal(luck, 3)} in 95 %, p ${pText(p)}`,
    ];
  return [
    ...line("tp first", tests.tp_before_sl_rate),
    ...line("events per hour", tests.events_per_hour),
  ];
}

/**
 * The hit rates of projections beside what they are to be held against.
 *
 * @param horizons by their milliseconds
 * @param nameOf what a horizon is called
 */
export function projectionTable(
  horizons: Readonly<Record<string, HitRate>>,
  nameOf: (ms: number) => string = (ms) => `${ms} ms`,
): StudyTable {
  const cells = ({ delta_sign_hit_rate: rate, naive_hit_rate: naive, skill }: StillHitRate) => [
    percent(rate),
    percent(naive),
    points(skill),
  ];
  return {
    key: "hit-rates",
    title: "Projection: how often the sign of a change came true",
    heads: [
      ...["horizon", "hit rate", "naive", "skill", "shuffled"],
      ...["spot unmoved", "naive there", "skill there", "pairs there", "pairs"],
    ],
    rows: Object.entries(horizons).map(([ms, rate]) => [
      nameOf(Number(ms)),
      ...cells(rate),
      percent(rate.shuffled_hit_rate),
      ...cells(rate.spot_unmoved),
      count(rate.spot_unmoved.n_pairs),
      count(rate.n_pairs),
    ]),
    notes: [
      "Naive: on the same pairs, every composite goes back towards 0. Skill: hit rate less naive. " +
      "Shuffled: projections held against what came at another time. A hit rate alone says nothing: " +
      "composites go back towards 0 by themselves.",
    ],
  };
}

/** @param days how many @returns what stands over what they say */
export function daysTogether(days: number): string {
  return `${count(days)} ${days === 1 ? "day" : "days"} together`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** A figure with so many digits; what rounds to nothing has no sign. */
export function fixed(value: number, digits: number): string {
  return value.toFixed(digits).replace(/^-(?=[0.]+$)/, "");
}

/** The same that always shows its sign; nothing has that of what is above it. */
export function signed(value: number, digits: number): string {
  const text = fixed(value, digits);
  return text.startsWith("-") ? text : `+${text}`;
}

function decimal(value: number | null, digits: number): string {
  return value === null ? NONE : fixed(value, digits);
}

function percent(share: number | null): string {
  return share === null ? NONE : `${bare(share)} %`;
}

/** A share as a percentage without its sign. */
function bare(share: number | null): string {
  return share === null ? NONE : fixed(share * 100, 1);
}

/** A difference of shares. */
function points(share: number | null): string {
  return share === null ? NONE : `${signed(share * 100, 1)} points`;
}

function ticks(value: number | null): string {
  return decimal(value, 3);
}

function dollarText(value: number | null, digits: number): string {
  return value === null ? NONE : fixed(value, digits).replace(/^-?/, "$&$");
}

/** Decimals of dollars: cents, or what a tick needs, as $15.625 of ten-year notes. */
function centDigits(tick: number): number {
  let digits = 2;
  while (digits < 9 && Math.abs(Number(tick.toFixed(digits)) - tick) > 1e-9 * tick) digits++;
  return digits;
}

/** As many digits as tell the least p of the runs. */
function pText(p: number | null): string {
  return p === null ? NONE : p.toPrecision(p < 0.01 ? 1 : 2);
}

function spaced(name: string): string {
  return name.replaceAll("-", " ");
}
