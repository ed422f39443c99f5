import type { JobTracker } from "../../engine/databento/batch/job_tracker.ts";
import { missingFiles } from "../../engine/databento/batch/placed_files.ts";
import { terminalLine } from "../../cli/error_line.ts";
import { aligned } from "../../cli/table.ts";

/**
 * @param tracker every job there ever was
 * @param lake folder of the lake
 * @returns a table for people: a line for each job, what is not there of those that were downloaded,
 * and the problem of those that have one
 */
export function statusTable(tracker: JobTracker, lake: string): string {
  if (tracker.jobs.size === 0) return "no jobs yet";
  const rows = [...tracker.jobs].map(([key, job]) => {
    const missing = job.state === "downloaded" ? missingFiles(key, job, lake) : [];
    const bytes = job.files.reduce((sum, { size }) => sum + size, 0);
    return [
      key,
      missing.length === 0 ? job.state : "missing",
      job.id ?? "",
      `${job.symbols}`,
      bytes === 0 ? "" : (bytes / 1e6).toFixed(1),
      `${job.updated_at.slice(0, 19)}Z`,
      missing.length === 0
        ? terminalLine(job.problem ?? "")
        : terminalLine(`not there: ${missing.join(", ")}`),
    ];
  });
  const heading = ["job", "state", "id", "symbols", "MB", "changed", "problem"];
  return aligned([heading, ...rows], "left").join("\n");
}
