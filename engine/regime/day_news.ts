import type { Say } from "../thread.ts";
import type { DayHooks } from "./analyze_day.ts";

/** What a thread says of a day's analysis meanwhile. */
export type DayNews = { share: number } | { warning: string };

/**
 * @param say says it to who started the thread
 * @returns hooks of an analysis in a thread
 */
export function hooksThatSay(say: Say<DayNews>): DayHooks {
  return {
    onProgress: (share) => say({ share }),
    onWarning: (warning) => say({ warning }),
  };
}
