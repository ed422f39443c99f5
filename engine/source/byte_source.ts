import { statSync } from "node:fs";
import { decompressZstd } from "../dbn/zstd.ts";
import type { DbnDecoder } from "../dbn/decoder.ts";
import { UserError } from "../errors.ts";

/** Bytes of a file, moved into a decoder piece by piece. */
export interface ByteSource {
  /** Size of the file on disk, bytes. */
  readonly size: number;
  /** Bytes of the file on disk read so far. */
  readonly position: number;
  /** Time of last modification, nanoseconds since the epoch. */
  readonly mtimeNs: bigint;
  /**
   * Moves more bytes into the decoder, as many as it has room for.
   *
   * @returns false at the end of the file; a promise only when it had to wait
   * @throws UserError when the file cannot be read or decompressed
   */
  fill(decoder: DbnDecoder): boolean | Promise<boolean>;
  /**
   * Skips to a byte of the decompressed file. The next bytes that `fill` moves begin there.
   *
   * @param offset a byte that has not been passed yet
   */
  skipTo(offset: number): Promise<void>;
  /** Closes the file. */
  close(): void;
}

/**
 * Opens a raw file, plain or Zstandard by its name, for reading only.
 *
 * @param path the file
 * @throws UserError when it does not exist or cannot be opened
 */
export function openByteSource(path: string): ByteSource {
  return path.endsWith(".zst") ? new ZstdBytes(path) : new PlainBytes(path);
}

/** A plain file: read straight into the decoder's buffer. */
class PlainBytes implements ByteSource {
  readonly size: number;
  readonly mtimeNs: bigint;
  position = 0;
  readonly #file: Deno.FsFile;

  constructor(readonly path: string) {
    this.#file = openRaw(path);
    const { size, mtimeNs } = statSync(path, { bigint: true });
    this.size = Number(size);
    this.mtimeNs = mtimeNs;
  }

  fill(decoder: DbnDecoder): boolean {
    let space = decoder.space();
    // The header is read to its last byte and no further: a cache hit touches no record before its own.
    if (space.length > decoder.wanted) space = space.subarray(0, decoder.wanted);
    const n = readSync(this.#file, space, this.path);
    if (n === null) return false;
    this.position += n;
    decoder.wrote(n);
    return true;
  }

  skipTo(offset: number): Promise<void> {
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    this.position = offset;
    return Promise.resolve();
  }

  close(): void {
    this.#file.close();
  }
}

/** A Zstandard file: decompressed as a stream, pieces copied as the decoder has room. */
class ZstdBytes implements ByteSource {
  readonly size: number;
  readonly mtimeNs: bigint;
  position = 0;
  readonly #file: Deno.FsFile;
  readonly #pieces: AsyncGenerator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);
  /** Bytes of the decompressed file in pieces taken so far. */
  #taken = 0;

  constructor(readonly path: string) {
    this.#file = openRaw(path);
    const { size, mtimeNs } = statSync(path, { bigint: true });
    this.size = Number(size);
    this.mtimeNs = mtimeNs;
    this.#pieces = decompressZstd(this.#compressed(), path);
  }

  fill(decoder: DbnDecoder): boolean | Promise<boolean> {
    if (this.#piece.length === 0) return this.#fillNext(decoder);
    // As with a plain file, the header first and alone, so that a skip may still lead anywhere.
    const wanted = this.#piece.subarray(0, Math.min(this.#piece.length, decoder.wanted));
    this.#piece = this.#piece.subarray(decoder.push(wanted));
    return true;
  }

  async skipTo(offset: number): Promise<void> {
    if (offset < this.#taken - this.#piece.length) {
      throw new Error(`cannot go back to byte ${offset} of a decompressed stream`);
    }
    while (this.#taken < offset) {
      if (!await this.#nextPiece()) {
        throw new UserError(`${this.path}: ends before byte ${offset}; get the file again`);
      }
    }
    this.#piece = this.#piece.subarray(this.#piece.length - (this.#taken - offset));
  }

  close(): void {
    this.#file.close();
  }

  async #fillNext(decoder: DbnDecoder): Promise<boolean> {
    if (!await this.#nextPiece()) return false;
    return this.fill(decoder);
  }

  async #nextPiece(): Promise<boolean> {
    const { done, value } = await this.#pieces.next();
    if (done) return false;
    this.#piece = value;
    this.#taken += value.length;
    return true;
  }

  async *#compressed(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const block = new Uint8Array(1 << 18);
      const n = await this.#file.read(block).catch((error) => unreadable(this.path, error));
      if (n === null) return;
      this.position += n;
      yield block.subarray(0, n);
    }
  }
}

function openRaw(path: string): Deno.FsFile {
  try {
    const file = Deno.openSync(path, { read: true });
    if (file.statSync().isDirectory) {
      file.close();
      throw new UserError(`${path} is a folder, not a .dbn or .dbn.zst file`);
    }
    return file;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new UserError(`${path}: no such file; check the path`);
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new UserError(`${path}: not readable by this user; change its permissions`);
    }
    throw error;
  }
}

function readSync(file: Deno.FsFile, into: Uint8Array, path: string): number | null {
  try {
    return file.readSync(into);
  } catch (error) {
    unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): never {
  throw new UserError(`${path}: reading failed: ${(error as Error).message}; check the disk`);
}
