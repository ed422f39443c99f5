import { midnightNs } from "../session.ts";
import { OUTCOME_NAMES } from "../wire/regime_view.ts";
import { FORCES, type SnapshotBatch } from "./snapshot_batch.ts";
import { Column } from "./column.ts";
import { type DataFlaws, NO_FLAWS } from "./data_flaws.ts";
import { assertEnough } from "./enough.ts";
import { type Evaluation, evaluationOf } from "./evaluation.ts";
import { EventFinder, type RegimeEvent } from "./events.ts";
import { eventTable } from "./event_table.ts";
import { hashOf, type RunMeta } from "./meta.ts";
import type { RegimeParams } from "./params.ts";
import { regimePayload, type RegimeSubject } from "./payload.ts";
import { Projection } from "./projection.ts";
import type { RegimeResult, SpectrumRow } from "./result.ts";
import { Spectrum } from "./spectrum.ts";
import { postureOf, sideState, signOf } from "./states.ts";
import { studyDay } from "./study/day_study.ts";
import type { PriceColumns } from "./study/prices.ts";
import { randomFor } from "./study/seeds.ts";
import { StudyPool } from "./study/study_figures.ts";
import { type TradeColumns, tradeColumns } from "./study/trade_columns.ts";
import { resolvedMetrics, type Trade, tradeOf } from "./trades.ts";
import { offRaster } from "./off_raster.ts";
import { warningsOf } from "./warnings.ts";

/**
 * The analysis of one session, fed with its snapshots in order. Nothing looks ahead but what must:
 * the outcomes of trades and the hit rates.
 *
 * Of a snapshot a row of a few figures is kept; the buckets are worked on as they come and let go.
 */
export class RegimeAnalysis {
  /** Figures of the last snapshot. */
  readonly spectrum: Spectrum;
  readonly projection: Projection;

  readonly #evaluation: Evaluation;
  readonly #ts = Column.float64();
  readonly #mid = Column.float64();
  readonly #touchTicks = Column.float64();
  readonly #touchRest = Column.float64();
  readonly #edge = Column.float64();
  readonly #above = Column.float64();
  readonly #below = Column.float64();
  readonly #bid = Column.float64();
  readonly #ask = Column.float64();
  readonly #eventId = Column.float64();
  readonly #direction = Column.int8();
  readonly #posture = Column.int8();
  readonly #scores: readonly ReturnType<typeof Column.float64>[];
  readonly #finder: EventFinder;
  readonly #events: RegimeEvent[] = [];
  /** First, second and third derivative of every lane at every event. */
  readonly #derivatives = Column.float64();
  #evalFrom = -1;
  /** Snapshots up to the end of the evaluation. */
  #evalEnd = 0;

  /**
   * @param subject what is analysed, and when
   * @param params with what
   * @throws UserError when a time of the window is none
   */
  constructor(readonly subject: RegimeSubject, readonly params: RegimeParams) {
    this.#evaluation = evaluationOf(subject.productType, subject.dt, subject.window);
    this.spectrum = new Spectrum(params);
    this.projection = new Projection(
      params.projectionHorizonsMs,
      params.projectionRollupWindows,
      randomFor(params.seed, subject.dt, "projection"),
    );
    this.#finder = new EventFinder(params.signalCooldown);
    this.#scores = Array.from({ length: this.spectrum.lanes }, () => Column.float64());
  }

  /**
   * Goes on by some snapshots. Of those after the evaluation the prices are kept, and nothing else
   * looked at: trades that are still open are followed there.
   *
   * @param batch the snapshots, free again afterwards
   */
  push(batch: SnapshotBatch): void {
    const { endTs } = this.#evaluation;
    if (batch.count > 0 && batch.ts[0]! < endTs) this.projection.roll(batch);
    for (let i = 0; i < batch.count; i++) {
      this.#prices(batch, i);
      if (batch.ts[i]! < endTs) this.#snapshot(batch, i);
    }
  }

