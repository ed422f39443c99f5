import { Thread } from "../thread.ts";
import type { DayRequest } from "./analyze_day.ts";
import type { DayNews } from "./day_news.ts";
import type { RegimeResult } from "./result.ts";

/** What a caller may want to hear meanwhile, of the day with an index. */
export interface DaysHooks {
  onProgress?: (index: number, share: number) => void;
  onWarning?: (index: number, message: string) => void;
}

/**
 * Analyses days side by side, each in a thread of its own.
 *
 * @param days what is analysed
 * @param threads how many at a time
 * @param hooks progress and warnings
 * @returns for each day a promise of all that was found; one is rejected with a UserError when its
 * day cannot be analysed, and the others go on
 */
export function analyzeDays(
  days: readonly DayRequest[],
  threads: number,
  hooks: DaysHooks = {},
): Promise<RegimeResult>[] {
  const results = days.map(() => Promise.withResolvers<RegimeResult>());
  let next = 0;
  const startNext = () => {
    const index = next++;
    if (index >= days.length) return;
    const { promise, resolve, reject } = results[index]!;
    inThread(days[index]!, index, hooks).then(resolve, reject);
    promise.then(startNext, startNext);
  };
  for (let i = 0; i < threads; i++) startNext();
  return results.map(({ promise }) => promise);
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
