import type { ServiceState } from "../historical.ts";
import { ServiceError } from "../service_error.ts";
import type { JobState } from "./job_tracker.ts";
import { placeJob, type PlacementContext } from "./placement.ts";
import { CLOCK_MARGIN_MS, problemOf } from "./submission.ts";

/** Jobs that the service still works on. */
const IN_FLIGHT: readonly JobState[] = ["received", "queued", "processing"];

/** Looks after submitted jobs: what they have come to, and the download of those that are done. */
export class Polling {
  /** Keys of jobs that failed in this run; they are left alone until the next. */
  readonly failed = new Set<string>();
  readonly #context: PlacementContext;

  /** @param context Client, tracker, lake and so on. */
  constructor(context: PlacementContext) {
    this.#context = context;
  }

  /** How many jobs the service still works on. */
  get pending(): number {
    return this.#context.tracker.inState(...IN_FLIGHT).length;
  }

  /**
   * One round: asks for the states of jobs in flight, and downloads those that are done.
   *
   * @throws ServiceError when the service refuses to tell.
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
        // Files that are gone tell that the job is: it has to be known, to be submitted again.
        const gone = error instanceof ServiceError && [404, 410].includes(error.status);
        if (gone) tracker.update(key, { state: await this.#stateOf(id!) });
        this.#fail(key, problem);
      }
    }
  }

  async #refresh(): Promise<void> {
    const { client, tracker, onEvent, signal } = this.#context;
    const jobs = tracker.inState(...IN_FLIGHT);
    const first = Math.min(...jobs.map(([, job]) => Date.parse(job.intended_at)));
    const listed = await client.listJobs(first - CLOCK_MARGIN_MS, { signal });
    const states = new Map(listed.map(({ id, state }) => [id, state]));
    for (const [key, { id, state: before }] of jobs) {
      const state = states.get(id!) ?? await this.#stateOf(id!);
      if (state === before) continue;
      tracker.update(key, { state });
      onEvent({ verb: state, key, detail: `job ${id}` });
      if (state === "expired") this.#fail(key, `job ${id} expired; submit it again`);
      if (state === "error") {
        this.#fail(key, `the service does not know job ${id}; submit it again`);
      }
    }
  }

  /** The state of a job that is not in the list. */
  async #stateOf(id: string): Promise<ServiceState | "error"> {
    try {
      return (await this.#context.client.jobDetails(id, { signal: this.#context.signal })).state;
    } catch (error) {
      if (error instanceof ServiceError && error.status === 404) return "error";
      throw error;
    }
  }

  #fail(key: string, problem: string): void {
    this.failed.add(key);
    this.#context.tracker.update(key, { problem });
    this.#context.onEvent({ verb: "failed", key, detail: problem });
  }
}
