import type { Origin } from "./source/origin.ts";
import { assertLocked, type InstrumentConfig, type ProductType, tickInt } from "./instrument.ts";
import type { RunRequest } from "./run.ts";
import { sessionTimeNs, sessionWindow } from "./session.ts";
import { type DataSource, dataSourceOf } from "./source/data_source.ts";
import { findRawFile, type LakeRequest } from "./source/lake.ts";
import { RawInput } from "./source/raw_input.ts";
import { hasRecordingEnded, isRecorded } from "./source/recording.ts";

/** A session as a user asks for it. */
export interface SessionRequest {
  productType: string;
  symbol: string;
  /** Session date, YYYY-MM-DD. */
  dt: string;
  /** First grid, HH:MM or HH:MM:SS America/New_York; null emits from the first record. */
  startTime: string | null;
  /** Least event time between grids, milliseconds. */
  throttleMs: number;
}

/** Where its records are: a lake, or a file past the lake. */
export interface RawPlace {
  /** Folder of the lake. */
  lake: string;
  /** A DBN file, plain or Zstandard, or "-" for standard input, instead of what the lake holds. */
  input?: string | undefined;
  /**
   * First grid of simulated data, HH:MM America/New_York, when the request names none; left out,
   * that begins with the session too.
   */
  simulatedStart?: string | undefined;
  /**
   * Of a live recording: what comes is waited for until it has ended ("always", or "recorded" while a
   * recorder has it); left out, what is there now is all.
   */
  follow?: "always" | "recorded" | undefined;
}

/** A session as it is run. */
export interface ResolvedRequest extends RunRequest {
  /** Where the records come from. */
  source: DataSource;
  /** First grid in force, HH:MM or HH:MM:SS America/New_York; null emits from the first record. */
  startTime: string | null;
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
): Promise<ResolvedRequest> {
  const { symbol, dt, throttleMs } = request;
  assertLocked(instrument, { product_type: request.productType, symbol });
  const { product_type: productType } = instrument;
  const nsOf = (text: string | null) =>
    text === null ? null : sessionTimeNs(productType, dt, { name: "start_time", text });
  // A wrong start time is told before any file is looked for.
  nsOf(request.startTime);
  const { origin, source } = place.input === undefined
    ? await inLake({ lake: place.lake, productType, symbol, dt }, productType, place.follow)
    : await inputAt(place.input);
  const simulatedStart = source === "simulator" ? place.simulatedStart ?? null : null;
  const startTime = request.startTime ?? simulatedStart;
  return {
    productType,
    symbol,
    dt,
    startTime,
    startNs: nsOf(startTime),
    throttleMs,
    tickInt: tickInt(instrument),
    origin,
    source,
  };
}

/** What the lake has. */
async function inLake(
  request: LakeRequest,
  productType: ProductType,
  follow: RawPlace["follow"],
): Promise<{ origin: Origin; source: DataSource }> {
  const { path, source, isRecording } = await findRawFile(request);
  if (!isRecording) return { origin: { path }, source };
  const windowEndMs = Number(sessionWindow(productType, request.dt).endNs / 1_000_000n);
  if (hasRecordingEnded(path, windowEndMs)) return { origin: { path }, source };
  const isFollowed = follow === "always" || (follow === "recorded" && await isRecorded(path));
  return { origin: { path, recording: { follow: isFollowed, windowEndMs } }, source };
}

/** A file past the lake; what can be read once is handed on as it is open. */
async function inputAt(path: string): Promise<{ origin: Origin; source: DataSource }> {
  const input = await RawInput.open(path, { ahead: true });
  const source = dataSourceOf(input.metadata.dataset);
  if (input.bytes.identity === null) return { origin: { input }, source };
  input.close();
  return { origin: { path }, source };
}
