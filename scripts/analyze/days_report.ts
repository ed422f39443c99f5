import type { PooledMetrics, PooledRate } from "../../engine/regime/pooled.ts";
import type { RegimePayload } from "../../engine/regime/payload.ts";
import { aligned } from "../../cli/table.ts";
import { decimal, METRIC_HEADS, metricCells, percent } from "./report.ts";

/**
 * Writes what several days say together.
 *
 * @param payloads figures of each day
 * @param pooled of all of them
 * @returns lines, without a newline at the end
 */
export function daysReport(payloads: readonly RegimePayload[], pooled: PooledMetrics): string {
  const { rates, stability } = pooled;
  return [
    `${pooled.n_days} days together`,
    ...aligned([
      ["  day", ...METRIC_HEADS, "gate", "data"],
      ...payloads.map((payload) => [
        `  ${payload.instrument.dt}`,
        ...metricCells(payload.trade_metrics),
        payload.stability.passed ? "passed" : "failed",
        payload.data_source === "simulator" ? "SIMULATED" : "Databento",
      ]),
    ]),
    "",
    `  ${pooled.n_events.toLocaleString("en-US")} events, ` +
    `${decimal(pooled.events_per_hour, 1)} an hour; shares with their 95 % intervals (Wilson):`,
    ...aligned([
      ["  tp first", ...interval(rates.tp_before_sl)],
      ["  sl first", ...interval(rates.sl_before_tp)],
      ["  timeout", ...interval(rates.timeout)],
    ]),
    `  across days: drift of tp first ${decimal(stability.tp_before_sl_rate_drift, 3)}, ` +
    `of events per hour ${decimal(stability.events_per_hour_drift, 3)}; ` +
    `gate ${stability.passed ? "passed" : "failed"}`,
    ...stability.reasons.map((reason) => `    ${reason}`),
  ].join("\n");
}

function interval({ rate, low, high }: PooledRate): string[] {
  return [percent(rate), `${percent(low)} to ${percent(high)}`];
}
