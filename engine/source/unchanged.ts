import { statSync } from "node:fs";
import { UserError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";

/**
 * Makes sure that a raw file is the one that was opened. A file that is renamed over it leaves the
 * open one whole, one that is written in place does not: neither is to be taken for the session.
 *
 * @param path the file
 * @param opened its size and time of modification as they were
 * @throws UserError when they differ, or the file is gone
 */
export function assertUnchanged(
  path: string,
  opened: Pick<ByteSource, "size" | "mtimeNs">,
): void {
  const now = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (now?.mtimeNs === opened.mtimeNs && Number(now.size) === opened.size) return;
  const what = now === undefined ? "removed" : "replaced or written to";
  throw new UserError(
    `${path}: was ${what} while it was streamed; raw files are never changed: open the stream again`,
  );
}
