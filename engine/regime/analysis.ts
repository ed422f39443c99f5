import { UserError } from "../errors.ts";
import { midnightNs } from "../session.ts";
import { FORCES, type SnapshotBatch } from "./snapshot_batch.ts";
import { Column } from "./column.ts";
import { type Evaluation, evaluationOf } from "./evaluation.ts";
import { findEvents } from "./events.ts";
import type { RegimeParams } from "./params.ts";
import { regimePayload, type RegimeSubject } from "./payload.ts";
import { Projection } from "./projection.ts";
import type { RegimeResult, SpectrumRow } from "./result.ts";
import { Spectrum } from "./spectrum.ts";
import { postureOf, sideState, signOf } from "./states.ts";
import { tradeOf } from "./trades.ts";

/** Fewer snapshots than this are not analysed. */
export const LEAST_SNAPSHOTS = 200;
/** Nor fewer than this inside the evaluation window. */
export const LEAST_EVALUATED = 50;

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
  readonly #direction = Column.int8();
  readonly #posture = Column.int8();
  readonly #scores: readonly ReturnType<typeof Column.float64>[];
  #evalFrom = -1;

  /**
   * @param subject what is analysed, and when
   * @param params with what
   * @throws UserError when a time of the window is none
   */
  constructor(readonly subject: RegimeSubject, readonly params: RegimeParams) {
    this.#evaluation = evaluationOf(subject.productType, subject.dt, subject.window);
    this.spectrum = new Spectrum(params);
    this.projection = new Projection(params.projectionHorizonsMs, params.projectionRollupWindows);
    this.#scores = Array.from({ length: this.spectrum.lanes }, () => Column.float64());
  }

  /**
   * Goes on by some snapshots; none of them at or after the end of the evaluation window.
   *
   * @param batch the snapshots, free again afterwards
   */
  push(batch: SnapshotBatch): void {
    this.projection.roll(batch);
    for (let i = 0; i < batch.count; i++) this.#snapshot(batch, i);
  }

  #snapshot(batch: SnapshotBatch, i: number): void {
    const { spectrum, params } = this;
    const ts = batch.ts[i]!;
    const evaluated = ts >= this.#evaluation.startTs;
    if (evaluated && this.#evalFrom < 0) this.#evalFrom = this.#ts.length;
    this.#ts.push(ts);
    this.#mid.push(batch.mid[i]!);
    this.#touchTicks.push(batch.touchTicks[i]!);
    this.#touchRest.push(batch.touchRest[i]!);

    spectrum.push(ts, batch.forces, i * FORCES);
    const { aboveScore, belowScore } = spectrum;
    const edge = belowScore - aboveScore;
    for (let lane = 0; lane < spectrum.lanes; lane++) {
      this.#scores[lane]!.push(spectrum.score[lane]!);
    }
    this.#above.push(aboveScore);
    this.#below.push(belowScore);
    this.#edge.push(edge);
    this.#direction.push(signOf(edge, params.directionalEdgeThreshold));
    this.#posture.push(
      postureOf(
        signOf(aboveScore, params.spectrumThreshold),
        signOf(belowScore, params.spectrumThreshold),
      ),
    );
    this.projection.push(i, ts, evaluated);
  }

  /**
   * @returns all that was found; call it once, at the end
   * @throws UserError when there are too few snapshots
   */
  finish(): RegimeResult {
    const snapshots = this.#ts.length;
    const evalSnapshots = this.#evalFrom < 0 ? 0 : snapshots - this.#evalFrom;
    const { evalStart, evalEnd } = this.subject.window;
    if (snapshots < LEAST_SNAPSHOTS || evalSnapshots < LEAST_EVALUATED) {
      throw new UserError(
        `${snapshots} snapshots, of which ${evalSnapshots} from ${evalStart} to ${evalEnd}: ` +
          `an analysis takes at least ${LEAST_SNAPSHOTS} and ${LEAST_EVALUATED}; ` +
          `choose a longer or busier time of the day`,
      );
    }
    const { subject, params, projection } = this;
    const ts = this.#ts.toArray();
    const mid = this.#mid.toArray();
    const direction = this.#direction.toArray();
    const prices = {
      ts,
      mid,
      touchTicks: this.#touchTicks.toArray(),
      touchRest: this.#touchRest.toArray(),
    };
    const trades = findEvents(direction, this.#evalFrom, params.signalCooldown)
      .map((event) => tradeOf(prices, event, params));
    const lanes = this.#scores.map((score, lane) => ({
      ...this.#laneOf(lane),
      score: score.toArray(),
    }));
    return {
      payload: regimePayload(subject, params, this.#evaluation, trades, projection.hitRates()),
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
        direction,
        posture: this.#posture.toArray(),
        lanes,
      },
      trades,
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
