/** A day's analysis in a thread of its own: told the day, it reports progress and then the end. */
import { UserError } from "../errors.ts";
import { analyzeDay, type DayRequest } from "./analyze_day.ts";
import type { RegimeResult } from "./result.ts";

/** What the worker answers. */
export type DayAnswer =
  | { share: number }
  | { warning: string }
  | { result: RegimeResult }
  | { refused: string };

self.addEventListener("message", async ({ data }: MessageEvent<DayRequest>) => {
  const answer = (message: DayAnswer) => (self as unknown as Worker).postMessage(message);
  try {
    const result = await analyzeDay(data, {
      onProgress: (share) => answer({ share }),
      onWarning: (warning) => answer({ warning }),
    });
    answer({ result });
  } catch (error) {
    // Errors lose their class on the way between threads.
    if (!(error instanceof UserError)) throw error;
    answer({ refused: error.message });
  }
});
