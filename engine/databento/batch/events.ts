/** Something that happened to a job, for the log. */
export interface JobEvent {
  /** What happened, in one word. */
  verb: string;
  /** The job's key, or the part of it that is concerned. */
  key: string;
  /** The rest, on one line. */
  detail: string;
}

/** Is told what happens. */
export type OnEvent = (event: JobEvent) => void;
