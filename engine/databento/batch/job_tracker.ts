import { UserError } from "../../errors.ts";
import { assertReadable } from "../../readable_file.ts";
import { SERVICE_STATES, type ServiceState } from "../historical.ts";
import { type Fingerprint, onDisk, writeDurably } from "./durable.ts";

/**
 * How far a job is: about to be submitted, a state of the service, in the lake, or failed. A job
 * that is `done` waits at the service to be downloaded.
 */
export const JOB_STATES = ["submitting", ...SERVICE_STATES, "downloaded", "error"] as const;

/** One of {@link JOB_STATES}. */
export type JobState = "submitting" | ServiceState | "downloaded" | "error";

/** A file of a job. */
export interface TrackedFile extends Fingerprint {
  /** Its name at the service. */
  filename: string;
  /** What it is decompressed, once that is in its place in the lake. */
  placed: Fingerprint | null;
}

/** What is known of a job. */
export interface TrackedJob {
  /** Digest of what it asks for. */
  digest: string;
  /** How many symbols it asks for, for the eye. */
  symbols: number;
  state: JobState;
  /** Its number at the service; null while it is not known. */
  id: string | null;
  /** Numbers of jobs that this one has taken the place of. */
  former: string[];
  /** Digests of what its key was submitted for before, and so paid for. */
  bought: string[];
  /** SHA-256 of what was brought into a lake under its key: of its files now and of those before. */
  made: string[];
  /** When it was about to be submitted, ISO 8601, UTC. */
  intended_at: string;
  /** When it last changed, ISO 8601, UTC. */
  updated_at: string;
  /** Its data files, once they are listed. */
  files: TrackedFile[];
  /** What went wrong last; null when nothing did. */
  problem: string | null;
}

const VERSION = 1;

/** Every job there ever was, kept in a file that is written after each change. */
export class JobTracker {
  readonly #path: string;
  readonly #now: () => number;
  readonly #jobs: Map<string, TrackedJob>;

  private constructor(path: string, now: () => number, jobs: Map<string, TrackedJob>) {
    this.#path = path;
    this.#now = now;
    this.#jobs = jobs;
  }

  /**
   * Reads the tracker's file.
   *
   * @param path the file; absent when there were no jobs yet
   * @param now time, milliseconds since the epoch
   * @throws UserError when it is damaged or no file: going on would pay for its jobs again
   */
  static open(path: string, now: () => number): JobTracker {
    let text: string;
    try {
      assertReadable(path);
      text = Deno.readTextFileSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return new JobTracker(path, now, new Map());
      return onDisk(path, () => {
        throw error;
      });
    }
    return new JobTracker(path, now, new Map(Object.entries(parseJobs(path, text))));
  }

  /** All jobs with their keys, in the order in which they came. */
  get jobs(): ReadonlyMap<string, Readonly<TrackedJob>> {
    return this.#jobs;
  }

  /** The jobs in one of some states. */
  inState(...states: JobState[]): [key: string, job: Readonly<TrackedJob>][] {
    return [...this.#jobs].filter(([, { state }]) => states.includes(state));
  }

  /** Whether a number of the service belongs to a job, or did. */
  knows(id: string): boolean {
    return [...this.#jobs.values()].some((job) => job.id === id || job.former.includes(id));
  }

  /**
   * Writes down that a job is about to be submitted, in the place of what its key had before. The
   * files of the same request stay known: another lake may have them.
   *
   * @param key the job's key
   * @param digest digest of its request
   * @param symbols how many symbols it asks for
   */
  intend(key: string, digest: string, symbols: number): void {
    const before = this.#jobs.get(key);
    const now = this.#stamp();
    this.#put(key, {
      digest,
      symbols,
      state: "submitting",
      id: null,
      former: [...(before?.former ?? []), ...(before?.id ? [before.id] : [])],
      bought: before === undefined ? [] : boughtOf(before),
      made: before?.made ?? [],
      intended_at: now,
      updated_at: now,
      files: before?.digest === digest ? before.files : [],
      problem: null,
    });
  }

  /**
   * Writes down what has changed of a job.
   *
   * @param key the job's key, which has to be there
   * @param changes what has changed
   */
  update(key: string, changes: Partial<TrackedJob>): void {
    const job = this.#jobs.get(key);
    if (job === undefined) throw new Error(`no job ${key}`);
    this.#put(key, { ...job, ...changes, updated_at: this.#stamp() });
  }

  #put(key: string, job: TrackedJob): void {
    this.#jobs.set(key, { ...job, made: madeOf(job) });
    const content = { version: VERSION, jobs: Object.fromEntries(this.#jobs) };
    writeDurably(this.#path, `${JSON.stringify(content, null, 1)}\n`);
  }

  #stamp(): string {
    return new Date(this.#now()).toISOString();
  }
}

/**
 * @param job a job
 * @returns digests of all that was paid for under its key
 */
export function boughtOf({ bought, digest, id }: Readonly<TrackedJob>): string[] {
  return id === null ? bought : [...new Set([...bought, digest])];
}

/** SHA-256 of all that is known to be made, compressed and decompressed. */
function madeOf({ made, files }: Pick<TrackedJob, "made" | "files">): string[] {
  const now = files.flatMap(({ sha256, placed }) => placed ? [sha256, placed.sha256] : [sha256]);
  return [...new Set([...made, ...now])];
}

function parseJobs(path: string, text: string): Record<string, TrackedJob> {
  const damaged = (what: string) =>
    new UserError(
      `${path}: ${what}; mend it or bring back a copy: without it, jobs would be paid for again`,
    );
  let content: { version?: unknown; jobs?: unknown };
  try {
    content = Object(JSON.parse(text));
  } catch (error) {
    throw damaged(`not JSON: ${(error as Error).message}`);
  }
  if (content.version !== VERSION) throw damaged(`its version is not ${VERSION}`);
  const { jobs } = content as { jobs: Record<string, TrackedJob> };
  if (typeof jobs !== "object" || jobs === null || Array.isArray(jobs)) {
    throw damaged("it has no jobs");
  }
  for (const [key, job] of Object.entries(jobs)) {
    if (!isTrackedJob(job)) throw damaged(`the job ${key} cannot be read`);
    // Of a file written before there was this field: rather too much than paid for twice.
    job.bought ??= job.former.length > 0 ? [job.digest] : [];
    job.made = madeOf({ made: job.made ?? [], files: job.files });
  }
  return jobs;
}

function isTrackedJob(value: unknown): value is TrackedJob {
  const job = Object(value) as Record<keyof TrackedJob, unknown>;
  return typeof job.digest === "string" && typeof job.symbols === "number" &&
    JOB_STATES.some((state) => state === job.state) &&
    (job.id === null || typeof job.id === "string") && areTexts(job.former) &&
    [job.bought, job.made].every((texts) => texts === undefined || areTexts(texts)) &&
    [job.intended_at, job.updated_at].every((at) => !Number.isNaN(Date.parse(`${at}`))) &&
    (job.problem === null || typeof job.problem === "string") &&
    Array.isArray(job.files) && job.files.every(isTrackedFile);
}

function isTrackedFile(value: unknown): value is TrackedFile {
  const file = Object(value) as Record<keyof TrackedFile, unknown>;
  return typeof file.filename === "string" && isFingerprint(file) &&
    (file.placed === null || isFingerprint(file.placed));
}

function isFingerprint(value: unknown): value is Fingerprint {
  const { size, sha256 } = Object(value) as Record<keyof Fingerprint, unknown>;
  return Number.isSafeInteger(size) && typeof sha256 === "string";
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
