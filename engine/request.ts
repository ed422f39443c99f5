import { assertLocked, type InstrumentConfig, tickInt } from "./instrument.ts";
import type { RunRequest } from "./run.ts";
import { sessionWindow, startTimeNs } from "./session.ts";
import { type DataSource, findRawFile } from "./source/lake.ts";

/** A session as a user asks for it. */
export interface SessionRequest {
  productType: string;
  symbol: string;
  /** Session date, YYYY-MM-DD. */
  dt: string;
  /** First grid, HH:MM America/New_York; null emits from the first record. */
  startTime: string | null;
  /** Least event time between grids, milliseconds. */
  throttleMs: number;
}

/** Where its records are: a lake, or a file past the lake. */
export interface RawPlace {
  /** Folder of the lake. */
  lake: string;
  source: DataSource;
  /** A .dbn or .dbn.zst file that is taken instead of what the lake holds. */
  input?: string | undefined;
}

/**
 * Turns a request into what a run needs: the instrument's lock checked, the raw file found.
 *
 * @param instrument the locked instrument
 * @param request the session
 * @param place where its records are
 * @throws UserError when another instrument is asked for, the start time is none of that session's,
 * or no file serves the request
 */
export async function resolveRequest(
  instrument: InstrumentConfig,
  request: SessionRequest,
  place: RawPlace,
): Promise<RunRequest> {
  const { symbol, dt, startTime, throttleMs } = request;
  assertLocked(instrument, { product_type: request.productType, symbol });
  const { product_type: productType } = instrument;
  const startNs = startTime === null
    ? null
    : startTimeNs(dt, startTime, sessionWindow(productType, dt));
  return {
    productType,
    symbol,
    dt,
    startNs,
    throttleMs,
    tickInt: tickInt(instrument),
    path: place.input ?? await findRawFile({ ...place, productType, symbol, dt }),
  };
}
