/** A day's analysis for a page, in a thread of its own: told the day, it reports until the end. */
import { UserError } from "../errors.ts";
import type { InstrumentConfig } from "../instrument.ts";
import { analyzeDay, type DayRequest } from "./day.ts";
import type { RegimePayload } from "./payload.ts";
import { regimeView } from "./view.ts";

/** What the worker is told. */
export type ViewOrder = { begin: { day: DayRequest; instrument: InstrumentConfig } } | {
  stop: true;
};

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
  | { refused: string }
  | { stopped: true };

const stop = new AbortController();

self.addEventListener("message", ({ data }: MessageEvent<ViewOrder>) => {
  if ("stop" in data) stop.abort();
  else void run(data.begin);
});

async function run({ day, instrument }: { day: DayRequest; instrument: InstrumentConfig }) {
  const answer = (message: ViewAnswer) => (self as unknown as Worker).postMessage(message);
  try {
    const result = await analyzeDay(day, {
      onProgress: (share) => answer({ share }),
      onWarning: (warning) => answer({ warning }),
      signal: stop.signal,
    });
    const { params, request: { throttleMs } } = day;
    const view = JSON.stringify(regimeView(result, { params, throttleMs, instrument }));
    answer({ result: { view, payload: result.payload } });
  } catch (error) {
    if (stop.signal.aborted) return answer({ stopped: true });
    // Errors lose their class on the way between threads.
    if (!(error instanceof UserError)) throw error;
    answer({ refused: error.message });
  }
}
