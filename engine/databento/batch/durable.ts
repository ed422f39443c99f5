/** Files that are whole or absent, whatever happens to the process or the machine meanwhile. */
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { systemReason, UserError } from "../../errors.ts";
import { WholeFile } from "../../whole_file.ts";

/** Size and hash of a file. */
export interface Fingerprint {
  /** Bytes. */
  size: number;
  /** SHA-256, 64 hexadecimal digits. */
  sha256: string;
}

/**
 * Writes a text file at once: it has its old content or the new one at any time.
 *
 * @param path the file; its folder is made when it is absent
 * @param text its content
 * @throws UserError when it cannot be written
 */
export function writeDurably(path: string, text: string): void {
  onDisk(path, () => {
    Deno.mkdirSync(dirname(path), { recursive: true });
    using file = new WholeFile(path);
    file.writeSync(new TextEncoder().encode(text));
    file.finishSync();
    syncFolder(path);
  });
}

/**
 * Gives a file that is synced its final name, and syncs the folder.
 *
 * @param from its name so far
 * @param to its name from now on, in the same folder
 */
export function renameDurably(from: string, to: string): void {
  Deno.renameSync(from, to);
  syncFolder(to);
}

/**
 * Makes sure that a file has its name also when the machine fails now.
 *
 * @param path the file
 */
export function syncFolder(path: string): void {
  using folder = Deno.openSync(dirname(path));
  folder.syncSync();
}

/**
 * Removes a file that may be absent.
 *
 * @param path the file
 */
export function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * @param error what was thrown
 * @returns whether it says that there is no such file, or no folder where one would be
 */
export function isNotFound(error: unknown): boolean {
  const { NotFound, NotADirectory } = Deno.errors;
  return error instanceof NotFound || error instanceof NotADirectory;
}

/**
 * @param path a file
 * @returns its size in bytes; null when there is none
 */
export function sizeIfThere(path: string): number | null {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/**
 * Reads a file through.
 *
 * @param path the file
 * @param signal ends it early
 * @returns what it is
 */
export async function fingerprintOf(path: string, signal?: AbortSignal): Promise<Fingerprint> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of bytesOf(path)) {
    signal?.throwIfAborted();
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest("hex") };
}

/**
 * @param path a file
 * @returns its bytes in pieces
 */
export async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  using file = await Deno.open(path);
  for (;;) {
    const block = new Uint8Array(1 << 18);
    const n = await file.read(block);
    if (n === null) return;
    yield block.subarray(0, n);
  }
}

/**
 * Writes all of a piece.
 *
 * @param file an open file
 * @param bytes the piece
 */
export async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}

/**
 * Turns what the file system refuses into a line for the user.
 *
 * @param path the file concerned
 * @param action works on it
 * @returns what it returns
 * @throws UserError that names the file
 */
export function onDisk<T>(path: string, action: () => T): T {
  const told = (error: unknown): never => {
    // Of what is thrown here, only the errors of the system have a code: a full disk, no permission.
    if (error instanceof Error && "code" in error && typeof error.code === "string") {
      throw new UserError(`${path}: ${systemReason(error)}; mend that, and begin again`, {
        cause: error,
      });
    }
    throw error;
  };
  try {
    const result = action();
    return result instanceof Promise ? result.catch(told) as T : result;
  } catch (error) {
    return told(error);
  }
}
