import type { ServiceState } from "../historical.ts";
import { ServiceError } from "../service_error.ts";
import type { JobState } from "./job_tracker.ts";
import { missingFiles } from "./placed_files.ts";
import { placeJob, type PlacementContext } from "./placement.ts";
import { isGone, stateAtService } from "./state_at_service.ts";
import { CLOCK_MARGIN_MS, problemOf } from "./submission.ts";

/** Jobs that the service still works on. */
const IN_FLIGHT: readonly JobState[] = ["received", "queued", "processing"];

/** Looks after submitted jobs: what they have come to, and the download of those that are done. */
export class Polling {
  /** Keys of jobs that failed in this run; they are left alone until the next. */
  readonly failed = new Set<string>();
  readonly #context: PlacementContext;

  /** @param context client, tracker, lake and so on */
  constructor(context: PlacementContext) {
    this.#context = context;
  }

  /** How many jobs the service still works on. */
  get pending(): number {
    return this.#inFlight.length;
  }

  /**
   * Looks whether the files of all jobs are in the lake, and sees to it that the next round fetches
   * what is not there and can still be had, which costs nothing.
   *
   * @throws UserError when the disk does not tell; ServiceError when the service refuses to
   */
  async bringBack(): Promise<void> {
    const { tracker, lake, onEvent } = this.#context;
    for (const [key, job] of tracker.inState("downloaded")) {
      const missing = missingFiles(key, job, lake);
      if (missing.length === 0) continue;
      const id = job.id!;
      const state = await this.#stateOf(id);
      tracker.update(key, { state });
      onEvent({ verb: "missing", key, detail: missing.join(", ") });
      if (state === "expired" || state === "error") this.#fail(key, lost(id, state));
    }
  }

  /**
   * One round: asks for the states of jobs in flight, and downloads those that are done.
   *
   * @throws ServiceError when the service refuses to tell
   */
  async round(): Promise<void> {
    const { tracker, onEvent } = this.#context;
    try {
      if (this.pending > 0) await this.#refresh();
    } catch (error) {
      // It may be back by the next round; a key that is refused will not.
      if (!(error instanceof ServiceError) || error.refused) throw error;
      onEvent({ verb: "unreachable", key: "list_jobs", detail: error.message });
    }
    for (const [key, { id }] of tracker.inState("done")) {
      if (this.failed.has(key)) continue;
      try {
        await placeJob(key, this.#context);
      } catch (error) {
        const problem = problemOf(error);
        // Files that are gone tell that the job is, which has to be known: it is paid for again then.
        if (isGone(error)) tracker.update(key, { state: await this.#stateOf(id!) });
        this.#fail(key, problem);
      }
    }
  }

  /** Jobs that the service still works on, as far as is known here. */
  get #inFlight() {
    return this.#context.tracker.inState(...IN_FLIGHT).filter(([key]) => !this.failed.has(key));
  }

  async #refresh(): Promise<void> {
    const { client, tracker, onEvent, signal } = this.#context;
    const jobs = this.#inFlight;
    const first = Math.min(...jobs.map(([, job]) => Date.parse(job.intended_at)));
    const listed = await client.listJobs(first - CLOCK_MARGIN_MS, { signal });
    const found = new Map(listed.map((job) => [job.id, job]));
    for (const [key, { id, state: before }] of jobs) {
      const unknown = found.get(id!)?.unknownState ?? null;
      if (unknown !== null) {
        this.#fail(
          key,
          `job ${id} is ${JSON.stringify(unknown)}, of which nothing is known here; ` +
            "look at it in the portal of Databento, and poll again",
        );
        continue;
      }
      const state = found.get(id!)?.state ?? await this.#stateOf(id!);
      if (state === before) continue;
      tracker.update(key, { state });
      onEvent({ verb: state, key, detail: `job ${id}` });
      if (state === "expired" || state === "error") this.#fail(key, lost(id!, state));
    }
  }

  #stateOf(id: string): Promise<ServiceState | "error"> {
    return stateAtService(this.#context.client, id, this.#context.signal);
  }

  #fail(key: string, problem: string): void {
    this.failed.add(key);
    this.#context.tracker.update(key, { problem });
    this.#context.onEvent({ verb: "failed", key, detail: problem });
  }
}

/** What to do about a job that is no longer to be had. */
function lost(id: string, state: "expired" | "error"): string {
  const what = state === "expired" ? `job ${id} expired` : `the service does not know job ${id}`;
  return `${what}; daemon or submit with \`buy_again\` pays for it a second time, \`dry_run\` tells how much`;
}
