import { UserError } from "../../engine/errors.ts";
import type { DayRequest } from "../../engine/regime/analyze_day.ts";
import { analyzeDays } from "../../engine/regime/analyze_days.ts";
import type { RegimePayload } from "../../engine/regime/payload.ts";
import type { RegimeResult } from "../../engine/regime/result.ts";
import { messageOf, withFlags } from "../../cli/error_line.ts";
import { InOrder } from "../../cli/in_order.ts";
import { jobsOf } from "../../cli/options.ts";
import { progressBar } from "../../cli/progress.ts";
import { tellSilence } from "../../server/live/silence.ts";
import { log } from "../../server/log.ts";
import { decimal, percent } from "./report.ts";
import type { Session } from "./session.ts";

/** A day that came to nothing, and why. */
export interface FailedDay {
  dt: string;
  error: string;
}

/** What becomes of the days. */
export interface DaysTaken {
  /**
   * Takes what was found of a day, as it ends.
   *
   * @returns what is done with it once all days before it have ended
   * @throws UserError when it cannot be taken: the day has failed
   */
  take: (day: DayRequest, result: RegimeResult) => () => void;
}

/**
 * Notes days that fail, and says so.
 *
 * @param failed where they are noted, by date
 * @returns is called with the date and what was thrown
 */
export function failureNote(failed: FailedDay[]): (dt: string, error: unknown) => void {
  return (dt, error) => {
    if (!(error instanceof UserError)) throw error;
    log("ERROR", `${dt}: failed: ${messageOf(error)}`);
    failed.push({ dt, error: withFlags(messageOf(error)) });
    // A day whose file cannot be opened fails before the others are worked on.
    failed.sort((a, b) => a.dt < b.dt ? -1 : 1);
  };
}

/**
 * Analyses days side by side. A line is said of each in the order of the days, however many are analysed
 * at a time, and of what was wrong with it before that.
 *
 * @param session what is analysed
 * @param days its days
 * @param taken what becomes of them
 * @param note hears of a day that fails
 */
export async function runDays(
  { flags }: Session,
  days: readonly DayRequest[],
  { take }: DaysTaken,
  note: (dt: string, error: unknown) => void,
): Promise<void> {
  const bar = progressBar();
  const shares = days.map(() => 0);
  const begun = days.map(() => 0);
  const warnings = days.map((): string[] => []);
  const order = new InOrder();
  const show = () => {
    const done = shares.reduce((sum, share) => sum + share, 0) / days.length;
    bar.update(done, `of ${days.length} days`);
  };
  const end = (index: number, act: () => void) => {
    shares[index] = 1;
    show();
    order.put(index, () =>
      bar.past(() => {
        const { dt } = days[index]!.request;
        for (const warning of warnings[index]!) log("WARNING", `${dt}: ${warning}`);
        act();
      }));
  };
  try {
    using _ = tellSilence(
      days.map(({ request }) => request),
      (line) => bar.past(() => log("WARNING", line)),
    );
    await analyzeDays(days, jobsOf(flags.jobs), {
      onProgress(index, share) {
        if (begun[index] === 0) begun[index] = performance.now();
        shares[index] = share;
        show();
      },
      onWarning: (index, message) => warnings[index]!.push(message),
      onResult(index, result) {
        const day = days[index]!;
        const inTurn = take(day, result);
        const line = dayLine(result.payload, performance.now() - begun[index]!);
        end(index, () => {
          log("INFO", line);
          inTurn();
        });
      },
      onFailure: (index, error) => end(index, () => note(days[index]!.request.dt, error)),
    });
  } finally {
    bar.stop();
  }
}

/** What a day came to, in a line. */
function dayLine({ instrument, trade_metrics, stability }: RegimePayload, ms: number): string {
  const { n_events, events_per_hour, tp_before_sl_rate } = trade_metrics;
  return `${instrument.dt}: ${n_events} events, ${decimal(events_per_hour, 1)} an hour, ` +
    `tp first ${percent(tp_before_sl_rate)}, gate ${stability.passed ? "passed" : "failed"}, ` +
    `${(ms / 1e3).toFixed(1)} s`;
}
