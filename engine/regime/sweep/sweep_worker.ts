/** A day of a sweep in a thread of its own. See {@link sweepDays}. */
import { followOrders } from "../../thread.ts";
import { captureDay, type DayRequest, subjectOf } from "../analyze_day.ts";
import { type DayNews, hooksThatSay } from "../day_news.ts";
import { classesOf, combinationsOf, longestHold, type SweepPlan } from "./combinations.ts";
import { SweepCapture } from "./sweep_capture.ts";
import { type SweepDay, sweepDay } from "./sweep_day.ts";

/** What the worker is told. */
export interface SweepOrder {
  day: DayRequest;
  plan: SweepPlan;
}

followOrders<SweepOrder, DayNews, SweepDay>(async ({ day, plan }, say) => {
  const combinations = combinationsOf(plan);
  const spectra = classesOf(combinations).spectra.first.map((i) => combinations[i]!);
  const subject = subjectOf(day);
  const capture = new SweepCapture(subject, spectra);
  const hold = longestHold(plan.lists);
  const columns = await captureDay(day, subject, hold, capture, hooksThatSay(say));
  return sweepDay(subject, columns, combinations);
});
