import { type Misfits, misfitsOf } from "../../engine/misfits.ts";
import type { EngineRun } from "../../engine/run.ts";
import type { Metrics } from "../metrics.ts";

/** Adds what one run does to the server's counts, as often as it is told to. */
export class RunMeter {
  #records: number;
  #misfits: Misfits;

  /**
   * @param run a run just opened
   * @param metrics the server's
   */
  constructor(readonly run: EngineRun, readonly metrics: Metrics) {
    this.#records = run.pipeline.book.eventId;
    this.#misfits = misfitsOf(run);
  }

  /** Begins with the run as it is: what a book cache gave is no work done. */
  begin(): void {
    this.#records = this.run.pipeline.book.eventId;
    this.#misfits = misfitsOf(this.run);
  }

  /** Counts what has been done since the last time. */
  update(): void {
    const { eventId } = this.run.pipeline.book;
    this.metrics.recordsTotal.inc(eventId - this.#records);
    this.#records = eventId;
    const misfits = misfitsOf(this.run);
    for (const [kind, count] of Object.entries(misfits)) {
      const more = count - this.#misfits[kind as keyof Misfits];
      if (more > 0) this.metrics.misfitsTotal.inc({ kind }, more);
    }
    this.#misfits = misfits;
  }
}
