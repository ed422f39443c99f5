import { misfitsOf } from "../../engine/misfits.ts";
import { isFollowed } from "../../engine/source/origin.ts";
import type { EngineRun } from "../../engine/run.ts";
import type { EndMessage } from "../../engine/wire/messages.ts";

/**
 * The last message of a stream that comes to the end of its file: what was counted.
 *
 * @param run the run, at its end
 */
export function endMessage(run: EngineRun): EndMessage {
  const { session, pipeline } = run;
  const { gaps, ...misfits } = misfitsOf(run);
  return {
    type: "end",
    reason: isFollowed(session.request.origin) ? "session_over" : "end_of_file",
    records_read: session.decoder.recordsRead,
    records_kept: session.records.counters.kept,
    boundaries: pipeline.counters.boundaries,
    grids: pipeline.counters.grids,
    ...misfits,
    ...(gaps > 0 && { gaps }),
    event_id: pipeline.book.eventId,
  };
}
