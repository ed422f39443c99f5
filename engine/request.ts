import { type Origin, originName } from "./source/origin.ts";
import { NoRawFile, UserError } from "./errors.ts";
import { assertLocked, type InstrumentConfig, type ProductType, tickInt } from "./instrument.ts";
import type { RunRequest } from "./run.ts";
import { dayBefore, type SessionCut, sessionTimeNs, sessionWindow } from "./session.ts";
import { type DataSource, dataSourceOf } from "./source/data_source.ts";
import { findRawFile } from "./source/lake.ts";
import type { LakeRequest } from "./source/lake_folder.ts";
import { lastRecordNs } from "./source/last_record.ts";
import { RawInput } from "./source/raw_input.ts";
import { hasRecordingEnded, isRecorded } from "./source/recording.ts";

/** A session as a user asks for it. */
export interface SessionRequest {
  productType: string;
  symbol: string;
  /** Session date, YYYY-MM-DD. */
  dt: string;
  /** How the session is cut; default the UTC day. */
  cut?: SessionCut | undefined;
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
   * First grid of simulated data, HH:MM America/New_York, when the request names none and the file has
   * that time; left out, that begins with the session too.
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
 * or no file serves the request; a globex session needs two
 */
export async function resolveRequest(
  instrument: InstrumentConfig,
  request: SessionRequest,
  place: RawPlace,
): Promise<ResolvedRequest> {
  const { symbol, dt, cut, throttleMs } = request;
  assertLocked(instrument, { product_type: request.productType, symbol });
  const { product_type: productType } = instrument;
  const nsOf = (text: string | null) =>
    text === null ? null : sessionTimeNs(productType, dt, { name: "start_time", text }, cut);
  // A wrong start time is told before any file is looked for.
  nsOf(request.startTime);
  const inLakeOn = (dt: string) =>
    inLake({ lake: place.lake, productType, symbol, dt }, productType, place.follow);
  const found = place.input === undefined ? await inLakeOn(dt) : await inputAt(place.input);
  const { origin, source, isRecording } = found;
  const before = cut === "globex" && place.input === undefined
    ? await eveningOf(dt, found, inLakeOn)
    : undefined;
  // A recording begins when it was begun, whatever was recorded.
  const isMade = source === "simulator" && !isRecording && "path" in origin;
  const startNs = nsOf(place.simulatedStart ?? null);
  const isThen = isMade && startNs !== null && await spans(origin.path, startNs);
  const startTime = request.startTime ?? (isThen ? place.simulatedStart! : null);
  return {
    productType,
    symbol,
    dt,
    ...(cut && { cut }),
    ...(before && { before }),
    startTime,
    startNs: nsOf(startTime),
    throttleMs,
    tickInt: tickInt(instrument),
    origin,
    source,
  };
}

/** Whether a time lies in what a file covers by its metadata, and not after its last record. */
async function spans(path: string, ns: bigint): Promise<boolean> {
  const input = await RawInput.open(path, { capacity: 4096 });
  input.close();
  const { start, end } = input.metadata;
  if (ns < start || (end !== null && ns >= end)) return false;
  const lastNs = await lastRecordNs(path);
  return lastNs === null || ns <= lastNs;
}

/** A file, and what it is. */
interface FoundFile {
  origin: Origin;
  source: DataSource;
  /** Whether it was recorded from a feed, or is being recorded. */
  isRecording: boolean;
}

/**
 * Finds the file in which a globex session begins, that of the UTC day before.
 *
 * @returns where it is; undefined when the date's own file is it, which then has both days
 * @throws UserError when there is none, or one is simulated and the other not
 */
async function eveningOf(
  dt: string,
  { origin, source }: FoundFile,
  inLakeOn: (dt: string) => Promise<FoundFile>,
): Promise<Origin | undefined> {
  const day = dayBefore(dt);
  try {
    const before = await inLakeOn(day);
    if (originName(before.origin) === originName(origin)) return undefined;
    if (before.source === source) return before.origin;
    throw new UserError(
      `the globex session of ${dt} would be of two sources: ${originName(before.origin)} is of ` +
        `${before.source}, ${originName(origin)} of ${source}; get the missing one`,
    );
  } catch (error) {
    if (!(error instanceof NoRawFile)) throw error;
    throw new UserError(
      `the globex session of ${dt} begins on ${day}, of which there is no file: ${error.message}`,
    );
  }
}

/** What the lake has. */
async function inLake(
  request: LakeRequest,
  productType: ProductType,
  follow: RawPlace["follow"],
): Promise<FoundFile> {
  const { path, source, isRecording } = await findRawFile(request);
  if (!isRecording) return { origin: { path }, source, isRecording };
  const windowEndMs = Number(sessionWindow(productType, request.dt).endNs / 1_000_000n);
  const hasEnded = hasRecordingEnded(path, windowEndMs);
  const isFollowed = !hasEnded &&
    (follow === "always" || (follow === "recorded" && await isRecorded(path)));
  const recording = { follow: isFollowed, windowEndMs, hasEnded };
  return { origin: { path, recording }, source, isRecording };
}

/** A file past the lake; what can be read once is handed on as it is open. */
async function inputAt(path: string): Promise<FoundFile> {
  const input = await RawInput.open(path, { ahead: true });
  const source = dataSourceOf(input.metadata.dataset);
  const found = { source, isRecording: false };
  if (input.bytes.identity === null) return { origin: { input }, ...found };
  input.close();
  return { origin: { path }, ...found };
}
