import { aligned } from "../../cli/table.ts";
import { type InstrumentConfig, tickInt } from "../../engine/instrument.ts";
import type { RegimeParams } from "../../engine/regime/params.ts";
import type { RegimeResult } from "../../engine/regime/result.ts";
import { direction, sideState, signOf } from "../../engine/regime/states.ts";
import { formatEt, ofOtherDate } from "../../engine/session.ts";
import { POSTURE_NAMES, type TradeFigures } from "../../engine/wire/regime_view.ts";
import {
  driftLines,
  fixed,
  projectionTable,
  signed,
  type StudyTable,
  studyTables,
} from "../../engine/wire/study_tables.ts";
import { HALF_WIDTH } from "../../engine/wire/fields.ts";

/** What stands for a figure that is undefined. */
export const NONE = "–";

const count = (value: number) => value.toLocaleString("en-US");
/** @param share of 1, or null for undefined */
export const percent = (share: number | null) =>
  share === null ? NONE : `${(share * 100).toFixed(1)} %`;
/** @param value a figure, or null for undefined */
export const decimal = (value: number | null, digits: number) =>
  value === null ? NONE : fixed(value, digits);

/**
 * Writes an analysis for people.
 *
 * @param result the analysis
 * @param params what it was made with
 * @param instrument what was analysed
 * @returns lines, without a newline at the end
 */
export function regimeReport(
  result: RegimeResult,
  params: RegimeParams,
  instrument: InstrumentConfig,
): string {
  const { payload } = result;
  return [
    headerLines(result),
    captureLines(result, instrument),
    spectrumLines(result, params),
    ...warningLines(payload.warnings),
    tradeLines(result, params),
    ...studyTables(payload, payload.trade_metrics_resolved).map(tableLines),
    hourLines(result),
    projectionLines(result, params),
  ].map((lines) => lines.join("\n")).join("\n\n");
}

function headerLines({ payload }: RegimeResult): string[] {
  const { instrument, window, data_source: source } = payload;
  const named = source === "simulator" ? "SIMULATED data" : "Databento data";
  return [
    `Regimes of ${instrument.symbol} (${instrument.product_type}) on ${instrument.dt}, ${named}`,
    `captured from ${window.start_time}, evaluated ${window.eval_start} to ${window.eval_end}, ` +
    `New York${window.session === undefined ? "" : `, ${window.session} session`}`,
  ];
}

function captureLines({ capture }: RegimeResult, instrument: InstrumentConfig): string[] {
  const { snapshots, evalSnapshots, midMin, midMax } = capture;
  const { price_decimals: decimals } = instrument;
  // What targets and stops are counted in: of an equity the step of the grid.
  const ticks = (midMax - midMin) * 1e9 / tickInt(instrument);
  const dollars = (mid: number) => fixed(mid, decimals + 1);
  return [
    "Capture",
    ...aligned([
      ["  snapshots", `${count(snapshots)}, of which ${count(evalSnapshots)} evaluated`],
      [
        "  mid range",
        `${ticks.toFixed(1)} ticks (${dollars(midMin)} to ${dollars(midMax)})`,
      ],
    ], "left"),
  ];
}

function spectrumLines(result: RegimeResult, params: RegimeParams): string[] {
  const { lastSpectrum, series, midnightNs, payload } = result;
  const last = series.ts.length - 1;
  const side = (score: number) =>
    `${signed(score, 3)} ${sideState(signOf(score, params.spectrumThreshold))}`;
  const rows = lastSpectrum.map((row) => [
    `  ${row.band}`,
    row.side,
    row.pressure.toFixed(2),
    row.vacuum.toFixed(2),
    signed(row.composite, 3),
    signed(row.rolled, 3),
    signed(row.d1, 3),
    signed(row.d2, 3),
    signed(row.d3, 3),
    signed(row.score, 3),
    row.state,
  ]);
  const lastNs = midnightNs + BigInt(series.ts[last]!);
  return [
    `Last snapshot, ${formatEt(lastNs)}${ofOtherDate(payload.instrument.dt, lastNs)}`,
    ...aligned([
      [
        ...["  band", "side", "pressure", "vacuum", "composite", "rolled"],
        ...["d1 /s", "d2 /s²", "d3 /s³", "score", "state"],
      ],
      ...rows,
    ]),
    `  above ${side(series.aboveScore[last]!)}, below ${side(series.belowScore[last]!)}`,
    `  posture ${POSTURE_NAMES[series.posture[last]!]}, ` +
    `direction ${direction(series.direction[last]!)} ` +
    `(edge ${signed(series.directionEdge[last]!, 3)})`,
  ];
}

