import type { IntegrityCounts } from "../../engine/integrity_counts.ts";
import { integrityCounts } from "../../engine/integrity_counts.ts";
import type { EngineRun } from "../../engine/run.ts";
import { droppedTotal, gridsTotal, misfitsTotal, recordsTotal } from "../metrics.ts";
import type { Outbox } from "./outbox.ts";

/** Adds what one stream does to the server's counts, as often as it is told to. */
export class StreamMeter {
  #records = 0;
  #misfits: IntegrityCounts | null = null;
  #grids = 0;
  #dropped = 0;

  /** @param outbox the stream's */
  constructor(readonly outbox: Outbox) {}

  /**
   * Begins with a run as it is: what it has counted so far is not this stream's work.
   *
   * @param run a run just opened, or come from a book cache
   */
  begin(run: EngineRun): void {
    this.#records = run.pipeline.book.eventId;
    this.#misfits = integrityCounts(run);
  }

  /**
   * Counts what has been done since the last time.
   *
   * @param run the run that was begun with
   */
  update(run: EngineRun): void {
    const { eventId } = run.pipeline.book;
    recordsTotal.inc(eventId - this.#records);
    this.#records = eventId;
    const misfits = integrityCounts(run);
    for (const [kind, count] of Object.entries(misfits)) {
      const more = count - this.#misfits![kind as keyof IntegrityCounts];
      if (more > 0) misfitsTotal.inc({ kind }, more);
    }
    this.#misfits = misfits;
    const { grids, dropped } = this.outbox;
    gridsTotal.inc(grids - this.#grids);
    droppedTotal.inc(dropped - this.#dropped);
    this.#grids = grids;
    this.#dropped = dropped;
  }
}
