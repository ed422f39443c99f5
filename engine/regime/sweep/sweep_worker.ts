/** A day of a sweep in a thread of its own. See {@link sweepDays}. */
import { followOrders } from "../../thread.ts";
import type { DayRequest } from "../analyze_day.ts";
import { type DayNews, hooksThatSay } from "../day_news.ts";
import type { SweepPlan } from "./combinations.ts";
import type { SweepDay } from "./sweep_day.ts";
import { sweepSession } from "./sweep_session.ts";

/** What the worker is told. */
export interface SweepOrder {
  day: DayRequest;
  plan: SweepPlan;
}

followOrders<SweepOrder, DayNews, SweepDay>(
  ({ day, plan }, say) => sweepSession(day, plan, hooksThatSay(say)),
);
