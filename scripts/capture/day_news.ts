import type { CaptureJob } from "./session_capture.ts";

/** A session to capture in a thread. */
export interface CaptureOrder {
  job: CaptureJob;
  /** Where the file grows, which the thread that orders it has opened. */
  partPath: string;
}

/** What a thread says of it meanwhile. */
export type CaptureNews = { share: number } | { line: string };
