import { UserError } from "./errors.ts";

/**
 * Makes sure that a name stands for a file, and for one that may be read whole. What is where this
 * program leaves files of its own may be anybody's: a pipe is waited for without end, a device has
 * none.
 *
 * @param path where it should be
 * @param mostBytes longest that is read; default however long it is
 * @throws UserError when it is something else, or longer; the system's error when it cannot be looked
 * at, which is NotFound when there is nothing
 */
export function assertReadable(path: string, mostBytes = Infinity): void {
  const { isFile, size } = Deno.statSync(path);
  if (!isFile) throw new UserError(`${path} is no file; remove it`);
  if (size > mostBytes) {
    throw new UserError(`${path} has ${size} bytes, which is more than ${mostBytes}; remove it`);
  }
}
