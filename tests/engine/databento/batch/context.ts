/** A lake, a tracker and a client of the played service, for tests of batch jobs. */
import type { JobEvent } from "../../../../engine/databento/batch/events.ts";
import { JobTracker } from "../../../../engine/databento/batch/job_tracker.ts";
import type { PlacementContext } from "../../../../engine/databento/batch/placement.ts";
import type { SubmissionContext } from "../../../../engine/databento/batch/submission.ts";
import { wantedJob } from "../../../../engine/databento/batch/wanted_job.ts";
import type { Clock } from "../../../../engine/databento/clock.ts";
import { HistoricalClient } from "../../../../engine/databento/historical.ts";
import type { HttpTransportOptions } from "../../../../engine/databento/http_transport.ts";
import type { FakeService } from "../fake_service.ts";

/** A day of MNQ. */
export const JOB = wantedJob(
  {
    dataset: "GLBX.MDP3",
    schema: "mbo",
    root: "MNQ",
    date: "2026-02-06",
    product: "future_mbo",
  },
  ["MNQH6"],
  "raw_symbol",
);

/** A clock that stands still but for what is waited: no test has to wait for it. */
export class PatientClock implements Clock {
  #now = Date.parse("2026-02-10T12:00:00Z");
  /** What was waited, milliseconds. */
  readonly waits: number[] = [];
  now(): number {
    return this.#now;
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.waits.push(ms);
    this.#now += ms;
    return signal?.aborted ? Promise.reject(signal.reason) : Promise.resolve();
  }
}

/** Everything that batch jobs work with; gone when disposed of. */
export class BatchTest implements PlacementContext, SubmissionContext {
  readonly clock = new PatientClock();
  readonly events: JobEvent[] = [];
  readonly folder = Deno.makeTempDirSync({ prefix: "spymaster_batch_" });
  readonly lake = `${this.folder}/lake`;
  readonly trackerFile = `${this.folder}/logs/futures_jobs.json`;
  readonly pauseMs = 5_000;
  buyAgain = false;
  readonly onProgress = null;
  readonly client: HistoricalClient;
  tracker: JobTracker;

  /**
   * @param service the played service, which is ended with the test
   * @param options how its client differs
   */
  constructor(readonly service: FakeService, options: Partial<HttpTransportOptions> = {}) {
    this.client = this.newClient(options);
    this.tracker = this.reopen();
    this.service.now = () => this.clock.now();
  }

  /** A client of the played service. */
  newClient(options: Partial<HttpTransportOptions> = {}): HistoricalClient {
    return new HistoricalClient({
      key: this.service.key,
      baseUrl: this.service.url,
      clock: this.clock,
      ...options,
    });
  }

  onEvent = (event: JobEvent): void => void this.events.push(event);

  /** The tracker as the next process finds it. */
  reopen(): JobTracker {
    return this.tracker = JobTracker.open(this.trackerFile, () => this.clock.now());
  }

  /** The verbs of what happened. */
  get verbs(): string[] {
    return this.events.map(({ verb }) => verb);
  }

  /** Lets the service finish its jobs. */
  finishJobs(): void {
    for (const job of this.service.jobs) job.listed = 10;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** All files below a folder with their bytes, by path from it. */
export function filesIn(folder: string, below = ""): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const entries = [...Deno.readDirSync(`${folder}/${below}`)]
    .sort((a, b) => a.name < b.name ? -1 : 1);
  for (const { name, isDirectory } of entries) {
    const path = below === "" ? name : `${below}/${name}`;
    if (isDirectory) {
      for (const [inner, bytes] of filesIn(folder, path)) files.set(inner, bytes);
    } else files.set(path, Deno.readFileSync(`${folder}/${path}`));
  }
  return files;
}
