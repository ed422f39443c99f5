/** What `serve` and the commands take when a flag is left out. */

/** Session date, YYYY-MM-DD. */
export const DEFAULT_DT = "2026-02-06";
/** First grid of simulated data that is served without a start time, HH:MM New York. */
export const SIMULATED_START = "09:25";
/** Port the server listens on. */
export const DEFAULT_PORT = 8002;
/** Address the server listens on: every interface. */
export const DEFAULT_HOST = "0.0.0.0";
/** The same with `--live`: this machine alone. */
export const LIVE_HOST = "127.0.0.1";
/** Least event time between two grids, milliseconds. */
export const DEFAULT_THROTTLE_MS = 25;
/** Event seconds per wall second. */
export const DEFAULT_SPEED = 1;
/** Streams that may be open at once, and how many of them per client address. */
export const DEFAULT_MAX_STREAMS = 256;
export const DEFAULT_MAX_STREAMS_PER_ADDRESS = 64;
/** Runs of the engine at once, for each processor. */
export const RUNS_PER_CORE = 8;
/** Resident memory above which no further stream or analysis begins, MiB. */
export const DEFAULT_MAX_MEMORY = 2_048;
/** Silence after which a client is asked for a sign of life, seconds. */
export const IDLE_SECONDS = 30;
/** Where raw files and caches are, from the project's folder. */
export const DEFAULT_LAKE = "lake";
