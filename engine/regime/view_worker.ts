/** A day's analysis for a page, in a thread of its own: told the day, it reports until the end. */
import { UserError } from "../errors.ts";
import type { InstrumentConfig } from "../instrument.ts";
import { analyzeDay, type DayRequest } from "./analyze_day.ts";
import type { RegimePayload } from "./payload.ts";
import { regimeView } from "./regime_view.ts";

/** What the worker is told. */
export interface ViewOrder {
  day: DayRequest;
  instrument: InstrumentConfig;
}

/** A day as a page takes it. The view is JSON already: what is large is made ready here. */
export interface ViewResult {
  view: string;
  payload: RegimePayload;
}

/** What the worker answers. */
export type ViewAnswer =
  | { share: number }
  | { warning: string }
  | { result: ViewResult }
  | { refused: string };

self.addEventListener("message", ({ data }: MessageEvent<ViewOrder>) => void run(data));

async function run({ day, instrument }: ViewOrder): Promise<void> {
  const answer = (message: ViewAnswer) => (self as unknown as Worker).postMessage(message);
  try {
    const result = await analyzeDay(day, {
      onProgress: (share) => answer({ share }),
      onWarning: (warning) => answer({ warning }),
    });
    const { params, request: { throttleMs } } = day;
    const view = JSON.stringify(regimeView(result, { params, throttleMs, instrument }));
    answer({ result: { view, payload: result.payload } });
  } catch (error) {
    // Errors lose their class on the way between threads.
    if (!(error instanceof UserError)) throw error;
    answer({ refused: error.message });
  }
}
