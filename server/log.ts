/** Levels of the log, least first. */
export const LOG_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;

/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

let least: LogLevel = "INFO";

/**
 * Chooses what is logged from now on.
 *
 * @param level The least level that is written
 */
export function setLogLevel(level: LogLevel): void {
  least = level;
}

/**
 * Writes a line to standard error: time (UTC), level, message.
 *
 * @param level How much it matters
 * @param message What happened, in one line
 */
export function log(level: LogLevel, message: string): void {
  if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(least)) return;
  console.error(`${new Date().toISOString()} ${level} ${message}`);
}
