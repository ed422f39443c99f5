import { UserError } from "../errors.ts";

/** Bytes read from a compressed file at a time. */
const PIECE_BYTES = 1 << 18;

/**
 * Opens a raw file for reading only.
 *
 * @param path the file
 * @throws UserError when it is none, or cannot be opened
 */
export function openRaw(path: string): Deno.FsFile {
  let file: Deno.FsFile | null = null;
  try {
    // Looked at first: opening a pipe would wait for who writes into it. Where a link leads is left
    // to opening it, which asks for leave to.
    const { isFile, isDirectory, isSymlink } = Deno.lstatSync(path);
    if (!isFile && !isDirectory && !isSymlink) {
      throw new UserError(`${path} is no file; name a .dbn or .dbn.zst file`);
    }
    file = Deno.openSync(path, { read: true });
    if (!file.statSync().isDirectory) return file;
    throw new UserError(`${path} is a folder, not a .dbn or .dbn.zst file`);
  } catch (error) {
    file?.close();
    if (error instanceof Deno.errors.NotFound) {
      throw new UserError(`${path}: no such file; check the path`);
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new UserError(`${path}: not readable by this user; change its permissions`);
    }
    // What the process may read holds the lake, not what files in it lead to.
    if (error instanceof Deno.errors.NotCapable) {
      throw new UserError(`${path}: leads out of the lake; put the file itself there`);
    }
    if (error instanceof UserError) throw error;
    throw new UserError(`${path}: cannot be opened: ${(error as Error).message}; check the path`);
  }
}

/**
 * Reads on in a raw file.
 *
 * @param file the file
 * @param into receives bytes from its start on
 * @param path what to call the file in messages
 * @returns how many bytes, or null at the end of the file
 * @throws UserError when reading fails
 */
export function readRaw(file: Deno.FsFile, into: Uint8Array, path: string): number | null {
  try {
    return file.readSync(into);
  } catch (error) {
    throw new UserError(`${path}: reading failed: ${(error as Error).message}; check the disk`);
  }
}

/**
 * The bytes of a raw file, piece by piece.
 *
 * @param file the file
 * @param path what to call it in messages
 * @param onRead called with the bytes read so far
 * @throws UserError when reading fails
 */
export async function* readPieces(
  file: Deno.FsFile,
  path: string,
  onRead: (position: number) => void,
): AsyncGenerator<Uint8Array> {
  let position = 0;
  for (;;) {
    const piece = new Uint8Array(PIECE_BYTES);
    const n = readRaw(file, piece, path);
    if (n === null) return;
    onRead(position += n);
    yield piece.subarray(0, n);
  }
}
