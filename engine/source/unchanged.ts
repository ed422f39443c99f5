import { isRecording, type Origin, originIdentity, originName } from "./origin.ts";
import { UserError } from "../errors.ts";
import type { FileIdentity } from "./raw_file.ts";

/**
 * Makes sure that a raw file is the one that was opened. A file that is renamed over it leaves the
 * open one whole, one that is written in place does not: neither is to be taken for the session.
 *
 * @param origin the file
 * @param opened what it was; null for what can be read once, which nobody can change
 * @throws UserError when it is another, was cut or written to, or is gone
 */
export function assertUnchanged(origin: Origin, opened: FileIdentity | null): void {
  if (opened === null) return;
  const now = originIdentity(origin);
  const isThere = now !== null && now.dev === opened.dev && now.ino === opened.ino;
  // A recording grows, and whoever follows it looks at it itself.
  const isSame = isRecording(origin)
    ? isThere
    : isThere && now.size === opened.size && now.mtimeNs === opened.mtimeNs;
  if (isSame) return;
  const what = now === null ? "removed" : "replaced or written to";
  throw new UserError(
    `${
      originName(origin)
    }: was ${what} while it was read; raw files are never changed: begin again`,
  );
}
