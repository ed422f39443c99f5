/**
 * The analysis in a thread of its own: a worker that is told its subject first, then takes batches
 * and gives their buffers back, and answers the end with all it found. See {@link otherThread}.
 */
import { UserError } from "../errors.ts";
import { RegimeAnalysis } from "./analysis.ts";
import { SnapshotBatch } from "./batch.ts";
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
  if ("begin" in data) {
    analysis = new RegimeAnalysis(data.begin.subject, data.begin.params);
  } else if ("batch" in data) {
    const batch = new SnapshotBatch(data.batch.buffer);
    batch.count = data.batch.count;
    analysis!.push(batch);
    answer({ free: batch.buffer }, [batch.buffer]);
  } else {
    answer(finish(analysis!));
  }
});

function finish(analysis: RegimeAnalysis): AnalystAnswer {
  try {
    return { result: analysis.finish() };
  } catch (error) {
    // Errors lose their class on the way between threads.
    if (error instanceof UserError) return { refused: error.message };
    throw error;
  }
}

function answer(message: AnalystAnswer, transfer: Transferable[] = []): void {
  (self as unknown as Worker).postMessage(message, transfer);
}
