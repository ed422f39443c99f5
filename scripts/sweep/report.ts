import type {
  CombinationFigures,
  SummedFigures,
  sweepSummary,
  WalkForwardFigures,
} from "../../engine/regime/sweep/sweep_summary.ts";
import { isFound } from "../../engine/regime/sweep/sweep_summary.ts";
import { fixed } from "../../engine/wire/study_tables.ts";
import { aligned } from "../../cli/table.ts";
import { type DaysWithout, withoutLines } from "../analyze/days_report.ts";
import { decimal, warningLines } from "../analyze/report.ts";

/** What a sweep says, and of what. */
export type SweepFindings = ReturnType<typeof sweepSummary>;

/** Rows of the table of combinations. */
const SHOWN = 10;

const count = (value: number) => value.toLocaleString("en-US");
const plural = (n: number, one: string) => `${count(n)} ${one}${n === 1 ? "" : "s"}`;

/**
 * @param findings of all days
 * @param of what was swept over
 * @returns lines, without a newline at the end
 */
export function sweepReport(
  { sweep, results, walk_forward: walkForward }: SweepFindings,
  of: { symbol: string; isSimulated: boolean; failed: DaysWithout["failed"] },
): string {
  const { days } = sweep;
  const [first, last] = [days[0]!, days.at(-1)!];
  const dates = days.length === 1 ? `on ${first}` : `${days.length} days, ${first} to ${last}`;
  return [
    `Sweep of ${of.symbol}, ${dates}, ${of.isSimulated ? "SIMULATED data" : "Databento data"}`,
    ...withoutLines(of),
    triedLine(sweep),
    `p against random sides: ${count(sweep.runs)} runs, a coin for each of ${
      count(sweep.blocks)
    } blocks of ${plural(sweep.block_minutes, "minute")}`,
    ...warningLines(sweep.warnings).flatMap((lines) => ["", ...lines]),
    "",
    ...verdictLines(sweep, results),
    "",
    ...combinationLines(results),
    ...(walkForward === null ? [] : ["", ...walkForwardLines(walkForward)]),
  ].join("\n");
}

/** @param sweep its numbers @returns how many were tried, in one line */
export function triedLine(
  { combinations, sets_of_trades, spectra }: Pick<
    SweepFindings["sweep"],
    "combinations" | "sets_of_trades" | "spectra"
  >,
): string {
  return `${plural(combinations, "combination")} tried: ` +
    `${plural(sets_of_trades, "different set")} of trades, of ` +
    `${spectra === 1 ? "1 spectrum" : `${count(spectra)} spectra`}`;
}

function verdictLines(
  { combinations, found, found_alone }: SweepFindings["sweep"],
  results: readonly CombinationFigures[],
): string[] {
  const [best] = results;
  if (best!.p_adjusted === null) {
    return ["No combination has a trade with an outcome on either side: there is nothing to test"];
  }
  const after = combinations === 1 ? "after one try" : `after ${count(combinations)} were tried`;
  const least = decimal(best!.p_adjusted, 4);
  return [
    found === 0
      ? `Nothing found at 5 % ${after}: the least adjusted p is ${least}`
      : `${count(found)} found at 5 % ${after}: the least adjusted p is ${least}`,
    `(${count(found_alone)} would be at 5 % if each were the only one)`,
    ...(found === 0 ? [] : [`p is of the side, not of the costs: ${gainLine(results)}`]),
  ];
}

/** How many of those found would have gained. */
function gainLine(results: readonly CombinationFigures[]): string {
  const found = results.filter(({ p_adjusted }) => isFound(p_adjusted));
  const gains = found.filter(({ net_ticks_per_trade: net }) => net !== null && net > 0).length;
  return gains === found.length
    ? "all of them gain after costs"
    : `${gains === 0 ? "none" : count(gains)} of them gain${gains === 1 ? "s" : ""} after costs`;
}

const FIGURES = ["trades", "net/trade", "random side", "lead", "t", "p", "adjusted"];

function combinationLines(results: readonly CombinationFigures[]): string[] {
  const varied = Object.keys(results[0]!.parameters).filter((name) =>
    new Set(results.map(({ parameters }) => parameters[name])).size > 1
  );
  const rows = results.slice(0, SHOWN).map((one) => [
    `  ${one.combination}`,
    ...varied.map((name) => one.parameters[name] ?? ""),
    ...figureCells(one),
    ...[decimal(one.t, 2), decimal(one.p, 4), decimal(one.p_adjusted, 4)],
  ]);
  const left = results.length - rows.length;
  return [
    "Combinations, the surest first; ticks a trade, net of costs",
    ...aligned([["  no", ...varied, ...FIGURES], ...rows]),
    ...(left > 0 ? [`  and ${count(left)} more`] : []),
    ...comparedLines(results),
  ];
}

/** Says of which trades a lead is, where they are not all. */
function comparedLines(results: readonly CombinationFigures[]): string[] {
  const fewer = results.filter((one) => one.compared_trades < one.n_trades);
  if (fewer.length === 0) return [];
  return [
    "  Random side, lead, t and p are of trades with an outcome on either side. Of",
    `  ${plural(fewer.length, "combination")} the data's end leaves some open on the opposite ` +
    "side: these are in trades and net/trade alone",
  ];
}

function figureCells(figures: SummedFigures): string[] {
  const ticks = (value: number | null) => decimal(value, 3);
  return [
    count(figures.n_trades),
    ticks(figures.net_ticks_per_trade),
    ticks(figures.random_side_net_ticks_per_trade),
    ticks(figures.lead_ticks_per_trade),
  ];
}

function walkForwardLines({ train, test, picks, total }: WalkForwardFigures): string[] {
  const span = (days: readonly string[]) =>
    days.length === 1 ? days[0]! : `${days[0]}..${days.at(-1)}`;
  return [
    `Walk forward: picked on ${plural(train, "day")} by net ticks, reported on the next ` +
    `${plural(test, "day")} alone`,
    ...aligned([
      ["  picked on", "reported on", "no", "net ticks then", ...FIGURES.slice(0, 4)],
      ...picks.map((pick) => [
        `  ${span(pick.train)}`,
        span(pick.test),
        `${pick.combination}`,
        fixed(pick.train_net_ticks, 1),
        ...figureCells(pick),
      ]),
      ["  together", "", "", "", ...figureCells(total)],
    ]),
    total.t === null
      ? "  against random sides: no trade with an outcome on either side"
      : `  against random sides: t ${decimal(total.t, 2)}, p ${decimal(total.p, 4)}, of one try: ` +
        "no day that is reported on was picked on before",
  ];
}
