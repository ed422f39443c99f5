/** Files that are not whole yet: each is locked by the run that writes it, and ends with it. */
import { UserError } from "../../engine/errors.ts";
import { noteLeftover } from "../../engine/leftovers.ts";
import { unwritable } from "./gate.ts";
import { partNames } from "./names.ts";

/** A temporary file of one run. */
export interface Part {
  path: string;
  file: Deno.FsFile;
  info: Deno.FileInfo;
}

/** Takes back that a file is to be removed when the process is told to end. */
const live = new Map<Part, () => void>();

/**
 * Makes the temporary file of an output and locks it. What runs left that were killed is removed:
 * the system unlocks what its writer can unlock no more.
 *
 * @param path the output
 * @returns the file, empty and locked, until {@link removePart} or {@link releasePart}
 * @throws UserError when it cannot be made
 */
export function takePart(path: string): Part {
  const names = partNames(path);
  for (const name of names) removeLeftover(name);
  for (const name of names) {
    const part = tryPart(path, name);
    if (part === null) continue;
    live.set(part, noteLeftover(part.path));
    return part;
  }
  throw new UserError(
    `${path} is being written by ${names.length} runs already; wait for them, or name another file`,
  );
}

/**
 * Lets go of a temporary file that has its final name now.
 *
 * @param part the file
 */
export function releasePart(part: Part): void {
  part.file.close();
  forget(part);
}

/**
 * Removes a temporary file.
 *
 * @param part the file
 */
export function removePart(part: Part): void {
  forget(part);
  try {
    if (isStill(part.path, part.info)) Deno.removeSync(part.path);
  } catch {
    // A disk that fails has been told of; the next run removes it.
  }
  part.file.close();
}

function forget(part: Part): void {
  live.get(part)?.();
  live.delete(part);
}

/** A new file of that name; null when another run has it. */
function tryPart(path: string, name: string): Part | null {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(name, { read: true, write: true, createNew: true });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return null;
    throw unwritable(path, error);
  }
  const info = file.statSync();
  // Between its making and its locking another run may have taken it for a leftover.
  if (tryLock(file, path) && isStill(name, info)) return { path: name, file, info };
  file.close();
  return null;
}

function tryLock(file: Deno.FsFile, path: string): boolean {
  try {
    return file.tryLockSync(true);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Removes a file that no run holds; what is no file, or not this user's, is let be. */
function removeLeftover(name: string): void {
  try {
    const info = Deno.lstatSync(name);
    if (!info.isFile) return;
    using file = Deno.openSync(name, { read: true, write: true });
    if (file.tryLockSync(true) && isStill(name, file.statSync())) Deno.removeSync(name);
  } catch {
    // Not there, as a rule; and what cannot be opened another name is found for.
  }
}

function isStill(path: string, { dev, ino }: Deno.FileInfo): boolean {
  try {
    const now = Deno.lstatSync(path);
    return now.dev === dev && now.ino === ino;
  } catch {
    return false;
  }
}
