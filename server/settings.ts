import { type InstrumentConfig, loadInstrument } from "../engine/instrument.ts";
import { sessionDateAt } from "../engine/recorder/session_days.ts";
import { IDLE_SECONDS, RUNS_PER_CORE } from "../cli/defaults.ts";
import { instrumentFile, lakeFolder } from "../cli/environment.ts";
import { parseServeFlags, type ServeFlags } from "../cli/serve_flags.ts";
import type { LogLevel } from "../cli/log_level.ts";

/** What this server streams and how, until a request says otherwise. */
export interface ServerSettings {
  /** The locked instrument. */
  instrument: InstrumentConfig;
  productType: string;
  symbol: string;
  /** Session date, YYYY-MM-DD; with `live` that of now. */
  readonly dt: string;
  /** Whether the session of now is followed as it is recorded. */
  live: boolean;
  /** First grid, HH:MM America/New_York; null starts with the session. */
  startTime: string | null;
  /** Least event time between grids, milliseconds. */
  throttleMs: number;
  /** Event seconds per wall second. */
  speed: number;
  /** Folder of raw files and caches. */
  lake: string;
  /** Name or address that the server listens on. */
  host: string;
  /** Web origins that may open the stream besides localhost; the server goes by their names too. */
  allowOrigins: readonly string[];
  /** Streams that may be open at once. */
  maxStreams: number;
  /** Those of them that may come from one address. */
  maxStreamsPerAddress: number;
  /** Runs of the engine at once; streams that watch the same share one. */
  maxRuns: number;
  /** Resident memory above which no further stream or analysis begins, bytes. */
  maxMemory: number;
  /** Seconds of silence after which a client is asked for a sign of life; again as many to give it. */
  idleSeconds: number;
  logLevel: LogLevel;
}

/**
 * The settings of serving without flags.
 *
 * @throws UserError when the instrument's configuration cannot be read
 */
export function defaultSettings(): ServerSettings {
  return settingsFrom(parseServeFlags([]));
}

/**
 * Completes flags with the locked instrument and the environment.
 *
 * @param flags those of `deno task serve`
 * @returns the settings
 * @throws UserError when the instrument's configuration cannot be read
 */
export function settingsFrom(flags: ServeFlags): ServerSettings {
  const instrument = loadInstrument(instrumentFile());
  return {
    instrument,
    productType: flags.productType ?? instrument.product_type,
    symbol: flags.symbol ?? instrument.symbol,
    get dt() {
      if (!flags.live) return flags.dt;
      const { product_type: productType } = instrument;
      // Another gateway than the vendor's has sessions when it likes.
      const days = { productType, isEveryDay: flags.gateway !== undefined };
      return sessionDateAt(days, BigInt(Date.now()) * 1_000_000n);
    },
    live: flags.live ?? false,
    startTime: flags.startTime ?? null,
    throttleMs: flags.throttleMs,
    speed: flags.speed,
    lake: lakeFolder(flags.lake),
    host: flags.host,
    allowOrigins: flags.allowOrigin ?? [],
    maxStreams: flags.maxStreams,
    maxStreamsPerAddress: flags.maxStreamsPerAddress,
    maxRuns: flags.maxRuns ?? RUNS_PER_CORE * navigator.hardwareConcurrency,
    maxMemory: flags.maxMemory * 2 ** 20,
    idleSeconds: IDLE_SECONDS,
    logLevel: flags.logLevel,
  };
}
