import { Thread } from "../thread.ts";
import type { Analyst } from "./capture_snapshots.ts";
import type { AnalystOrder } from "./analyst_worker.ts";
import { SnapshotBatch } from "./snapshot_batch.ts";
import type { RegimeParams } from "./params.ts";
import type { RegimeSubject } from "./payload.ts";
import type { RegimeResult } from "./result.ts";

/** Batches under way at a time: enough that neither thread waits for single ones. */
const IN_FLIGHT = 8;

/** An analyst with a thread of its own. */
export interface AnalystThread extends Analyst, Disposable {}

/**
 * Starts an analyst that works while the engine goes on: on two cores an analysis takes as long as
 * the slower of the two.
 *
 * @param subject what is analysed, and when
 * @param params with what
 * @returns the analyst; dispose of it, which ends its thread
 */
export function analystThread(subject: RegimeSubject, params: RegimeParams): AnalystThread {
  const free: SnapshotBatch[] = [];
  let made = 1; // the caller's first
  let waiting: PromiseWithResolvers<SnapshotBatch> | null = null;
  const thread = new Thread<AnalystOrder, ArrayBuffer, RegimeResult>(
    new URL("./analyst_worker.ts", import.meta.url),
    "the analysis",
    (buffer) => {
      const batch = new SnapshotBatch(buffer);
      if (waiting === null) free.push(batch);
      else waiting.resolve(batch);
      waiting = null;
    },
  );
  // Who waits hears of a failure; when nobody waits, finish() tells it.
  thread.result.catch((error) => waiting?.reject(error));
  thread.tell({ begin: { subject, params } });
  return {
    push({ buffer, count }) {
      thread.tell({ batch: { buffer, count } }, [buffer]);
      const batch = free.pop();
      if (batch !== undefined) return batch;
      if (made < IN_FLIGHT) {
        made++;
        return new SnapshotBatch();
      }
      waiting = Promise.withResolvers();
      return waiting.promise;
    },
    finish(flaws) {
      thread.tell({ finish: flaws });
      return thread.result;
    },
    [Symbol.dispose]: () => thread[Symbol.dispose](),
  };
}
