import { lockTracker } from "../../engine/databento/batch/tracker_lock.ts";
import { JobTracker } from "../../engine/databento/batch/job_tracker.ts";
import type { WantedJob } from "../../engine/databento/batch/wanted_job.ts";
import type { JobEvent, OnEvent } from "../../engine/databento/batch/events.ts";
import { Polling } from "../../engine/databento/batch/polling.ts";
import { Submission } from "../../engine/databento/batch/submission.ts";
import { forEachJob } from "../../engine/databento/batch/submit_days.ts";
import { HistoricalClient } from "../../engine/databento/historical.ts";
import { UserError } from "../../engine/errors.ts";
import { apiKey } from "../../cli/api_key.ts";
import { ownSignals } from "../../cli/command.ts";
import { makeFolder } from "../../cli/output_file.ts";
import { DRY_RUN, dryRun } from "./dry_run.ts";
import { type Environment, taskEnvironment, TRACKER_FILE } from "./environment.ts";
import { type DaemonFlags, parseDownloadFlags, type PollFlags, type SubmitFlags } from "./flags.ts";
import { JobLog } from "./job_log.ts";
import { dayInLake } from "./lake_day.ts";
import { statusTable } from "./status.ts";

/** The user ended the run; everything so far is kept. */
class Interrupted extends Error {}

/** Exit code of a run that SIGINT ended, as shells have it. */
const INTERRUPTED = 130;

/**
 * Does what `deno task download` is asked to.
 *
 * @param args what the user wrote
 * @param environment what differs from the task's own
 * @returns exit code: 0, 1 when anything failed, 130 when interrupted
 * @throws UserError when it cannot begin
 */
export async function download(
  args: readonly string[],
  environment: Partial<Environment> = {},
): Promise<number> {
  const flags = parseDownloadFlags(args);
  const env = { ...taskEnvironment(), ...environment };
  if (flags.command === "status") {
    console.log(statusTable(JobTracker.open(TRACKER_FILE, env.clock.now), env.lake));
    return 0;
  }
  const key = apiKey();
  makeFolder("logs");
  const json = flags.command !== "poll" && flags.json;
  using log = new JobLog(flags.logFile, json, env.clock.now);
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Interrupted());
  const signals = ["SIGINT", "SIGTERM"] as const;
  ownSignals();
  for (const signal of signals) Deno.addSignalListener(signal, interrupt);
  try {
    const failed = await new Run(flags, env, key, log, controller.signal).go();
    if (failed > 0) log.write({ verb: "end", key: flags.command, detail: `${failed} failed` });
    return failed > 0 ? 1 : 0;
  } catch (error) {
    if (error instanceof Interrupted) {
      const detail = "state is kept; the same command goes on from here";
      log.write({ verb: "interrupted", key: flags.command, detail });
      return INTERRUPTED;
    }
    if (!(error instanceof UserError)) throw error;
    log.write({ verb: "error", key: flags.command, detail: error.message });
    return 1;
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, interrupt);
  }
}

/** One run of a command. */
class Run {
  readonly #flags: DaemonFlags | SubmitFlags | PollFlags;
  readonly #env: Environment;
  readonly #log: JobLog;
  readonly #signal: AbortSignal;
  readonly #client: HistoricalClient;
  readonly #onEvent: OnEvent;

  constructor(
    flags: DaemonFlags | SubmitFlags | PollFlags,
    env: Environment,
    key: string,
    log: JobLog,
    signal: AbortSignal,
  ) {
    this.#flags = flags;
    this.#env = env;
    this.#log = log;
    this.#signal = signal;
    this.#onEvent = (event) => log.write(event);
    const tell = (verb: string) => (detail: string) => log.write({ verb, key: "service", detail });
    this.#client = new HistoricalClient({
      key,
      baseUrl: env.baseUrl,
      clock: env.clock,
      onWarning: tell("warning"),
      onRetry: tell("retry"),
    });
  }

  /** @returns how many days or jobs failed */
  async go(): Promise<number> {
    const flags = this.#flags;
    if (flags.command !== "poll" && flags.dryRun) return await this.#dryRun(flags);
    using _ = lockTracker(TRACKER_FILE);
    const tracker = this.#openTracker();
    const submission = new Submission({
      ...this.#context(),
      tracker,
      ...(flags.command === "poll" ? { pauseMs: 0, buyAgain: false } : flags),
    });
    await submission.reconcile();
    if (flags.command === "poll") return await this.#poll(tracker, null);
    const context = this.#context();
    const failed = await forEachJob(flags.days, context, (job) => submission.ensure(job));
    if (flags.command === "submit") return failed;
    return failed + await this.#poll(tracker, flags.pollMs);
  }

  async #dryRun({ days, json, buyAgain }: DaemonFlags | SubmitFlags): Promise<number> {
    const context = {
      ...this.#context(),
      // The table shows what the lines of jobs would.
      onEvent: (event: JobEvent) =>
        this.#log.write(event, event.verb === DRY_RUN && !json ? "file" : "both"),
    };
    const { table, failed } = await dryRun(days, this.#openTracker(), buyAgain, context);
    if (!json) console.log(table);
    return failed;
  }

  /** Looks after the jobs: once without an interval, else until none is pending. */
  async #poll(tracker: JobTracker, intervalMs: number | null): Promise<number> {
    const polling = new Polling({
      ...this.#context(),
      tracker,
      onProgress: (filename, bytes, size) => this.#log.progress(filename, bytes, size),
    });
    if (intervalMs === null) await polling.bringBack();
    await polling.round();
    if (polling.pending > 0) {
      const next = intervalMs === null
        ? "poll again for them"
        : `looking every ${intervalMs / 1_000} s`;
      const detail = `${polling.pending} jobs in flight; ${next}`;
      this.#onEvent({ verb: "waiting", key: this.#flags.command, detail });
    }
    while (intervalMs !== null && polling.pending > 0) {
      await this.#env.clock.sleep(intervalMs, this.#signal);
      await polling.round();
    }
    if (polling.pending === 0 && polling.failed.size === 0) {
      this.#onEvent({ verb: "end", key: this.#flags.command, detail: "nothing is left to get" });
    }
    return polling.failed.size;
  }

  #openTracker(): JobTracker {
    return JobTracker.open(TRACKER_FILE, this.#env.clock.now);
  }

  #context() {
    return {
      client: this.#client,
      lake: this.#env.lake,
      findDay: (job: WantedJob) => dayInLake(this.#env.lake, job),
      onEvent: this.#onEvent,
      signal: this.#signal,
    };
  }
}
