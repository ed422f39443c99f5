import { ServiceError } from "../service_error.ts";
import type { DiscoveryContext } from "./discovery.ts";
import { jobsOf, type Wanted } from "./plan.ts";
import { problemOf } from "./submission.ts";
import type { WantedJob } from "./wanted_job.ts";

/** Which days of which roots, and what of them. */
export interface WantedDays extends Wanted {
  /** YYYY-MM-DD. */
  dates: readonly string[];
  roots: readonly string[];
}

/**
 * Goes through the jobs of many days and roots. What fails is reported, and the rest goes on.
 *
 * @param days what is wanted
 * @param context client, lake and so on
 * @param take does something with each job
 * @returns how many days or jobs failed
 * @throws ServiceError when the service does not know the key, which nothing would survive
 */
export async function forEachJob(
  { dates, roots, ...wanted }: WantedDays,
  context: DiscoveryContext,
  take: (job: WantedJob) => Promise<void>,
): Promise<number> {
  let failed = 0;
  const attempt = async (key: string, action: () => Promise<void>) => {
    try {
      await action();
    } catch (error) {
      if (error instanceof ServiceError && error.status === 401) throw error;
      context.onEvent({ verb: "failed", key, detail: problemOf(error) });
      failed++;
    }
  };
  for (const date of dates) {
    for (const root of roots) {
      await attempt(`${root}|${date}`, async () => {
        for await (const job of jobsOf(root, date, wanted, context)) {
          await attempt(job.key, () => take(job));
        }
      });
    }
  }
  return failed;
}
