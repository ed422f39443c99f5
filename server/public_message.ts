/**
 * An error as a client is told of it: where the lake is on this machine is nobody's business.
 *
 * @param message what went wrong
 * @param lake folder of the lake
 * @returns the message, with paths that begin at "lake"
 */
export function publicMessage(message: string, lake: string): string {
  return message.replaceAll(`${lake}/`, "lake/");
}
