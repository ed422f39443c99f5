import { UserError } from "../errors.ts";
import type { Analyst } from "./capture_snapshots.ts";
import type { AnalystAnswer, AnalystOrder } from "./analyst_worker.ts";
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
  const worker = new Worker(new URL("./analyst_worker.ts", import.meta.url), { type: "module" });
  const send = (order: AnalystOrder, transfer: Transferable[] = []) =>
    worker.postMessage(order, transfer);
  const free: SnapshotBatch[] = [];
  let made = 1; // the caller's first
  let waiting: PromiseWithResolvers<SnapshotBatch> | null = null;
  const end = Promise.withResolvers<RegimeResult>();
  // Who waits hears of a failure; when nobody waits, finish() tells it.
  end.promise.catch((error) => waiting?.reject(error));
  worker.addEventListener("message", ({ data }: MessageEvent<AnalystAnswer>) => {
    if ("result" in data) return end.resolve(data.result);
    if ("refused" in data) return end.reject(new UserError(data.refused));
    const batch = new SnapshotBatch(data.free);
    if (waiting === null) free.push(batch);
    else waiting.resolve(batch);
    waiting = null;
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    end.reject(new Error(`the analysis failed: ${event.message}`));
  });
  send({ begin: { subject, params } });
  return {
    push({ buffer, count }) {
      send({ batch: { buffer, count } }, [buffer]);
      const batch = free.pop();
      if (batch !== undefined) return batch;
      if (made < IN_FLIGHT) {
        made++;
        return new SnapshotBatch();
      }
      waiting = Promise.withResolvers();
      return waiting.promise;
    },
    finish() {
      send({ finish: true });
      return end.promise;
    },
    [Symbol.dispose]: () => worker.terminate(),
  };
}
