/** A day's analysis in a thread of its own. See {@link analyzeDays}. */
import { followOrders } from "../thread.ts";
import { analyzeDay, type DayRequest } from "./analyze_day.ts";
import { type DayNews, hooksThatSay } from "./day_news.ts";
import type { RegimeResult } from "./result.ts";

followOrders<DayRequest, DayNews, RegimeResult>((day, say) => analyzeDay(day, hooksThatSay(say)));
