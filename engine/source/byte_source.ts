import { statSync } from "node:fs";
import { decompressZstd } from "../dbn/zstd.ts";
import type { DbnDecoder } from "../dbn/decoder.ts";
import { UserError } from "../errors.ts";
import { openRaw, readPieces, readRaw } from "./raw_file.ts";
import { ZstdThread } from "./zstd_thread.ts";

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

/** From this size on a Zstandard file is worth a thread: it takes as long as a thread to start. */
const AHEAD_FROM_BYTES = 8 << 20;

/**
 * Opens a raw file, plain or Zstandard by its name, for reading only.
 *
 * @param path the file
 * @param ahead whether all of it will be wanted, so that another thread may decompress it ahead
 * @throws UserError when it does not exist or cannot be opened
 */
export function openByteSource(path: string, ahead = false): ByteSource {
  return path.endsWith(".zst") ? new ZstdBytes(path, ahead) : new PlainBytes(path);
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
    const n = readRaw(this.#file, space, this.path);
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

/** Decompressed bytes of a file, piece by piece. */
interface Pieces {
  /** Bytes of the file on disk behind what was taken. */
  readonly position: number;
  /** The next ones, which stay as they are until the next call; null at the end of the file. */
  next(): Promise<Uint8Array | null>;
  close(): void;
}

/** A Zstandard file: decompressed as a stream, pieces copied as the decoder has room. */
class ZstdBytes implements ByteSource {
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly #pieces: Pieces;
  #piece: Uint8Array = new Uint8Array(0);
  /** Bytes of the decompressed file in pieces taken so far. */
  #taken = 0;

  constructor(readonly path: string, ahead: boolean) {
    const file = openRaw(path);
    const { size, mtimeNs } = statSync(path, { bigint: true });
    this.size = Number(size);
    this.mtimeNs = mtimeNs;
    if (ahead && this.size >= AHEAD_FROM_BYTES) {
      file.close();
      this.#pieces = new ZstdThread(path);
    } else {
      this.#pieces = new ZstdHere(file, path);
    }
  }

  get position(): number {
    return this.#pieces.position;
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
    this.#pieces.close();
  }

  async #fillNext(decoder: DbnDecoder): Promise<boolean> {
    if (!await this.#nextPiece()) return false;
    return this.fill(decoder);
  }

  async #nextPiece(): Promise<boolean> {
    const piece = await this.#pieces.next();
    if (piece === null) return false;
    this.#piece = piece;
    this.#taken += piece.length;
    return true;
  }
}

/** A Zstandard file that is decompressed by the thread that takes it. */
class ZstdHere implements Pieces {
  position = 0;
  readonly #file: Deno.FsFile;
  readonly #pieces: AsyncGenerator<Uint8Array>;

  constructor(file: Deno.FsFile, path: string) {
    this.#file = file;
    this.#pieces = decompressZstd(readPieces(file, path, (at) => this.position = at), path);
  }

  async next(): Promise<Uint8Array | null> {
    const { done, value } = await this.#pieces.next();
    return done ? null : value;
  }

  close(): void {
    this.#file.close();
  }
}
