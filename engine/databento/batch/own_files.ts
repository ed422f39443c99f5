/** Which files of the lake may be replaced by a download: those that it made itself. */
import { UserError } from "../../errors.ts";
import { fingerprintOf, isNotFound, onDisk } from "./durable.ts";

/**
 * Refuses to replace a file that this task did not make.
 *
 * @param path the file, there or not
 * @param made SHA-256 of what this task made under that job's key
 * @param remedy what to do instead, for the message
 * @param signal ends it early
 * @throws UserError when something else is there, or the disk does not tell
 */
export async function assertOwn(
  path: string,
  made: readonly string[],
  remedy: string,
  signal?: AbortSignal,
): Promise<void> {
  if (onDisk(path, () => isNothing(path))) return;
  if (onDisk(path, () => isFile(path))) {
    const { sha256 } = await onDisk(path, () => fingerprintOf(path, signal));
    if (made.includes(sha256)) return;
  }
  throw new UserError(
    `${path} is there, and this task did not make it, or it was changed since; ${remedy}`,
  );
}

function isNothing(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return false;
  } catch (error) {
    if (isNotFound(error)) return true;
    throw error;
  }
}

/** Whether there is a file, not a folder or a link to nothing. */
function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
