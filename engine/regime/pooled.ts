import { OUTCOME_NAMES, type PooledView } from "../wire/regime_view.ts";
import { hitRateOf, type HorizonCounts, sumOfCounts } from "./hit_rate.ts";
import type { RegimeParams } from "./params.ts";
import type { RegimePayload } from "./payload.ts";
import type { RegimeResult } from "./result.ts";
import { stabilityOf } from "./stability.ts";
import { StudyPool } from "./study/study_figures.ts";
import { STOPS, TARGETS, TIMEOUTS, TRADES } from "./study/tally.ts";
import { sameDays } from "./warnings.ts";

/** What several days say together, as the JSON output has it. */
export type PooledMetrics = PooledView;

/** The part of a day's figures that pooling takes. */
type PooledFigures = Pick<RegimePayload, "instrument" | "trade_metrics" | "warnings" | "meta">;

/** The part of a day that pooling takes. */
export interface PooledDay extends Pick<RegimeResult, "study" | "counts"> {
  payload: PooledFigures;
}

/** What is kept of a day. */
interface KeptDay {
  payload: PooledFigures;
  counts: readonly HorizonCounts[];
}

/**
 * Several days, added up as they come: the same days in the same order say the same. Of a day its sums
 * are kept, not its events.
 */
export class PooledDays {
  readonly #days: KeptDay[] = [];
  readonly #study: StudyPool;
  readonly #sums = new Float64Array(TIMEOUTS + 1);
  #hours = 0;

  /**
   * @param params what all days were made with
   * @param tickValue dollars a tick and contract
   */
  constructor(readonly params: RegimeParams, tickValue: number) {
    this.#study = new StudyPool(params, tickValue);
  }

  /** @param day the next day */
  add({ payload, study, counts }: PooledDay): void {
    const { instrument, trade_metrics, warnings, meta } = payload;
    this.#days.push({ payload: { instrument, trade_metrics, warnings, meta }, counts });
    this.#study.add(study);
    // The first set is the events as trade_metrics counts them.
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i]! += study.sums[i]!;
    this.#hours += study.hoursLong;
  }

  /** @returns what they say together */
  metrics(): PooledMetrics {
    const { params } = this;
    const payloads = this.#days.map(({ payload }) => payload);
    const study = this.#study.figures();
    const events = this.#sums[TRADES]!;
    const intervals = study?.intervals.trade_metrics;
    const rates = ([TARGETS, STOPS, TIMEOUTS] as const).map((field, i) => {
      const names = ["tp_before_sl_rate", "sl_before_tp_rate", "timeout_rate"] as const;
      const { low = null, high = null } = intervals?.[names[i]!] ?? {};
      return { rate: events === 0 ? null : this.#sums[field]! / events, low, high };
    });
    const counts = sumOfCounts(this.#days.map((day) => day.counts));
    return {
      n_days: payloads.length,
      n_events: events,
      events_per_hour: this.#hours === 0 ? null : events / this.#hours,
      rates: Object.fromEntries(
        OUTCOME_NAMES.map((outcome, i) => [outcome, rates[i]!]),
      ) as PooledMetrics["rates"],
      stability: stabilityOf(
        payloads.map(({ trade_metrics, instrument }) => ({
          ...trade_metrics,
          window: instrument.dt,
        })),
        { ...params, stabilityMinSignalsPerHour: 0 },
        "days",
      ),
      projection_horizon_metrics: Object.fromEntries(
        counts.map((horizon, i) => [`${params.projectionHorizonsMs[i]}`, hitRateOf(horizon)]),
      ),
      study,
      warnings: [
        ...new Set(payloads.flatMap(({ warnings }) => warnings)),
        ...sameDays(payloads.map(({ instrument: { dt }, meta }) => ({
          dt,
          hash: meta.snapshots_sha256,
        }))),
      ],
    };
  }
}
