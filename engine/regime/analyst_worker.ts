/**
 * The analysis in a thread of its own: it is told its subject first, then takes batches and gives
 * their buffers back, and answers the end with all it found. See {@link analystThread}.
 */
import { followOrders } from "../thread.ts";
import { RegimeAnalysis } from "./analysis.ts";
import type { DataFlaws } from "./data_flaws.ts";
import { SnapshotBatch } from "./snapshot_batch.ts";
import type { RegimeParams } from "./params.ts";
import type { RegimeSubject } from "./payload.ts";
import type { RegimeResult } from "./result.ts";

/** What the worker is told. */
export type AnalystOrder =
  | { begin: { subject: RegimeSubject; params: RegimeParams } }
  | { batch: { buffer: ArrayBuffer; count: number } }
  | { finish: DataFlaws };

let analysis: RegimeAnalysis | null = null;

// What it says is a buffer to fill again.
followOrders<AnalystOrder, ArrayBuffer, RegimeResult>((order, say) => {
  if ("begin" in order) {
    analysis = new RegimeAnalysis(order.begin.subject, order.begin.params);
  } else if ("batch" in order) {
    const batch = new SnapshotBatch(order.batch.buffer);
    batch.count = order.batch.count;
    analysis!.push(batch);
    say(batch.buffer, [batch.buffer]);
  } else {
    return analysis!.finish(order.finish);
  }
});
