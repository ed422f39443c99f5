import { type InstrumentConfig, loadInstrument } from "../engine/instrument.ts";
import { DEFAULT_LAKE } from "./defaults.ts";
import { parseServeFlags, type ServeFlags } from "./flags.ts";
import type { LogLevel } from "./log.ts";

/** What this server streams and how, until a request says otherwise. */
export interface ServerSettings {
  /** The locked instrument. */
  instrument: InstrumentConfig;
  productType: string;
  symbol: string;
  /** Session date, YYYY-MM-DD. */
  dt: string;
  /** First grid, HH:MM America/New_York; null starts with the session. */
  startTime: string | null;
  /** Least event time between grids, milliseconds. */
  throttleMs: number;
  /** Event seconds per wall second. */
  speed: number;
  /** Folder of raw files and caches. */
  lake: string;
  /** Web origins, besides this server's own and localhost, that may open the stream. */
  allowOrigins: readonly string[];
  logLevel: LogLevel;
}

let current: ServerSettings | undefined;

/**
 * The server's settings: what {@link configure} set, else what serving without flags takes.
 *
 * @returns The settings
 * @throws {UserError} When the instrument's configuration cannot be read
 */
export function settings(): ServerSettings {
  return current ??= settingsFrom(parseServeFlags([]));
}

/**
 * Sets the server's settings, once, before it listens.
 *
 * @param chosen The settings
 */
export function configure(chosen: ServerSettings): void {
  current = chosen;
}

/**
 * Completes flags with the locked instrument and the environment.
 *
 * @param flags Those of `deno task serve`
 * @returns The settings
 * @throws {UserError} When the instrument's configuration cannot be read
 */
export function settingsFrom(flags: ServeFlags): ServerSettings {
  const instrument = loadInstrument();
  return {
    instrument,
    productType: flags.productType ?? instrument.product_type,
    symbol: flags.symbol ?? instrument.symbol,
    dt: flags.dt,
    startTime: flags.startTime ?? null,
    throttleMs: flags.throttleMs,
    speed: flags.speed,
    lake: flags.lake ?? (Deno.env.get("VP_LAKE_ROOT") || DEFAULT_LAKE),
    allowOrigins: flags.allowOrigin ?? [],
    logLevel: flags.logLevel,
  };
}
