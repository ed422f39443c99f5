import type { InstrumentConfig } from "../instrument.ts";
import { ensureBookCache } from "../cache.ts";
import type { ResolvedRequest } from "../request.ts";
import { EngineRun } from "../run.ts";
import { shareRead } from "../source/byte_source.ts";
import { type Analyst, captureRun, sameThread } from "./capture_snapshots.ts";
import { dayMeta } from "./day_meta.ts";
import type { RegimeParams, RegimeWindow } from "./params.ts";
import type { RegimeSubject } from "./payload.ts";
import type { RegimeResult } from "./result.ts";
import type { Hold } from "./tail.ts";

/** A day's analysis. It can be cloned to another thread. */
export interface DayRequest {
  /** The session with its file; its start time is the window's. */
  request: ResolvedRequest;
  /** Folder of the lake, for the book cache. */
  lake: string;
  /** What is analysed: its ticks' worth, and which configuration it is. */
  instrument: InstrumentConfig;
  window: RegimeWindow;
  params: RegimeParams;
  /** Whether a table of events is wanted. */
  wantsEvents?: boolean;
}

/** What a caller may want to hear or say meanwhile. */
export interface DayHooks {
  /**
   * @param share of the file that is read, 0 to 1
   * @param records that reached the engine
   * @param tsNs event time reached, UTC nanoseconds since the epoch
   */
  onProgress?: (share: number, records: number, tsNs: bigint) => void;
  /** @param message what was wrong and mended, in one line */
  onWarning?: (message: string) => void;
  /** Ends the analysis early. */
  signal?: AbortSignal;
  /** Who does the figures; default: this thread. */
  analyst?: Analyst;
}

/**
 * @param day what is analysed
 * @returns the same in the words of the analysis
 */
export function subjectOf(
  { request, window, instrument, wantsEvents = false }: DayRequest,
): RegimeSubject {
  const { productType, symbol, dt, source: dataSource, throttleMs, tickInt } = request;
  const { contract_multiplier: contractMultiplier } = instrument;
  return {
    productType,
    symbol,
    dt,
    dataSource,
    window,
    throttleMs,
    tickInt,
    contractMultiplier,
    wantsEvents,
  };
}

/**
 * Opens a day, gets its book, and analyses it to the end.
 *
 * @param day what is analysed
 * @param hooks progress, warnings, abortion, another thread
 * @returns all that was found
 * @throws UserError when the file does not serve the request or is damaged, or when there are too few
 * snapshots; the signal's reason when aborted
 */
export async function analyzeDay(day: DayRequest, hooks: DayHooks = {}): Promise<RegimeResult> {
  const subject = subjectOf(day);
  const { analyst = sameThread(subject, day.params) } = hooks;
  const result = await captureDay(day, subject, day.params, analyst, hooks);
  Object.assign(result.payload.meta, await dayMeta(day, hooks.signal));
  return result;
}

/**
 * Opens a day, gets its book, and hands its snapshots over.
 *
 * @param day what is captured
 * @param subject the same in the words of the analysis
 * @param hold how long trades may be held past the evaluation's end
 * @param analyst is given the snapshots
 * @param hooks progress, warnings, abortion
 * @returns what the analyst found
 * @throws UserError when the file does not serve the request or is damaged; what the analyst throws; the
 * signal's reason when aborted
 */
export async function captureDay<Result>(
  day: Pick<DayRequest, "request" | "lake">,
  subject: RegimeSubject,
  hold: Hold,
  analyst: Analyst<Result>,
  hooks: Omit<DayHooks, "analyst"> = {},
): Promise<Result> {
  const { onProgress, onWarning, signal } = hooks;
  const run = await EngineRun.open(day.request);
  const tell = () => {
    const { book, lastTsNs } = run.pipeline;
    onProgress?.(shareRead(run.session.bytes), book.eventId, lastTsNs);
  };
  try {
    const cache = await ensureBookCache(run, {
      lake: day.lake,
      onProgress: tell,
      ...(signal && { signal }),
    });
    if (cache?.problem) onWarning?.(cache.problem);
    const result = await captureRun(run, subject, hold, analyst, {
      onProgress: tell,
      ...(onWarning && { onWarning }),
      ...(signal && { signal }),
    });
    if (run.truncated !== null) onWarning?.(`${run.truncated}; what comes before it is taken`);
    return result;
  } finally {
    run.close();
  }
}