/** Heads of the columns that {@link metricCells} fills. */
export const METRIC_HEADS = ["events", "per hour", "tp first", "sl first", "timeout", "median ms"];

/**
 * @param metrics of any stretch of time
 * @returns a cell for each figure
 */
export function metricCells(metrics: TradeFigures): string[] {
  return [
    count(metrics.n_events),
    metrics.events_per_hour.toFixed(1),
    percent(metrics.tp_before_sl_rate),
    percent(metrics.sl_before_tp_rate),
    percent(metrics.timeout_rate),
    decimal(metrics.median_time_to_outcome_ms, 0),
  ];
}

/**
 * @param warnings what a reader of the figures has to know
 * @returns their lines, if any, as a part of a report
 */
export function warningLines(warnings: readonly string[]): string[][] {
  return warnings.length === 0 ? [] : [["Note", ...warnings.map((warning) => `  ${warning}`)]];
}

/** @param table any @returns its lines */
export function tableLines({ title, heads, rows, notes }: StudyTable): string[] {
  return [
    title,
    ...aligned([heads, ...rows].map(([name, ...cells]) => [`  ${name}`, ...cells])),
    ...notes.flatMap((note) => wrapped(note, WIDTH).map((line) => `  ${line}`)),
  ];
}

/** Columns that sentences are broken at, and what stands before them. */
const WIDTH = 98;

/** Breaks a sentence between words. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

function tradeLines({ payload }: RegimeResult, params: RegimeParams): string[] {
  const { tp_ticks, sl_ticks } = payload.trade_target_params;
  const { trade_metrics_resolved: resolved } = payload;
  const hold = params.maxHoldMs === null
    ? `${count(params.maxHoldSnapshots)} snapshots`
    : `${count(params.maxHoldMs)} ms`;
  return [
    `Trades: target ${tp_ticks} ticks, stop ${sl_ticks}, at most ${hold}`,
    ...aligned([
      ["", ...METRIC_HEADS, "censored"],
      ["", ...metricCells(payload.trade_metrics), ""],
      ["  resolved", ...metricCells(resolved), count(resolved.n_censored)],
    ]),
  ];
}

function hourLines({ payload }: RegimeResult): string[] {
  const { hourly_metrics: hours, stability } = payload;
  return [
    "Stability by the hour",
    ...aligned([
      ["  hour", ...METRIC_HEADS],
      ...hours.map((hour) => [`  ${hour.window}`, ...metricCells(hour)]),
    ]),
    `  drift of tp first ${decimal(stability.tp_before_sl_rate_drift, 3)}, ` +
    `of events per hour ${decimal(stability.events_per_hour_drift, 3)}`,
    ...driftLines(payload.stability_test, "hours").map((line) => `  ${line}`),
    `  gate ${stability.passed ? "passed" : "failed"}`,
    ...stability.reasons.map((reason) => `    ${reason}`),
  ];
}

function projectionLines({ payload, projection }: RegimeResult, params: RegimeParams): string[] {
  const heads = projection.horizons.map(({ ms }) => `${ms} ms`);
  return [
    "Projected composites at the last evaluated snapshot",
    ...aligned([
      ["  k", "now", ...heads],
      ...params.projectionBuckets.map((k) => [
        `  ${signed(k, 0)}`,
        signed(projection.current[k + HALF_WIDTH]!, 3),
        ...projection.horizons.map(({ projected }) => signed(projected[k + HALF_WIDTH]!, 3)),
      ]),
    ]),
    "",
    ...tableLines(projectionTable(payload.projection_horizon_metrics)),
  ];
}
