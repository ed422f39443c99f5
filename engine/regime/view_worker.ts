/** A day's analysis for a page, in a thread of its own. See {@link viewInThread}. */
import type { InstrumentConfig } from "../instrument.ts";
import { followOrders } from "../thread.ts";
import { analyzeDay, type DayRequest } from "./analyze_day.ts";
import { type DayNews, hooksThatSay } from "./day_news.ts";
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

followOrders<ViewOrder, DayNews, ViewResult>(async ({ day, instrument }, say) => {
  const result = await analyzeDay(day, hooksThatSay(say));
  const { params, request: { throttleMs } } = day;
  const view = JSON.stringify(regimeView(result, { params, throttleMs, instrument }));
  return { view, payload: result.payload };
});
