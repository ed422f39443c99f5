import type { ProductType } from "../instrument.ts";
import type { RegimeFigures, ResolvedFigures } from "../wire/regime_view.ts";
import type { StudyFigures } from "../wire/regime_study.ts";
import type { DataSource } from "../source/data_source.ts";
import type { RegimeParams, RegimeWindow } from "./params.ts";
import { hitRateOf, type HorizonCounts } from "./hit_rate.ts";
import type { DayMeta, RunMeta } from "./meta.ts";
import { stabilityOf } from "./stability.ts";
import type { Evaluation } from "./evaluation.ts";
import { type Trade, tradeMetrics } from "./trades.ts";

/** What is analysed. */
export interface RegimeSubject {
  productType: ProductType;
  symbol: string;
  /** Session date, YYYY-MM-DD. */
  dt: string;
  /** Where the data comes from. */
  dataSource: DataSource;
  window: RegimeWindow;
  /** Least event time between grids, milliseconds. */
  throttleMs: number;
  /** price_int units per tick. */
  tickInt: number;
  /** Dollars per point and contract. */
  contractMultiplier: number;
  /** Whether a table of events is wanted. */
  wantsEvents?: boolean;
}

/** What was found. */
export interface RegimeFindings {
  /** Every event with its outcome. */
  trades: readonly Trade[];
  resolved: ResolvedFigures;
  /** Of each horizon. */
  counts: readonly HorizonCounts[];
  study: StudyFigures;
  warnings: readonly string[];
  meta: RunMeta;
}

/** The JSON output of an analysis (docs/analysis.md): what a page shows of it, and more. */
export interface RegimePayload extends RegimeFigures {
  directional_params: {
    directional_bands: readonly number[];
    micro_windows: readonly number[];
    spectrum_threshold: number;
    directional_edge_threshold: number;
    signal_cooldown: number;
  };
  /** What was analysed, and how it is done again. */
  meta: RunMeta & Partial<DayMeta>;
}

/**
 * @param subject what was analysed
 * @param params with what
 * @param evaluation when, with its hours
 * @param found what was found
 */
export function regimePayload(
  subject: RegimeSubject,
  params: RegimeParams,
  evaluation: Evaluation,
  { trades, resolved, counts, study, warnings, meta }: RegimeFindings,
): RegimePayload {
  const { productType, symbol, dt, dataSource, window } = subject;
  const hourly = evaluation.hours.map(({ startTs, endTs, window }) => ({
    ...tradeMetrics(trades.filter(({ ts }) => ts >= startTs && ts < endTs), endTs - startTs),
    window,
  }));
  return {
    instrument: { product_type: productType, symbol, dt },
    data_source: dataSource,
    window: {
      start_time: window.startTime,
      eval_start: window.evalStart,
      eval_end: window.evalEnd,
      ...(window.cut === "globex" && { session: window.cut }),
    },
    directional_params: {
      directional_bands: params.directionalBands,
      micro_windows: params.microWindows,
      spectrum_threshold: params.spectrumThreshold,
      directional_edge_threshold: params.directionalEdgeThreshold,
      signal_cooldown: params.signalCooldown,
    },
    trade_target_params: {
      tp_ticks: params.tpTicks,
      sl_ticks: params.slTicks,
      max_hold_snapshots: params.maxHoldMs === null ? params.maxHoldSnapshots : null,
      max_hold_ms: params.maxHoldMs,
    },
    trade_metrics: tradeMetrics(trades, evaluation.endTs - evaluation.startTs),
    trade_metrics_resolved: resolved,
    hourly_metrics: hourly,
    stability: stabilityOf(hourly, params),
    projection_horizon_metrics: Object.fromEntries(
      params.projectionHorizonsMs.map((ms, i) => [`${ms}`, hitRateOf(counts[i]!)]),
    ),
    event_count: trades.length,
    ...study,
    warnings,
    meta,
  };
}
