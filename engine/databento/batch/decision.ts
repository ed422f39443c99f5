import type { HistoricalClient } from "../historical.ts";
import { boughtOf, type JobState, type TrackedJob } from "./job_tracker.ts";
import { assertOwn } from "./own_files.ts";
import { isToBeDecompressed, lakeFolder, missingFiles, vendorName } from "./placed_files.ts";
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
  /**
   * Finds a file that the lake has of a job's day, whatever it is called; null for none. What it
   * throws prevents that the day is paid for.
   */
  findDay?: ((job: WantedJob) => Promise<string | null>) | undefined;
  signal?: AbortSignal | undefined;
}

/** Jobs that were submitted, or are about to be, and have not come to an end. */
const IN_FLIGHT: readonly JobState[] = ["submitting", "received", "queued", "processing"];

/** What to do about a day that the lake has from elsewhere. */
const REMEDY = "it is not paid for over that: leave that day out, or move the file away";

/**
 * Decides what has to be done for a job. Whether its files are there is seen on the disk, for they
 * may have been deleted, or be in another lake; when they are not, the service is asked whether the
 * job still has them. Nothing is written down.
 *
 * @param job a job that should be there
 * @param tracked what the tracker has of its key
 * @param context client, lake and so on
 * @throws UserError when it would be paid for although the lake has a file of that day that this task
 * did not make, or when the disk does not tell; ServiceError when the service does not
 */
export async function decide(
  job: WantedJob,
  tracked: Readonly<TrackedJob> | undefined,
  { client, lake, findDay, signal }: DecisionContext,
): Promise<Decision> {
  const toPay = async (action: Action, state: JobState | null) => {
    const path = `${lakeFolder(lake, job)}/${vendorName(job)}`;
    const found = await findDay?.(job) ?? path;
    for (const name of new Set([path, `${path}.zst`, found])) {
      await assertOwn(name, tracked?.made ?? [], REMEDY, signal);
    }
    return { action, state };
  };
  if (tracked === undefined) return await toPay("submit", null);
  const { id, state } = tracked;
  const digest = digestOf(job.request);
  const buy = boughtOf(tracked).includes(digest) ? "rebuy" : "resubmit";
  if (tracked.digest !== digest) return await toPay(buy, state);
  if (IN_FLIGHT.includes(state)) return { action: "reuse", state };
  if (missingFiles(job.key, tracked, lake).length === 0) {
    // One that is done may have left its compressed file, which polling sees to.
    return { action: "skip", state: state === "done" ? state : "downloaded" };
  }
  if (await isToBeDecompressed(job.key, tracked, lake, signal)) {
    return { action: "skip", state: "done" };
  }
  if (id === null) return await toPay(buy, "error");
  const { state: now } = await stateAtService(client, id, signal);
  if (now === "expired" || now === "error") return await toPay("rebuy", now);
  return { action: now === "done" ? "fetch" : "reuse", state: now };
}
