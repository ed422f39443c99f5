import { captureDay, type DayHooks, type DayRequest, subjectOf } from "../analyze_day.ts";
import { classesOf, combinationsOf, longestHold, type SweepPlan } from "./combinations.ts";
import { SweepCapture } from "./sweep_capture.ts";
import { type SweepDay, sweepDay } from "./sweep_day.ts";

/**
 * Opens a day, captures it once, and works out every combination of a plan.
 *
 * @param day what is captured
 * @param plan what is varied
 * @param hooks progress and warnings
 * @returns what the day adds
 * @throws UserError when the file does not serve the request or is damaged, or when there are too few
 * snapshots
 */
export async function sweepSession(
  day: DayRequest,
  plan: SweepPlan,
  hooks: Omit<DayHooks, "analyst">,
): Promise<SweepDay> {
  const combinations = combinationsOf(plan);
  const spectra = classesOf(combinations).spectra.first.map((i) => combinations[i]!);
  const subject = subjectOf(day);
  const capture = new SweepCapture(subject, spectra);
  const columns = await captureDay(day, subject, longestHold(plan.lists), capture, hooks);
  return sweepDay(subject, columns, combinations);
}
