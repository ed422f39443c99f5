import { Thread } from "../../thread.ts";
import type { DayRequest } from "../analyze_day.ts";
import type { DayNews } from "../day_news.ts";
import type { SweepPlan } from "./combinations.ts";
import type { SweepDay } from "./sweep_day.ts";
import type { SweepOrder } from "./sweep_worker.ts";

/** What a caller may want to hear meanwhile, of the day with an index. */
export interface SweepHooks {
  onProgress?: (index: number, share: number) => void;
  onWarning?: (index: number, message: string) => void;
}

/**
 * Sweeps over days side by side, each in a thread of its own.
 *
 * @param days what is captured
 * @param plan what is varied
 * @param threads how many at a time
 * @param hooks progress and warnings
 * @returns for each day a promise of what it adds; one is rejected with a UserError when its day cannot
 * be worked out, and the others go on
 */
export function sweepDays(
  days: readonly DayRequest[],
  plan: SweepPlan,
  threads: number,
  hooks: SweepHooks = {},
): Promise<SweepDay>[] {
  const results = days.map(() => Promise.withResolvers<SweepDay>());
  let next = 0;
  const startNext = () => {
    const index = next++;
    if (index >= days.length) return;
    const { promise, resolve, reject } = results[index]!;
    inThread({ day: days[index]!, plan }, index, hooks).then(resolve, reject);
    promise.then(startNext, startNext);
  };
  for (let i = 0; i < threads; i++) startNext();
  return results.map(({ promise }) => promise);
}

async function inThread(
  order: SweepOrder,
  index: number,
  { onProgress, onWarning }: SweepHooks,
): Promise<SweepDay> {
  using thread = new Thread<SweepOrder, DayNews, SweepDay>(
    new URL("./sweep_worker.ts", import.meta.url),
    `the sweep of ${order.day.request.dt}`,
    (news) => {
      if ("share" in news) onProgress?.(index, news.share);
      else onWarning?.(index, news.warning);
    },
  );
  thread.tell(order);
  return await thread.result;
}
