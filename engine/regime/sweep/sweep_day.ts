import { POSTURE_NAMES } from "../../wire/regime_view.ts";
import { EventFinder } from "../events.ts";
import { hashOf } from "../meta.ts";
import type { RegimeParams } from "../params.ts";
import type { RegimeSubject } from "../payload.ts";
import { postureOf, signOf } from "../states.ts";
import { overlapOf } from "../study/overlap.ts";
import { CENSORED, costTicks } from "../study/prices.ts";
import { returnSums } from "../study/returns.ts";
import { STOPS, tallyOf, TARGETS, TIMEOUTS } from "../study/tally.ts";
import {
  type BothSides,
  chosen,
  followTrade,
  type TradeColumns,
  tradeColumns,
  type TradeTerms,
} from "../study/trade_columns.ts";
import { warningsOf } from "../warnings.ts";
import { offRaster } from "../off_raster.ts";
import { classesOf } from "./combinations.ts";
import type { SpectrumColumns, SweepColumns } from "./sweep_capture.ts";

/** Figures of a combination on a day, all of them sums, so that days are added up by adding them. */
export const SWEEP_FIGURES = [
  "n_events",
  "n_censored",
  "n_trades",
  "n_tp_before_sl",
  "n_sl_before_tp",
  "n_timeout",
  "gross_ticks",
  "net_ticks",
  "won_ticks",
  "lost_ticks",
  "one_position_at_a_time_trades",
  "one_position_at_a_time_net_ticks",
  "held_ms",
  "compared_trades",
  "compared_net_ticks",
  "random_side_net_ticks",
  "eval_snapshots",
  ...POSTURE_NAMES.map((name) => `snapshots_${name}` as const),
] as const;

/** Name of one of these. */
export type SweepFigure = (typeof SWEEP_FIGURES)[number];

/** Sums of a combination, each under its name. */
export type SweepSums = Readonly<Record<SweepFigure, number>>;

/** What a day adds. It can be cloned to another thread, and written as JSON. */
export interface SweepDay {
  dt: string;
  /** What a reader of its figures has to know of its data. */
  warnings: readonly string[];
  /** The same for the same session, as `meta` of an analysis has it. */
  snapshots_sha256: string;
  /** Of each combination. */
  sums: readonly SweepSums[];
  /**
   * Of each set of trades, and in each block of the evaluation: how much better the events' own sides
   * did than the opposite ones, ticks.
   */
  lead: readonly (readonly number[])[];
}

/** Signals of one choice of events. */
interface Signals {
  at: Int32Array;
  signs: Int8Array;
}

const MINUTE_NS = 60e9;

/**
 * Works out every combination on the columns of a day. What each entry comes to on either side is
 * followed once for all combinations that meet there under the same terms.
 *
 * @param subject what was captured
 * @param columns what is kept of it
 * @param combinations all of the plan
 */
