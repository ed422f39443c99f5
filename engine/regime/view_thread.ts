import { UserError } from "../errors.ts";
import type { InstrumentConfig } from "../instrument.ts";
import type { DayHooks, DayRequest } from "./analyze_day.ts";
import type { ViewAnswer, ViewOrder, ViewResult } from "./view_worker.ts";

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
  { onProgress, onWarning, signal }: Omit<DayHooks, "analyst">,
): Promise<ViewResult | null> {
  if (signal?.aborted) return null;
  const worker = new Worker(new URL("./view_worker.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<ViewResult | null>();
  worker.addEventListener("message", ({ data }: MessageEvent<ViewAnswer>) => {
    if ("share" in data) onProgress?.(data.share, 0);
    else if ("warning" in data) onWarning?.(data.warning);
    else if ("result" in data) resolve(data.result);
    else reject(new UserError(data.refused));
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    reject(new Error(`the analysis of ${day.request.dt} failed: ${event.message}`));
  });
  const stop = () => resolve(null);
  signal?.addEventListener("abort", stop, { once: true });
  worker.postMessage({ day, instrument } satisfies ViewOrder);
  try {
    return await promise;
  } finally {
    signal?.removeEventListener("abort", stop);
    worker.terminate();
  }
}
