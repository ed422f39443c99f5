/**
 * The analysis in a thread of its own: a worker that is told its subject first, then takes batches
 * and gives their buffers back, and answers the end with all it found. See {@link analystThread}.
 */
import { UserError } from "../errors.ts";
import { RegimeAnalysis } from "./analysis.ts";
import { SnapshotBatch } from "./snapshot_batch.ts";
import type { RegimeParams } from "./params.ts";
import type { RegimeSubject } from "./payload.ts";
import type { RegimeResult } from "./result.ts";

/** What the worker is told. */
export type AnalystOrder =
  | { begin: { subject: RegimeSubject; params: RegimeParams } }
  | { batch: { buffer: ArrayBuffer; count: number } }
  | { finish: true };

/** What it answers: a buffer to fill again, all that was found, or why there is nothing. */
export type AnalystAnswer =
  | { free: ArrayBuffer }
  | { result: RegimeResult }
  | { refused: string };

let analysis: RegimeAnalysis | null = null;

self.addEventListener("message", ({ data }: MessageEvent<AnalystOrder>) => {
  try {
    follow(data);
  } catch (error) {
    // Errors lose their class on the way between threads.
    if (!(error instanceof UserError)) throw error;
    answer({ refused: error.message });
  }
});

function follow(order: AnalystOrder): void {
  if ("begin" in order) {
    analysis = new RegimeAnalysis(order.begin.subject, order.begin.params);
  } else if ("batch" in order) {
    const batch = new SnapshotBatch(order.batch.buffer);
    batch.count = order.batch.count;
    analysis!.push(batch);
    answer({ free: batch.buffer }, [batch.buffer]);
  } else {
    answer({ result: analysis!.finish() });
  }
}

function answer(message: AnalystAnswer, transfer: Transferable[] = []): void {
  (self as unknown as Worker).postMessage(message, transfer);
}
