import type { JobTracker } from "../../engine/databento/batch/job_tracker.ts";
import { aligned } from "../analyze/report.ts";

/**
 * @param tracker every job there ever was
 * @returns a table for people: a line for each job, and the problem of those that have one
 */
export function statusTable(tracker: JobTracker): string {
  if (tracker.jobs.size === 0) return "no jobs yet";
  const rows = [...tracker.jobs].map(([key, job]) => {
    const bytes = job.files.reduce((sum, { size }) => sum + size, 0);
    return [
      key,
      job.state,
      job.id ?? "",
      `${job.symbols}`,
      bytes === 0 ? "" : (bytes / 1e6).toFixed(1),
      `${job.updated_at.slice(0, 19)}Z`,
      job.problem ?? "",
    ];
  });
  const heading = ["job", "state", "id", "symbols", "MB", "changed", "problem"];
  return aligned([heading, ...rows], "left").join("\n");
}
