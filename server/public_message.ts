import type { UserError } from "../engine/errors.ts";

/**
 * An error as a client is told of it: where the lake is on this machine is nobody's business.
 *
 * @param error what went wrong
 * @param lake folder of the lake
 * @returns its message, with paths that begin at "lake"
 */
export function publicMessage(error: UserError, lake: string): string {
  return error.message.replaceAll(`${lake}/`, "lake/");
}
