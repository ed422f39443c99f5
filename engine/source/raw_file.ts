import { statSync } from "node:fs";
import { systemReason, UserError } from "../errors.ts";
import { STANDARD_INPUT } from "./standard_input.ts";

/** Bytes read from a compressed file at a time. */
const PIECE_BYTES = 1 << 18;

/** Tells a file from what is put in its place, or written to it. */
export interface FileIdentity {
  dev: bigint;
  ino: bigint;
  /** Bytes. */
  size: bigint;
  /** Time of last modification, nanoseconds since the epoch. */
  mtimeNs: bigint;
}

/** A raw file that is open for reading, or what can be read once from front to end. */
export interface OpenFile {
  /** What to call it in messages. */
  readonly name: string;
  /** Null for standard input, a pipe and the like. */
  readonly identity: FileIdentity | null;
  readonly handle: Pick<Deno.FsFile, "read" | "readSync" | "close">;
}

/**
 * @param path a file, or "-"
 * @returns what to call it in messages
 */
export function nameOf(path: string): string {
  return path === STANDARD_INPUT ? "standard input" : path;
}

/**
 * Opens a raw file for reading only. A pipe is waited for until somebody writes to it.
 *
 * @param path the file, or "-" for standard input
 * @throws UserError when it is none, or cannot be opened
 */
export async function openRaw(path: string): Promise<OpenFile> {
  const name = nameOf(path);
  if (path === STANDARD_INPUT) return { name, identity: null, handle: Deno.stdin };
  if (path === "") throw new UserError("the input's path is empty; name a .dbn or .dbn.zst file");
  let handle: Deno.FsFile | null = null;
  try {
    handle = await Deno.open(path, { read: true });
    const { isDirectory, isFile } = handle.statSync();
    if (isDirectory) throw new UserError(`${path} is a folder, not a .dbn or .dbn.zst file`);
    return { name, identity: isFile ? identityOf(path) : null, handle };
  } catch (error) {
    handle?.close();
    throw refusalOf(path, error);
  }
}

function refusalOf(path: string, error: unknown): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const { NotFound, PermissionDenied, NotCapable } = Deno.errors;
  if (error instanceof NotFound) return new UserError(`${path}: no such file; check the path`);
  if (error instanceof PermissionDenied) {
    return new UserError(`${path}: not readable by this user; change its permissions`, {
      cause: error,
    });
  }
  // What the process may read holds the lake, not what files in it lead to.
  if (error instanceof NotCapable) {
    return new UserError(
      `${path}: outside of what this process may read (--allow-read), or leads out of the lake; ` +
        `put the file itself there`,
    );
  }
  return new UserError(`${path}: cannot be opened: ${systemReason(error)}; check the path`, {
    cause: error,
  });
}

/**
 * @param path a file
 * @returns what tells it from others; null when there is none
 */
export function identityOf(path: string): FileIdentity | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return null;
  const { dev, ino, size, mtimeNs } = found;
  return { dev, ino, size, mtimeNs };
}

/**
 * Reads on in a raw file.
 *
 * @param file the file
 * @param into receives bytes from its start on
 * @returns how many bytes, or null at the end of the file; a promise where they may be long in coming
 * @throws UserError when reading fails
 */
export function readRaw(
  { handle, identity, name }: OpenFile,
  into: Uint8Array,
): number | null | Promise<number | null> {
  try {
    if (identity !== null) return handle.readSync(into);
    return handle.read(into).catch((error) => {
      throw readingFailed(name, error);
    });
  } catch (error) {
    throw readingFailed(name, error);
  }
}

/**
 * The bytes of a raw file, piece by piece.
 *
 * @param file the file
 * @param first bytes that were read from it already
 * @param onRead called with the bytes read so far
 * @throws UserError when reading fails
 */
export async function* readPieces(
  file: OpenFile,
  first: Uint8Array,
  onRead: (position: number) => void,
): AsyncGenerator<Uint8Array> {
  let position = first.length;
  if (position > 0) yield first;
  for (;;) {
    const piece = new Uint8Array(PIECE_BYTES);
    const read = readRaw(file, piece);
    const n = typeof read === "number" || read === null ? read : await read;
    if (n === null) return;
    onRead(position += n);
    yield piece.subarray(0, n);
  }
}

function readingFailed(name: string, error: unknown): UserError {
  return new UserError(`${name}: reading failed: ${systemReason(error)}; check the disk`);
}
