import type { Analyst } from "../capture_snapshots.ts";
import { Column } from "../column.ts";
import type { DataFlaws } from "../data_flaws.ts";
import { assertEnough } from "../enough.ts";
import { type Evaluation, evaluationOf } from "../evaluation.ts";
import type { RegimeSubject } from "../payload.ts";
import { FORCES, type SnapshotBatch } from "../snapshot_batch.ts";
import { Spectrum, type SpectrumParams } from "../spectrum.ts";
import type { PriceColumns } from "../study/prices.ts";

/** What a spectrum says of every snapshot up to the end of the evaluation. */
export interface SpectrumColumns {
  above: Float64Array;
  below: Float64Array;
}

/** What is kept of a day: all else of a sweep is worked out from these. */
export interface SweepColumns {
  evaluation: Evaluation;
  flaws: DataFlaws;
  /** Of all snapshots, those after the evaluation too. */
  prices: PriceColumns;
  /** Index of the first evaluated snapshot, and of the one after the last. */
  from: number;
  end: number;
  /** One for each of the spectra. */
  spectra: readonly SpectrumColumns[];
}

const SIDES = 2;

/** Takes the snapshots of a day once, for several spectra. */
export class SweepCapture implements Analyst<SweepColumns> {
  readonly #subject: RegimeSubject;
  readonly #evaluation: Evaluation;
  readonly #spectra: readonly Spectrum[];
  readonly #scores: readonly ReturnType<typeof Column.float64>[];
  readonly #ts = Column.float64();
  readonly #touchTicks = Column.float64();
  readonly #touchRest = Column.float64();
  readonly #bid = Column.float64();
  readonly #ask = Column.float64();
  #from = -1;
  #end = 0;

  /**
   * @param subject what is captured, and when
   * @param spectra what each spectrum is made with
   */
  constructor(subject: RegimeSubject, spectra: readonly SpectrumParams[]) {
    this.#subject = subject;
    this.#evaluation = evaluationOf(subject.productType, subject.dt, subject.window);
    this.#spectra = spectra.map((params) => new Spectrum(params));
    this.#scores = Array.from({ length: SIDES * spectra.length }, () => Column.float64());
  }

  push(batch: SnapshotBatch): SnapshotBatch {
    const { startTs, endTs } = this.#evaluation;
    for (let i = 0; i < batch.count; i++) {
      const ts = batch.ts[i]!;
      this.#ts.push(ts);
      this.#touchTicks.push(batch.touchTicks[i]!);
      this.#touchRest.push(batch.touchRest[i]!);
      this.#bid.push(batch.bid[i]!);
      this.#ask.push(batch.ask[i]!);
      if (ts >= endTs) continue;
      if (ts >= startTs && this.#from < 0) this.#from = this.#end;
      this.#end++;
      this.#spectra.forEach((spectrum, s) => {
        spectrum.push(ts, batch.forces, i * FORCES);
        this.#scores[SIDES * s]!.push(spectrum.aboveScore);
        this.#scores[SIDES * s + 1]!.push(spectrum.belowScore);
      });
    }
    batch.count = 0;
    return batch;
  }

  finish(flaws: DataFlaws): SweepColumns {
    const evaluated = this.#from < 0 ? 0 : this.#end - this.#from;
    assertEnough(this.#end, evaluated, this.#subject.window, flaws.leftOut);
    return {
      evaluation: this.#evaluation,
      flaws,
      prices: {
        ts: this.#ts.toArray(),
        touchTicks: this.#touchTicks.toArray(),
        touchRest: this.#touchRest.toArray(),
        bid: this.#bid.toArray(),
        ask: this.#ask.toArray(),
        tickInt: this.#subject.tickInt,
      },
      from: this.#from,
      end: this.#end,
      spectra: this.#spectra.map((_, s) => ({
        above: this.#scores[SIDES * s]!.toArray(),
        below: this.#scores[SIDES * s + 1]!.toArray(),
      })),
    };
  }
}
