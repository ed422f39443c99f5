import { UserError } from "../../errors.ts";
import type { HistoricalClient } from "../historical.ts";
import { ServiceError } from "../service_error.ts";
import { decide, type DecisionContext } from "./decision.ts";
import type { OnEvent } from "./events.ts";
import type { JobTracker, TrackedJob } from "./job_tracker.ts";
import { digestOf, type WantedJob } from "./wanted_job.ts";

/** What submission works with. */
export interface SubmissionContext {
  client: HistoricalClient;
  tracker: JobTracker;
  onEvent: OnEvent;
  /** Folder of the lake. */
  lake: string;
  findDay?: DecisionContext["findDay"];
  /** Wait between two submissions, milliseconds. */
  pauseMs: number;
  /** Whether to pay a second time for what is in no lake and no longer to be had. */
  buyAgain: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * When it is looked whether a submission was taken whose answer was lost, milliseconds after it. One
 * whose answer only took too long may be seen in the list of jobs late: it is paid for twice if it is
 * submitted again before.
 */
const LOOKS_MS = [10_000, 120_000];

/** How far the clocks of this machine and the service may be apart: one may show local time. */
export const CLOCK_MARGIN_MS = 24 * 3_600_000;

/**
 * How far back it is looked whether a submission was taken: as long as the service keeps files. The
 * machine's date may be wrong, and what is not found is paid for again.
 */
const LOOK_BACK_MS = 30 * 24 * 3_600_000;

/** How often a job is submitted whose submission was lost on the way. */
const TRIES = 3;

/**
 * Submits jobs, each once. The intent is in the tracker before the request leaves; when no answer
 * comes, or the process ends before it is written down, the service's own list of jobs is asked
 * whether it was taken, before anything is paid for again.
 */
export class Submission {
  readonly #context: SubmissionContext;
  #submitted = 0;

  /** @param context client, tracker and so on */
  constructor(context: SubmissionContext) {
    this.#context = context;
  }

  /**
   * Settles the intents of a run that ended before it knew. To be called before anything is
   * submitted.
   *
   * @throws ServiceError when the service does not tell
   */
  async reconcile(): Promise<void> {
    const { tracker, onEvent } = this.#context;
    for (const [key, job] of tracker.inState("submitting")) {
      const detail = "an earlier run ended before it knew; looking whether it was taken";
      onEvent({ verb: "unsure", key, detail });
      if (await this.#find(key, job)) continue;
      tracker.update(key, { state: "error", problem: "the service did not get it" });
      onEvent({ verb: "lost", key, detail: "the service did not get it" });
    }
  }

  /**
   * Sees to it that a job is there: paid for once, its files in the lake or still to be had.
   *
   * @param job the job
   * @throws UserError when the service refuses it or cannot be reached, or when it would have to be
   * paid for a second time and that is not wanted
   */
  async ensure(job: WantedJob): Promise<void> {
    const { client, tracker, onEvent, pauseMs, signal } = this.#context;
    const { key, request } = job;
    const tracked = tracker.jobs.get(key);
    const { action, state } = await decide(job, tracked, this.#context);
    if (tracked !== undefined && state !== null && state !== tracked.state) {
      tracker.update(key, { state, problem: null });
    }
    if (action === "skip" || action === "reuse" || action === "fetch") {
      const detail = action === "fetch"
        ? `job ${tracked!.id} still has what is not in ${this.#context.lake}; free of charge`
        : `job ${tracked!.id} is ${state}`;
      onEvent({ verb: action, key, detail });
      return;
    }
    if (action === "rebuy" && !this.#context.buyAgain) await this.#refuse(job, tracked!);
    if (this.#submitted++ > 0) await client.transport.clock.sleep(pauseMs, signal);
    tracker.intend(key, digestOf(request), request.symbols.length);
    for (let tries = 1;; tries++) {
      try {
        const { id, state } = await client.submitJob(request, { signal });
        tracker.update(key, { id, state });
        onEvent({ verb: action, key, detail: `job ${id}, ${symbolsText(request.symbols)}` });
        return;
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        if (error.refused || error.status === 429) {
          tracker.update(key, { state: "error", problem: error.message });
          throw error;
        }
        tracker.update(key, { problem: error.message });
        onEvent({ verb: "unsure", key, detail: `${error.message}; looking whether it was taken` });
        if (await this.#find(key, tracker.jobs.get(key)!)) return;
        if (tries === TRIES) {
          tracker.update(key, { state: "error", problem: error.message });
          throw error;
        }
      }
    }
  }

  /** Tells what it would cost to pay for a job once more. */
  async #refuse(job: WantedJob, { id }: Readonly<TrackedJob>): Promise<never> {
    const { client, tracker, lake, signal } = this.#context;
    const { key, product, root, schema, date, request } = job;
    const dollars = await client.getCost(request, { signal });
    const problem = `${date}, ${schema} of ${product} ${root}, is not in ${lake}, and ` +
      `${id === null ? "the job that was paid for" : `job ${id}`} is no longer to be had: ` +
      `\`buy_again\` pays for it a second time, US$ ${dollars.toFixed(2)} by Databento's estimate`;
    tracker.update(key, { problem });
    throw new UserError(problem);
  }

  /** Looks for an intended job among those the service has; true when it is there. */
  async #find(key: string, job: Readonly<TrackedJob>): Promise<boolean> {
    const { clock } = this.#context.client.transport;
    const last = LOOKS_MS.at(-1)!;
    for (const ms of LOOKS_MS) {
      const due = Date.parse(job.updated_at) + ms - clock.now();
      if (due > 0) await clock.sleep(Math.min(due, ms), this.#context.signal);
      if ((due > 0 || ms === last) && await this.#isListed(key, job)) return true;
    }
    return false;
  }

  async #isListed(key: string, job: Readonly<TrackedJob>): Promise<boolean> {
    const { client, tracker, onEvent, signal } = this.#context;
    const since = Date.parse(job.intended_at) - LOOK_BACK_MS;
    for (const { id, state } of await client.listJobs(since, { signal })) {
      if (state === "expired" || tracker.knows(id)) continue;
      const { request, isWhole } = await client.jobDetails(id, { signal });
      if (!isWhole || digestOf(request) !== job.digest) continue;
      tracker.update(key, { id, state, problem: null });
      onEvent({ verb: "found", key, detail: `job ${id} had been taken` });
      return true;
    }
    return false;
  }
}

/**
 * @param symbols symbols of a request, at least one
 * @returns the one or two, or the first, the last and how many
 */
export function symbolsText(symbols: readonly string[]): string {
  if (symbols.length <= 2) return symbols.join(", ");
  return `${symbols[0]} to ${symbols.at(-1)} (${symbols.length})`;
}

/**
 * @param error what was thrown
 * @returns its message, when the user can mend it
 * @throws the error itself otherwise
 */
export function problemOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  throw error;
}
