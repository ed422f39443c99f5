import type { PooledMetrics } from "../../engine/regime/pooled.ts";
import type { RegimePayload } from "../../engine/regime/payload.ts";
import { aligned } from "../../cli/table.ts";
import {
  daysTogether,
  driftLines,
  projectionTable,
  studyTables,
} from "../../engine/wire/study_tables.ts";
import { decimal, METRIC_HEADS, metricCells, percent, tableLines, warningLines } from "./report.ts";

/** What a day came to, in the cells of a table. */
export interface DayRow {
  dt: string;
  symbol: string;
  cells: readonly string[];
}

/** Heads of those cells. */
export const HEADS = [...METRIC_HEADS, "gate", "data"];

/** @param payload figures of a day @returns what it came to */
export function rowOf(
  { instrument, trade_metrics, stability, data_source }: RegimePayload,
): DayRow {
  return {
    dt: instrument.dt,
    symbol: instrument.symbol,
    cells: [
      ...metricCells(trade_metrics),
      stability.passed ? "passed" : "failed",
      data_source === "simulator" ? "SIMULATED" : "Databento",
    ],
  };
}

/** Days that were asked for and that the figures are without. */
export interface DaysWithout {
  /** Those that failed. */
  failed: readonly { dt: string }[];
  /** Those that a folder does not have. */
  missing?: readonly string[];
}

/**
 * @param without days that figures are without
 * @returns lines that say so
 */
export function withoutLines({ failed, missing = [] }: DaysWithout): string[] {
  return [
    ...(failed.length === 0 ? [] : [
      `without ${failed.map(({ dt }) => dt).join(", ")}, which failed`,
    ]),
    ...(missing.length === 0 ? [] : [`without ${missing.join(", ")}, which the folder has not`]),
  ];
}

/**
 * Writes what several days say together.
 *
 * @param days what each came to
 * @param pooled of all of them
 * @param without days that were asked for besides
 * @returns lines, without a newline at the end
 */
export function daysReport(
  days: readonly DayRow[],
  pooled: PooledMetrics,
  without: DaysWithout,
): string {
  return [
    daysTogether(pooled.n_days),
    ...aligned([
      ["  day", ...HEADS],
      ...days.map(({ dt, cells }) => [`  ${dt}`, ...cells]),
    ]),
    "",
    pooledReport(pooled, without),
  ].join("\n");
}

/**
 * Writes what several days say together, without what each came to.
 *
 * @param pooled of all of them
 * @param without days that were asked for besides
 * @returns lines, without a newline at the end
 */
export function pooledReport(pooled: PooledMetrics, without: DaysWithout): string {
  const { rates, stability, study, warnings } = pooled;
  return [
    ...withoutLines(without).map((line) => `  ${line}`),
    `  ${pooled.n_events.toLocaleString("en-US")} events, ` +
    `${
      decimal(pooled.events_per_hour, 1)
    } an hour; shares with their 95 % intervals, by blocks of ` +
    "time:",
    ...aligned([
      ["  tp first", ...interval(rates.tp_before_sl)],
      ["  sl first", ...interval(rates.sl_before_tp)],
      ["  timeout", ...interval(rates.timeout)],
    ]),
    `  across days: drift of tp first ${decimal(stability.tp_before_sl_rate_drift, 3)}, ` +
    `of events per hour ${decimal(stability.events_per_hour_drift, 3)}; ` +
    `gate ${stability.passed ? "passed" : "failed"}`,
    ...(study === null ? [] : driftLines(study.stability_test, "days").map((line) => `  ${line}`)),
    ...stability.reasons.map((reason) => `    ${reason}`),
    ...warningLines(warnings).flatMap((lines) => ["", ...lines]),
    ...(study === null ? [] : [
      ...studyTables(study),
      projectionTable(pooled.projection_horizon_metrics),
    ].flatMap((table) => ["", ...tableLines(table)])),
  ].join("\n");
}

function interval({ rate, low, high }: PooledMetrics["rates"]["timeout"]): string[] {
  return [percent(rate), `${percent(low)} to ${percent(high)}`];
}
