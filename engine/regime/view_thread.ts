import type { InstrumentConfig } from "../instrument.ts";
import { Thread } from "../thread.ts";
import type { DayHooks, DayRequest } from "./analyze_day.ts";
import type { DayNews } from "./day_news.ts";
import type { ViewOrder, ViewResult } from "./view_worker.ts";

/**
 * Analyses a day for a page in a thread of its own, one alone, so that whatever else the process
 * does goes on beside it.
 *
 * @param day what is analysed
 * @param instrument what it is of
 * @param hooks progress, warnings, abortion
 * @returns its view and its JSON output; null when aborted: the thread is ended at once then
 * @throws UserError when the day cannot be analysed
 */
export async function viewInThread(
  day: DayRequest,
  instrument: InstrumentConfig,
  { onProgress, onWarning, signal }: Omit<DayHooks, "analyst" | "onProgress"> & {
    /** @param share of the file that is read, 0 to 1 */
    onProgress?: (share: number) => void;
  },
): Promise<ViewResult | null> {
  if (signal?.aborted) return null;
  using thread = new Thread<ViewOrder, DayNews, ViewResult>(
    new URL("./view_worker.ts", import.meta.url),
    `the analysis of ${day.request.dt}`,
    (news) => {
      if ("share" in news) onProgress?.(news.share);
      else onWarning?.(news.warning);
    },
  );
  const { promise: aborted, resolve } = Promise.withResolvers<null>();
  const stop = () => resolve(null);
  signal?.addEventListener("abort", stop, { once: true });
  thread.tell({ day, instrument });
  try {
    return await Promise.race([thread.result, aborted]);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
