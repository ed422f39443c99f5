/** How errors are shown to a user. It depends on no package, for the launcher shows some too. */
import { NoRawFile, UserError } from "../engine/errors.ts";

/**
 * @param error what was thrown
 * @returns what to tell the user, on one line; null when it is none that a user can mend, but a
 * mistake of this program
 */
export function errorLine(error: unknown): string | null {
  if (error instanceof UserError) return `error: ${terminalLine(messageOf(error))}`;
  return isSystemError(error) ? `error: ${oneLine(error.message)}` : null;
}

/**
 * @param error what a user can mend
 * @returns its message, with what else there is to do here about it
 */
export function messageOf(error: UserError): string {
  if (!(error instanceof NoRawFile) || !canBeSimulated(error)) return error.message;
  return `${error.message}, or make one with "deno task simulate --dt ${error.dt}"`;
}

/** Whether it is about a future's contract or product, by its look: a spread cannot be simulated. */
function canBeSimulated({ productType, symbol = "" }: NoRawFile): boolean {
  return productType === "future_mbo" && /^[A-Z0-9]*$/.test(symbol);
}

/**
 * @param text a message that names parameters, as `start_time`
 * @returns it with the flags that these are, as --start-time
 */
export function withFlags(text: string): string {
  return text.replaceAll(
    /`([a-z]+(?:_[a-z]+)*)`/g,
    (_, name: string) => `--${name.replaceAll("_", "-")}`,
  );
}

/**
 * @param text a message for a terminal
 * @returns it on one line, with flags where it names parameters
 */
export function terminalLine(text: string): string {
  return oneLine(withFlags(text));
}

/**
 * @param text a message, in which a path or another value may hold anything
 * @returns it on one line: what would end the line, steer a terminal or turn
 * the order of what follows is written as an escape
 */
export function oneLine(text: string): string {
  return text.replace(
    /\p{Cc}|\p{Bidi_Control}|\u2028|\u2029/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Whether the system refused something: no such file, a name too long, a disk that fails. */
function isSystemError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (error instanceof Deno.errors.NotCapable) return true;
  return "code" in error && typeof error.code === "string" &&
    /^E(?!RR_)[A-Z0-9]+$/.test(error.code);
}
