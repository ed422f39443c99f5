import {
  configureSync,
  getJsonLinesFormatter,
  getLogger,
  getTextFormatter,
  type LogRecord,
  type TextFormatter,
} from "@logtape/logtape";
import type { LogLevel } from "../cli/log_level.ts";
import { terminalLine } from "../cli/error_line.ts";

/** Lines for people, or one JSON object a line for programs. */
export type LogFormat = "text" | "json";

/** What a line says besides its message, by names of this log. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

const CATEGORY = "spymaster";

/** Time (UTC), level, message, then `name=value` of each field. */
const text = getTextFormatter({
  timestamp: "rfc3339",
  level: "FULL",
  format: ({ timestamp, level, message, record }) =>
    [`${timestamp} ${level} ${message}`, ...fieldsOf(record)].join(" "),
});

/** `@timestamp`, `level`, `message`, `logger`, and the fields beside them. */
const json = getJsonLinesFormatter({ properties: "flatten" });

/**
 * Chooses what is logged from now on, and how. Until it is called, INFO and above is, as text. There
 * is one log in a process, as there is one standard error.
 *
 * @param level the least level that is written
 * @param format how a line is written
 */
export function configureLog(level: LogLevel, format: LogFormat = "text"): void {
  const formatter: TextFormatter = format === "text" ? text : json;
  configureSync({
    reset: true,
    sinks: { stderr: (record) => console.error(terminalLine(formatter(record).trimEnd())) },
    loggers: [
      { category: CATEGORY, sinks: ["stderr"], lowestLevel: levelOf(level) },
      { category: ["logtape", "meta"], sinks: ["stderr"], lowestLevel: "error" },
    ],
  });
}

/**
 * Writes a line to standard error.
 *
 * @param level how much it matters
 * @param message what happened
 * @param fields figures and names that belong to it
 */
export function log(level: LogLevel, message: string, fields: LogFields = {}): void {
  // A brace would begin a placeholder.
  const template = message.replaceAll(/[{}]/g, "$&$&");
  getLogger(CATEGORY)[levelOf(level)](template, { ...fields });
}

/**
 * @param error what was thrown
 * @returns it with its stack when it has one, for the log alone
 */
export function traceOf(error: unknown): string {
  return error instanceof Error && error.stack !== undefined ? error.stack : `${error}`;
}

function fieldsOf({ properties }: LogRecord): string[] {
  return Object.entries(properties).map(([name, value]) =>
    `${name}=${typeof value === "string" && /[\s"=]/.test(value) ? JSON.stringify(value) : value}`
  );
}

function levelOf(level: LogLevel): Lowercase<LogLevel> {
  return level.toLowerCase() as Lowercase<LogLevel>;
}

configureLog("INFO");
