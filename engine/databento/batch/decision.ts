import type { HistoricalClient } from "../historical.ts";
import { boughtOf, type JobState, type TrackedJob } from "./job_tracker.ts";
import { isToBeDecompressed, missingFiles } from "./placed_files.ts";
import { stateAtService } from "./state_at_service.ts";
import { digestOf, type WantedJob } from "./wanted_job.ts";

/**
 * What to do about a wanted job: pay for it (submit; resubmit when an earlier attempt came to
 * nothing or asked for something else; rebuy when it was paid for and is no longer to be had), or
 * rely on what is there (reuse what is in flight, fetch what is done, skip what is in the lake).
 */
export type Action = "submit" | "resubmit" | "rebuy" | "reuse" | "fetch" | "skip";

/** An action, and the state of the job that is known now; null when there is no job yet. */
export interface Decision {
  action: Action;
  state: JobState | null;
}

/** What a decision is made with. */
export interface DecisionContext {
  client: HistoricalClient;
  /** Folder of the lake. */
  lake: string;
  signal?: AbortSignal | undefined;
}

/** Jobs that were submitted, or are about to be, and have not come to an end. */
const IN_FLIGHT: readonly JobState[] = ["submitting", "received", "queued", "processing"];

/**
 * Decides what has to be done for a job. Whether its files are there is seen on the disk, for they
 * may have been deleted, or be in another lake; when they are not, the service is asked whether the
 * job still has them. Nothing is written down.
 *
 * @param job a job that should be there
 * @param tracked what the tracker has of its key
 * @param context client, lake and so on
 * @throws UserError when the disk does not tell; ServiceError when the service does not
 */
export async function decide(
  job: WantedJob,
  tracked: Readonly<TrackedJob> | undefined,
  { client, lake, signal }: DecisionContext,
): Promise<Decision> {
  if (tracked === undefined) return { action: "submit", state: null };
  const { id, state } = tracked;
  const digest = digestOf(job.request);
  const buy = boughtOf(tracked).includes(digest) ? "rebuy" : "resubmit";
  if (tracked.digest !== digest) return { action: buy, state };
  if (IN_FLIGHT.includes(state)) return { action: "reuse", state };
  if (missingFiles(job.key, tracked, lake).length === 0) {
    // One that is done may have left its compressed file, which polling sees to.
    return { action: "skip", state: state === "done" ? state : "downloaded" };
  }
  if (await isToBeDecompressed(job.key, tracked, lake, signal)) {
    return { action: "skip", state: "done" };
  }
  if (id === null) return { action: buy, state: "error" };
  const now = await stateAtService(client, id, signal);
  if (now === "expired" || now === "error") return { action: "rebuy", state: now };
  return { action: now === "done" ? "fetch" : "reuse", state: now };
}
