/** Names of outputs that are not whole yet. It depends on no package, for the launcher grants them. */
import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";

/** Runs that may write one output at a time, each under a name of its own. */
const WRITERS = 8;

/** Longest name that a temporary name is made of: what is added has to fit into 255 bytes too. */
const LONGEST_NAME = 200;

/**
 * The names one of which an output has until it is whole: beside it, so that it can be renamed, and
 * known beforehand, so that leave to write them is no leave to write the folder.
 *
 * @param path the output
 * @returns paths of temporary files
 */
export function partNames(path: string): string[] {
  const name = basename(path);
  const label = new TextEncoder().encode(name).length <= LONGEST_NAME
    ? name
    : createHash("sha256").update(name).digest("hex");
  return Array.from({ length: WRITERS }, (_, n) => join(dirname(path), `.${label}.${n}.part`));
}