export function sweepDay(
  subject: RegimeSubject,
  columns: SweepColumns,
  combinations: readonly RegimeParams[],
): SweepDay {
  const { prices, end, evaluation, evaluation: { startTs, endTs } } = columns;
  const tickValue = subject.tickInt * subject.contractMultiplier / 1e9;
  const { spectra, events, terms, trades } = classesOf(combinations);
  const signals = events.first.map((i) =>
    signalsOf(columns, columns.spectra[spectra.of[i]!]!, combinations[i]!)
  );
  const postures = new Map<string, readonly number[]>();
  const posturesOf = (i: number) => {
    const { spectrumThreshold } = combinations[i]!;
    const key = `${spectra.of[i]} ${spectrumThreshold}`;
    const known = postures.get(key) ??
      countPostures(columns, columns.spectra[spectra.of[i]!]!, spectrumThreshold);
    postures.set(key, known);
    return known;
  };
  const blockNs = combinations[0]!.blockMinutes * MINUTE_NS;
  const blockCount = Math.max(1, Math.ceil((endTs - startTs) / blockNs));
  const sums = new Array<SweepSums>(combinations.length);
  const lead = new Array<number[]>(trades.first.length);
  for (const [term, first] of terms.first.entries()) {
    const params = combinations[first]!;
    const paths = new Paths({ prices, rule: params, execution: params }, end);
    for (const [set, i] of trades.first.entries()) {
      if (terms.of[i] !== term) continue;
      const { at, signs } = signals[events.of[i]!]!;
      const sides = paths.at(at);
      const resolved = chosen(sides, signs);
      const opposite = chosen(sides, signs.map((sign) => -sign));
      const { apart, heldNs } = overlapOf(resolved, at, prices.ts);
      const both = comparedOf(resolved, opposite);
      const inBlocks = new Array<number>(blockCount).fill(0);
      at.forEach((signal, j) => {
        if (both.isCompared[j] === 0) return;
        const block = Math.floor((prices.ts[signal]! - startTs) / blockNs);
        inBlocks[Math.min(blockCount - 1, block)]! += resolved.gross[j]! - opposite.gross[j]!;
      });
      lead[set] = inBlocks;
      const tally = tallyOf(resolved);
      for (const [combination, of] of trades.of.entries()) {
        if (of !== set) continue;
        const cost = costTicks(combinations[combination]!, tickValue);
        const all = returnSums(resolved, cost);
        const one = returnSums(resolved, cost, apart);
        const counts = posturesOf(combination);
        sums[combination] = {
          n_events: at.length,
          n_censored: all.censored,
          n_trades: all.trades,
          n_tp_before_sl: tally[TARGETS]!,
          n_sl_before_tp: tally[STOPS]!,
          n_timeout: tally[TIMEOUTS]!,
          gross_ticks: all.gross,
          net_ticks: all.gross - all.trades * cost,
          won_ticks: all.won,
          lost_ticks: all.lost,
          one_position_at_a_time_trades: one.trades,
          one_position_at_a_time_net_ticks: one.gross - one.trades * cost,
          held_ms: heldNs / 1e6,
          compared_trades: both.count,
          compared_net_ticks: both.own - both.count * cost,
          random_side_net_ticks: (both.own + both.other) / 2 - both.count * cost,
          eval_snapshots: columns.end - columns.from,
          ...Object.fromEntries(
            POSTURE_NAMES.map((name, j) => [`snapshots_${name}`, counts[j]!]),
          ) as Pick<SweepSums, `snapshots_${(typeof POSTURE_NAMES)[number]}`>,
        };
      }
    }
  }
  return {
    dt: subject.dt,
    warnings: [
      ...warningsOf(subject, combinations[0]!, evaluation, prices.ts, columns.flaws),
      ...offRaster(subject, prices),
    ],
    snapshots_sha256: hashOf([prices.ts, prices.bid, prices.ask].map((of) => of.slice(0, end))),
    sums,
    lead,
  };
}

/** What trades come to under the same terms, looked up by the snapshot of their signal. */
class Paths {
  readonly #sides: BothSides;
  readonly #isFollowed: Uint8Array;

  constructor(readonly terms: TradeTerms, snapshots: number) {
    this.#sides = { up: tradeColumns(snapshots), down: tradeColumns(snapshots) };
    this.#isFollowed = new Uint8Array(snapshots);
  }

  at(signals: Int32Array): BothSides {
    const { up, down } = this.#sides;
    for (const signal of signals) {
      if (this.#isFollowed[signal] === 1) continue;
      this.#isFollowed[signal] = 1;
      followTrade(this.terms, signal, 1, up, signal);
      followTrade(this.terms, signal, -1, down, signal);
    }
    return { up: gathered(up, signals), down: gathered(down, signals) };
  }
}

function gathered(from: TradeColumns, signals: Int32Array): TradeColumns {
  const columns = tradeColumns(signals.length);
  signals.forEach((signal, i) => {
    for (const name of ["outcome", "entry", "exit", "gross"] as const) {
      columns[name][i] = from[name][signal]!;
    }
  });
  return columns;
}

function signalsOf(
  { from, end }: SweepColumns,
  { above, below }: SpectrumColumns,
  { directionalEdgeThreshold, signalCooldown }: RegimeParams,
): Signals {
  const finder = new EventFinder(signalCooldown);
  const at: number[] = [];
  const signs: number[] = [];
  for (let i = from; i < end; i++) {
    const state = signOf(below[i]! - above[i]!, directionalEdgeThreshold);
    if (!finder.push(i, state)) continue;
    at.push(i);
    signs.push(state);
  }
  return { at: Int32Array.from(at), signs: Int8Array.from(signs) };
}

function countPostures(
  { from, end }: SweepColumns,
  { above, below }: SpectrumColumns,
  threshold: number,
): number[] {
  const counts = POSTURE_NAMES.map(() => 0);
  for (let i = from; i < end; i++) {
    counts[postureOf(signOf(above[i]!, threshold), signOf(below[i]!, threshold))]!++;
  }
  return counts;
}

/** Trades that have an outcome on either side, and what they gained on each, ticks before costs. */
function comparedOf(resolved: TradeColumns, opposite: TradeColumns) {
  const isCompared = resolved.outcome.map((code, i) =>
    code === CENSORED || opposite.outcome[i] === CENSORED ? 0 : 1
  );
  const sum = ({ gross }: TradeColumns) =>
    gross.reduce((sum, ticks, i) => sum + isCompared[i]! * ticks, 0);
  return {
    isCompared,
    count: isCompared.reduce((sum, is) => sum + is, 0),
    own: sum(resolved),
    other: sum(opposite),
  };
}
