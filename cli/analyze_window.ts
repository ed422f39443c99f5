import type { ProductType } from "../engine/instrument.ts";
import { UserError } from "../engine/errors.ts";
import { evaluationOf } from "../engine/regime/evaluation.ts";
import { DEFAULT_WINDOW, type RegimeWindow } from "../engine/regime/params.ts";
import { clockOf, type SessionCut, sessionTimeNs, sessionWindow } from "../engine/session.ts";
import { FlagError } from "./command.ts";
import type { Dates } from "./values.ts";

/** When to analyse, as far as the user said so. */
export interface RegimeTimes {
  startTime: string;
  evalStart?: string | undefined;
  evalEnd?: string | undefined;
  evalMinutes?: number | undefined;
}

/** What the flags say of it. */
interface Times {
  startTime?: string | undefined;
  evalStart?: string | undefined;
  evalEnd?: string | undefined;
  evalMinutes?: number | undefined;
}

/**
 * The hours of an analysis; that they lie in the session and in order is for who knows the session.
 *
 * @throws FlagError when the end is said twice
 */
export function timesOf({ startTime, evalStart, evalEnd, evalMinutes }: Times): RegimeTimes {
  if (evalEnd !== undefined && evalMinutes !== undefined) {
    throw new FlagError(
      `--eval-minutes ${evalMinutes} and --eval-end ${evalEnd} both say when it ends; give one`,
    );
  }
  return { startTime: startTime ?? DEFAULT_WINDOW.startTime, evalStart, evalEnd, evalMinutes };
}

/** Names of the flags that give the hours. */
const TIME_FLAGS = {
  startTime: "--start-time",
  evalStart: "--eval-start",
  evalEnd: "--eval-end",
} as const;

/**
 * Finds the hours of an analysis in its sessions: start <= eval-start < eval-end.
 *
 * @param flags what the user said
 * @param productType decides the sessions' windows
 * @returns the hours, each time as a time of day
 * @throws FlagError when a time is not in one of the sessions, or they are not in order
 */
export function windowOf(
  { times, dt, session }: { times: RegimeTimes; dt: Dates; session?: SessionCut | undefined },
  productType: ProductType,
): RegimeWindow {
  const { startTime, evalMinutes } = times;
  try {
    const [date] = dt.dates;
    const cut = session === "globex" ? session : undefined;
    const nsOf = (name: string, text: string) =>
      sessionTimeNs(productType, date!, { name, text }, cut);
    const startNs = nsOf(TIME_FLAGS.startTime, startTime);
    const later = times.evalStart === undefined &&
      startNs > nsOf(TIME_FLAGS.evalStart, DEFAULT_WINDOW.evalStart);
    const evalStart = later ? startTime : times.evalStart ?? DEFAULT_WINDOW.evalStart;
    let evalEnd = times.evalEnd ?? DEFAULT_WINDOW.evalEnd;
    if (evalMinutes !== undefined) {
      const endNs = nsOf(TIME_FLAGS.evalStart, evalStart) + BigInt(evalMinutes) * 60_000_000_000n;
      const lastNs = sessionWindow(productType, date!, cut).endNs;
      if (endNs > lastNs) {
        throw new FlagError(
          `--eval-minutes ${evalMinutes} from --eval-start ${evalStart} goes past the session's ` +
            `end at ${clockOf(lastNs)} New York`,
        );
      }
      evalEnd = clockOf(endNs);
      const end = { name: TIME_FLAGS.evalEnd, text: evalEnd, isEnd: true };
      if (sessionTimeNs(productType, date!, end, cut) !== endNs) {
        throw new FlagError(
          `--eval-minutes ${evalMinutes} from --eval-start ${evalStart} ends at the second ` +
            `${evalEnd} of ${date}, when the clock goes back; take an end before or after that hour`,
        );
      }
    }
    const window = { startTime, evalStart, evalEnd, ...(cut && { cut }) };
    const names = {
      startTime: TIME_FLAGS.startTime,
      evalStart: later ? TIME_FLAGS.startTime : TIME_FLAGS.evalStart,
      evalEnd: TIME_FLAGS.evalEnd,
    };
    for (const date of dt.dates) {
      const { startTs, endTs } = evaluationOf(productType, date, window, names);
      const minutes = (endTs - startTs) / 60e9;
      if (evalMinutes === undefined || minutes === evalMinutes) continue;
      throw new FlagError(
        `--eval-minutes ${evalMinutes} from --eval-start ${evalStart} ends at ${evalEnd} on ` +
          `${dt.dates[0]}, and until then it is ${minutes} minutes on ${date}, when the clock is ` +
          "changed; analyse the two apart",
      );
    }
    return window;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // Who did not give a time has to know where it comes from.
    const byDefault = [
      ...(times.evalStart === undefined ? [TIME_FLAGS.evalStart] : []),
      ...(times.evalEnd === undefined && evalMinutes === undefined ? [TIME_FLAGS.evalEnd] : []),
    ].filter((flag) => error.message.includes(`${flag} `));
    const hint = byDefault.length > 0 ? ` (${byDefault.join(", ")} by default)` : "";
    throw new FlagError(`${error.message}${hint}`);
  }
}
