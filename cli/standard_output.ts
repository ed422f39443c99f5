/** Outputs that are no files. It depends on no package, for the launcher has to know them. */
import { normalize } from "node:path";

/** What is no file but may be named as an output. */
export type Standard = "stdout" | "stderr" | "null";

/** Whoever read standard output has closed it, as `head` does: nothing is left to do. */
export class OutputClosed extends Error {
  override name = "OutputClosed";
}

/**
 * @param path an output as it was named
 * @returns which of the standard outputs it is; null when it is to be a file
 */
export function standardOf(path: string): Standard | null {
  if (path === "-") return "stdout";
  if (!path.startsWith("/")) return null;
  const [, name = null] = /^\/dev\/(stdout|stderr|null)$/.exec(normalize(path)) ?? [];
  return name as Standard | null;
}
