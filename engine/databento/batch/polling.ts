import { ServiceError } from "../service_error.ts";
import type { JobState } from "./job_tracker.ts";
import { missingFiles } from "./placed_files.ts";
import { placeJob, type PlacementContext } from "./placement.ts";
import { isGone, type StateAtService, stateAtService } from "./state_at_service.ts";
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
   * @throws ServiceError when the service does not know the key
   */
  async bringBack(): Promise<void> {
    const { tracker, lake, onEvent } = this.#context;
    for (const [key, job] of tracker.inState("downloaded")) {
      await this.#attempt(key, async () => {
        const missing = missingFiles(key, job, lake);
        if (missing.length === 0) return;
        const { id } = job;
        const { state } = await this.#atService(id);
        tracker.update(key, { state });
        onEvent({ verb: "missing", key, detail: missing.join(", ") });
        if (state === "expired" || state === "error") this.#fail(key, lost(id, state));
      });
    }
  }

  /**
   * One round: asks for the states of jobs in flight, and downloads those that are done.
   *
   * @throws ServiceError when the service refuses to tell
   */
  async round(): Promise<void> {
    const { tracker } = this.#context;
    if (this.pending > 0) await this.#unlessAway("list_jobs", this.#refresh());
    for (const [key, { id }] of tracker.inState("done")) {
      if (this.failed.has(key)) continue;
      await this.#attempt(key, async () => {
        try {
          await placeJob(key, this.#context);
        } catch (error) {
          // Files that are gone tell that the job is, which has to be known: it is paid for again then.
          if (isGone(error)) tracker.update(key, { state: (await this.#atService(id)).state });
          throw error;
        }
      });
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
      await this.#attempt(key, async () => {
        const now = found.get(id!) ?? await this.#unlessAway(key, this.#atService(id));
        if (now === null) return;
        const { state, unknownState } = now;
        if (unknownState !== null) {
          this.#fail(
            key,
            `job ${id} is ${JSON.stringify(unknownState)}, of which nothing is known here; ` +
              "look at it in the portal of Databento, and poll again",
          );
          return;
        }
        if (state === before) return;
        tracker.update(key, { state });
        onEvent({ verb: state, key, detail: `job ${id}` });
        if (state === "expired" || state === "error") this.#fail(key, lost(id, state));
      });
    }
  }

  #atService(id: string | null): Promise<StateAtService> {
    return stateAtService(this.#context.client, id, this.#context.signal);
  }

  /** Waits for an answer; null when none came, which may be another by the next round. */
  async #unlessAway<T>(key: string, answer: Promise<T>): Promise<T | null> {
    try {
      return await answer;
    } catch (error) {
      // What is refused will be so again.
      if (!(error instanceof ServiceError) || error.refused) throw error;
      this.#context.onEvent({ verb: "unreachable", key, detail: error.message });
      return null;
    }
  }

  /** What goes wrong with one job holds up no other; a key that is refused ends it all. */
  async #attempt(key: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (error instanceof ServiceError && error.status === 401) throw error;
      this.#fail(key, problemOf(error));
    }
  }

  #fail(key: string, problem: string): void {
    this.failed.add(key);
    this.#context.tracker.update(key, { problem });
    this.#context.onEvent({ verb: "failed", key, detail: problem });
  }
}

/** What to do about a job that is no longer to be had. */
function lost(id: string | null, state: "expired" | "error"): string {
  const what = id === null
    ? "the job that was paid for is no longer to be had"
    : state === "expired"
    ? `job ${id} expired`
    : `the service does not know job ${id}`;
  return `${what}; daemon or submit with \`buy_again\` pays for it a second time, \`dry_run\` tells how much`;
}
