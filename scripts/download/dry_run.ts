import type { DiscoveryContext } from "../../engine/databento/batch/discovery.ts";
import type { JobTracker } from "../../engine/databento/batch/job_tracker.ts";
import {
  type Action,
  decide,
  type DecisionContext,
} from "../../engine/databento/batch/decision.ts";
import { symbolsText } from "../../engine/databento/batch/submission.ts";
import { forEachJob, type WantedDays } from "../../engine/databento/batch/submit_days.ts";
import { aligned } from "../../cli/table.ts";

/** Verb of the events that tell of a job. */
export const DRY_RUN = "dry-run";

const WORDS: Readonly<Record<Action, string>> = {
  submit: "would be submitted",
  resubmit: "would be submitted again",
  rebuy: "would be paid for again",
  reuse: "is in flight",
  fetch: "would be fetched from its job, free of charge",
  skip: "is done",
};

/**
 * Finds out what a run would submit, and what Databento estimates for it. Nothing is submitted.
 *
 * @param days what is wanted
 * @param tracker jobs so far
 * @param buyAgain whether the run would pay a second time for what is gone
 * @param context client, lake and so on; hears of each job
 * @returns a table for people, and how many days or jobs failed
 */
export async function dryRun(
  days: WantedDays,
  tracker: JobTracker,
  buyAgain: boolean,
  context: DiscoveryContext & DecisionContext,
): Promise<{ table: string; failed: number }> {
  const { client, onEvent, signal } = context;
  const rows = [["job", "symbols", "", "US$", "MB"]];
  const total = { dollars: 0, bytes: 0, jobs: 0 };
  const failed = await forEachJob(days, context, async (job) => {
    const { action } = await decide(job, tracker.jobs.get(job.key), context);
    const refused = action === "rebuy" && !buyAgain;
    const words = refused ? `${WORDS[action]}, with --buy-again` : WORDS[action];
    const row = [job.key, symbolsText(job.request.symbols), words];
    if (action === "reuse" || action === "fetch" || action === "skip") {
      rows.push([...row, "", ""]);
      onEvent({ verb: DRY_RUN, key: job.key, detail: row.slice(1).join(", ") });
      return;
    }
    const { request } = job;
    const dollars = await client.getCost(request, { signal });
    const bytes = await client.getBillableSize(request, { signal });
    if (!refused) {
      total.dollars += dollars;
      total.bytes += bytes;
      total.jobs++;
    }
    rows.push([...row, ...figures(dollars, bytes)]);
    const detail = `${row.slice(1).join(", ")}, US$ ${dollars.toFixed(2)}, ${bytes} bytes`;
    onEvent({ verb: DRY_RUN, key: job.key, detail });
  });
  rows.push(["total", "", `${total.jobs} to submit`, ...figures(total.dollars, total.bytes)]);
  return { table: aligned(rows, "left").join("\n"), failed };
}

function figures(dollars: number, bytes: number): [string, string] {
  return [dollars.toFixed(2), (bytes / 1e6).toFixed(1)];
}
