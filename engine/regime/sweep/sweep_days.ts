import { UserError } from "../../errors.ts";
import { sideBySide } from "../../side_by_side.ts";
import { Thread } from "../../thread.ts";
import type { DayRequest } from "../analyze_day.ts";
import type { DayNews } from "../day_news.ts";
import type { SweepPlan } from "./combinations.ts";
import type { SweepDay } from "./sweep_day.ts";
import { sweepSession } from "./sweep_session.ts";
import type { SweepOrder } from "./sweep_worker.ts";

/** What a caller hears of the day with an index. */
export interface SweepHooks {
  /** Takes what a day adds, as it ends. */
  onResult: (index: number, day: SweepDay) => void;
  /** Hears that a day cannot be worked out; the others go on. */
  onFailure: (index: number, error: UserError) => void;
  onProgress?: (index: number, share: number) => void;
  onWarning?: (index: number, message: string) => void;
}

/**
 * Sweeps over days side by side, each in a thread of its own; what is open and can be read once is read
 * in this one.
 *
 * @param days what is captured
 * @param plan what is varied
 * @param threads how many at a time
 * @param hooks take what is found; a UserError that `onResult` throws is that day's failure
 * @throws an error that is no user's, of a thread or a hook: the others are left
 */
export async function sweepDays(
  days: readonly DayRequest[],
  plan: SweepPlan,
  threads: number,
  hooks: SweepHooks,
): Promise<void> {
  await sideBySide(days, threads, async (day, index) => {
    try {
      const isOpen = "input" in day.request.origin;
      const sweep = isOpen ? inThisThread : inThread;
      hooks.onResult(index, await sweep({ day, plan }, index, hooks));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      hooks.onFailure(index, error);
    }
  });
}

function inThisThread(
  { day, plan }: SweepOrder,
  index: number,
  { onProgress, onWarning }: SweepHooks,
): Promise<SweepDay> {
  return sweepSession(day, plan, {
    onProgress: (share) => onProgress?.(index, share),
    onWarning: (message) => onWarning?.(index, message),
  });
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
