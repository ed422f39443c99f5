import { UserError } from "../errors.ts";
import { sideBySide } from "../side_by_side.ts";
import { Thread } from "../thread.ts";
import type { DayRequest } from "./analyze_day.ts";
import type { DayNews } from "./day_news.ts";
import type { RegimeResult } from "./result.ts";

/** What a caller hears of the day with an index. */
export interface DaysHooks {
  /** Takes what was found: days come as they end, and nothing of them is kept here. */
  onResult: (index: number, result: RegimeResult) => void;
  /** Hears that a day cannot be analysed; the others go on. */
  onFailure: (index: number, error: UserError) => void;
  onProgress?: (index: number, share: number) => void;
  onWarning?: (index: number, message: string) => void;
}

/**
 * Analyses days side by side, each in a thread of its own.
 *
 * @param days what is analysed
 * @param threads how many at a time
 * @param hooks take what is found; a UserError that `onResult` throws is that day's failure
 * @throws an error that is no user's, of a thread or a hook: the others are left
 */
export async function analyzeDays(
  days: readonly DayRequest[],
  threads: number,
  hooks: DaysHooks,
): Promise<void> {
  await sideBySide(days, threads, async (day, index) => {
    try {
      hooks.onResult(index, await inThread(day, index, hooks));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      hooks.onFailure(index, error);
    }
  });
}

async function inThread(
  day: DayRequest,
  index: number,
  { onProgress, onWarning }: DaysHooks,
): Promise<RegimeResult> {
  using thread = new Thread<DayRequest, DayNews, RegimeResult>(
    new URL("./day_worker.ts", import.meta.url),
    `the analysis of ${day.request.dt}`,
    (news) => {
      if ("share" in news) onProgress?.(index, news.share);
      else onWarning?.(index, news.warning);
    },
  );
  thread.tell(day);
  return await thread.result;
}