  #prices(batch: SnapshotBatch, i: number): void {
    this.#ts.push(batch.ts[i]!);
    this.#touchTicks.push(batch.touchTicks[i]!);
    this.#touchRest.push(batch.touchRest[i]!);
    this.#bid.push(batch.bid[i]!);
    this.#ask.push(batch.ask[i]!);
  }

  #snapshot(batch: SnapshotBatch, i: number): void {
    const { spectrum, params } = this;
    const ts = batch.ts[i]!;
    const index = this.#evalEnd++;
    const evaluated = ts >= this.#evaluation.startTs;
    if (evaluated && this.#evalFrom < 0) this.#evalFrom = index;
    this.#mid.push(batch.mid[i]!);
    this.#eventId.push(batch.eventId[i]!);

    spectrum.push(ts, batch.forces, i * FORCES);
    const { aboveScore, belowScore } = spectrum;
    const edge = belowScore - aboveScore;
    for (let lane = 0; lane < spectrum.lanes; lane++) {
      this.#scores[lane]!.push(spectrum.score[lane]!);
    }
    this.#above.push(aboveScore);
    this.#below.push(belowScore);
    this.#edge.push(edge);
    const state = signOf(edge, params.directionalEdgeThreshold);
    this.#direction.push(state);
    if (evaluated && this.#finder.push(index, state)) this.#event(index, state);
    this.#posture.push(
      postureOf(
        signOf(aboveScore, params.spectrumThreshold),
        signOf(belowScore, params.spectrumThreshold),
      ),
    );
    this.projection.push(i, ts, batch.spot[i]!, evaluated);
  }

  #event(index: number, state: 1 | -1 | 0): void {
    this.#events.push({ index, direction: state > 0 ? "up" : "down" });
    const { d1, d2, d3, lanes } = this.spectrum;
    for (let lane = 0; lane < lanes; lane++) {
      for (const derivative of [d1, d2, d3]) this.#derivatives.push(derivative[lane]!);
    }
  }

  /**
   * @param flaws of the data, besides what its snapshots tell
   * @returns all that was found; call it once, at the end
   * @throws UserError when there are too few snapshots
   */
  finish(flaws: DataFlaws = NO_FLAWS): RegimeResult {
    const snapshots = this.#evalEnd;
    const evalSnapshots = this.#evalFrom < 0 ? 0 : snapshots - this.#evalFrom;
    assertEnough(snapshots, evalSnapshots, this.subject.window, flaws.leftOut);
    const { subject, params, projection } = this;
    const mid = this.#mid.toArray();
    const prices: PriceColumns = {
      ts: this.#ts.toArray(),
      touchTicks: this.#touchTicks.toArray(),
      touchRest: this.#touchRest.toArray(),
      bid: this.#bid.toArray(),
      ask: this.#ask.toArray(),
      tickInt: this.subject.tickInt,
    };
    const ts = prices.ts.slice(0, snapshots) as Float64Array<ArrayBuffer>;
    const events = this.#events;
    const trades = events.map((event) => tradeOf(prices, mid, event, params, snapshots));
    const tickValue = subject.tickInt * subject.contractMultiplier / 1e9;
    const signals = Int32Array.from(events, ({ index }) => index);
    const { study, resolved } = studyDay({
      dt: subject.dt,
      prices,
      from: this.#evalFrom,
      end: snapshots,
      evaluated: this.#evaluation,
      hours: this.#evaluation.hours,
      signals,
      signs: Int8Array.from(events, ({ direction }) => direction === "up" ? 1 : -1),
      events: columnsOf(trades),
      tickValue,
    }, params);
    const pool = new StudyPool(params, tickValue);
    pool.add(study);
    const counts = projection.counts();
    const lanes = this.#scores.map((score, lane) => ({
      ...this.#laneOf(lane),
      score: score.toArray(),
    }));
    return {
      payload: regimePayload(subject, params, this.#evaluation, {
        trades,
        resolved: resolvedMetrics(
          resolved,
          signals,
          prices.ts,
          this.#evaluation.endTs - this.#evaluation.startTs,
        ),
        counts,
        study: pool.figures()!,
        warnings: [
          ...warningsOf(subject, params, this.#evaluation, prices.ts, flaws),
          ...offRaster(subject, prices),
        ],
        meta: this.#meta(prices, ts),
      }),
      midnightNs: midnightNs(subject.dt),
      capture: {
        snapshots,
        evalSnapshots,
        evalFrom: this.#evalFrom,
        midMin: mid.reduce((least, value) => Math.min(least, value)),
        midMax: mid.reduce((greatest, value) => Math.max(greatest, value)),
      },
      series: {
        ts,
        mid,
        directionEdge: this.#edge.toArray(),
        aboveScore: this.#above.toArray(),
        belowScore: this.#below.toArray(),
        direction: this.#direction.toArray(),
        posture: this.#posture.toArray(),
        lanes,
      },
      trades,
      study,
      counts,
      events: !subject.wantsEvents ? [] : eventTable({
        subject,
        params,
        prices,
        trades,
        resolved,
        lanes,
        eventId: this.#eventId.toArray(),
        edge: this.#edge.toArray(),
        posture: this.#posture.toArray(),
        derivatives: this.#derivatives.toArray(),
        tickValue,
      }),
      lastSpectrum: this.spectrumRows(),
      projection: {
        current: projection.current(),
        horizons: params.projectionHorizonsMs.map((ms, h) => ({
          ms,
          projected: projection.projected(h),
        })),
      },
    };
  }

  #meta({ bid, ask }: PriceColumns, ts: Float64Array): RunMeta {
    const midnight = midnightNs(this.subject.dt);
    const nsOf = (at: number) => `${midnight + BigInt(at)}`;
    return {
      data_source: this.subject.dataSource,
      first_ts_ns: nsOf(ts[0]!),
      last_ts_ns: nsOf(ts.at(-1)!),
      snapshots: ts.length,
      eval_snapshots: ts.length - this.#evalFrom,
      events: this.#events.length,
      snapshots_sha256: hashOf([ts, bid.subarray(0, ts.length), ask.subarray(0, ts.length)]),
    };
  }

  /** @returns the spectrum of the last snapshot, band by band, above before below */
  spectrumRows(): SpectrumRow[] {
    const { spectrum, params } = this;
    return this.#scores.map((_score, lane) => ({
      ...this.#laneOf(lane),
      pressure: spectrum.pressure[lane]!,
      vacuum: spectrum.vacuum[lane]!,
      composite: spectrum.composite[lane]!,
      rolled: spectrum.rolled[lane]!,
      d1: spectrum.d1[lane]!,
      d2: spectrum.d2[lane]!,
      d3: spectrum.d3[lane]!,
      score: spectrum.score[lane]!,
      state: sideState(signOf(spectrum.score[lane]!, params.spectrumThreshold)),
    }));
  }

  #laneOf(lane: number): { side: "above" | "below"; band: number } {
    return {
      side: lane % 2 === 0 ? "above" : "below",
      band: this.params.directionalBands[lane >> 1]!,
    };
  }
}

/** Trades as they are counted in `trade_metrics`, column by column; what they gained is not looked at. */
function columnsOf(trades: readonly Trade[]): TradeColumns {
  const columns = tradeColumns(trades.length);
  trades.forEach(({ index, outcome, exitIndex }, i) => {
    columns.outcome[i] = OUTCOME_NAMES.indexOf(outcome);
    columns.entry[i] = index;
    columns.exit[i] = exitIndex;
  });
  return columns;
}
