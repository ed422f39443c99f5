import { isZstd, MAGIC_BYTES } from "dbn-ts";
import { type Decoder, decompressZstd } from "../dbn_input.ts";
import { TruncatedError, UserError } from "../errors.ts";
import { ContentWatch } from "./content_watch.ts";
import { type FileIdentity, type OpenFile, openRaw, readPieces, readRaw } from "./raw_file.ts";
import { ZstdThread } from "./zstd_thread.ts";

/** Parts of a file in memory that are copied at a time, bytes. */
const PART_BYTES = 1 << 18;

/** Whether bytes were moved; "later" where none are there now, and some may come. */
export type Filled = boolean | "later";

/** Bytes of a file, moved into a decoder piece by piece. */
export interface ByteSource {
  /** Which file it is; null for what can be read once from front to end, such as a pipe. */
  readonly identity: FileIdentity | null;
  /** Bytes of the file on disk read so far. */
  readonly position: number;
  /**
   * Moves more bytes into the decoder, as many as it has room for.
   *
   * @returns false at the end of the file, "later" where more may come than is there; a promise only
   * when it had to wait
   * @throws UserError when the file cannot be read or decompressed
   */
  fill(decoder: Decoder): Filled | Promise<boolean>;
  /**
   * Waits where `fill` said "later".
   *
   * @param ms longest wait
   * @returns resolves when there may be more
   */
  grown?(ms?: number): Promise<void>;
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
 * Opens a raw file, for reading only. Its first bytes tell whether it is plain or Zstandard.
 *
 * @param path the file, or "-" for standard input
 * @param ahead whether all of it will be wanted, so that another thread may decompress it ahead
 * @throws UserError when it does not exist or cannot be read
 */
export async function openByteSource(path: string, ahead = false): Promise<ByteSource> {
  const file = await openRaw(path);
  try {
    const first = await firstBytes(file);
    if (!isZstd(first)) return new PlainBytes(file, first);
    const { identity } = file;
    if (ahead && identity !== null && identity.size >= AHEAD_FROM_BYTES && mayStartThread()) {
      file.handle.close();
      return new ZstdBytes(file, new ZstdThread(path));
    }
    return new ZstdBytes(file, new ZstdHere(file, first));
  } catch (error) {
    file.handle.close();
    throw error;
  }
}

/** A program that embeds the engine may have been allowed its file alone. */
function mayStartThread(): boolean {
  const engine = new URL("..", import.meta.url);
  return Deno.permissions.querySync({ name: "read", path: engine }).state === "granted";
}

/**
 * @param bytes a file, plain or Zstandard
 * @param name what to call it in messages
 * @returns its bytes, as those of a file on disk
 */
export function bytesInMemory(bytes: Uint8Array, name: string): ByteSource {
  return isZstd(bytes)
    ? new ZstdBytes({ identity: null, name }, new ZstdInMemory(bytes, name))
    : new MemoryBytes(bytes, name);
}

/**
 * @param bytes where its bytes come from
 * @returns how much of a file is read, 0 to 1; 0 where nobody knows how long it is
 */
export function shareRead({ position, identity }: ByteSource): number {
  // A recording may have grown since it was opened.
  return identity === null || identity.size === 0n
    ? 0
    : Math.min(1, position / Number(identity.size));
}

/** Enough of a file's beginning to tell what it is; less where it has less. */
async function firstBytes(file: OpenFile): Promise<Uint8Array> {
  const first = new Uint8Array(MAGIC_BYTES);
  let filled = 0;
  while (filled < first.length) {
    const n = await readRaw(file, first.subarray(filled));
    if (n === null) break;
    filled += n;
  }
  return first.subarray(0, filled);
}

/** A plain file: read straight into the decoder's buffer. */
class PlainBytes implements ByteSource {
  readonly identity: FileIdentity | null;
  position = 0;
  readonly #file: OpenFile;
  #first: Uint8Array;

  constructor(file: OpenFile, first: Uint8Array) {
    this.#file = file;
    this.#first = first;
    this.identity = file.identity;
  }

  fill(decoder: Decoder): boolean | Promise<boolean> {
    if (this.#first.length > 0) {
      const n = decoder.push(this.#first);
      this.#first = this.#first.subarray(n);
      this.position += n;
      return true;
    }
    let space = decoder.space();
    // The header is read to its last byte and no further: a cache hit touches no record before its own.
    if (space.length > decoder.wanted) space = space.subarray(0, decoder.wanted);
    const n = readRaw(this.#file, space);
    return typeof n === "number" || n === null
      ? this.#took(decoder, n)
      : n.then((n) => this.#took(decoder, n));
  }

  skipTo(offset: number): Promise<void> {
    const { handle } = this.#file;
    if (!("seekSync" in handle)) throw new Error(`cannot go to byte ${offset} of a pipe`);
    (handle as Deno.FsFile).seekSync(offset, Deno.SeekMode.Start);
    this.position = offset;
    return Promise.resolve();
  }

  close(): void {
    this.#file.handle.close();
  }

  #took(decoder: Decoder, n: number | null): boolean {
    if (n === null) return false;
    this.position += n;
    decoder.wrote(n);
    return true;
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
  readonly identity: FileIdentity | null;
  readonly #name: string;
  readonly #pieces: Pieces;
  #piece: Uint8Array = new Uint8Array(0);
  /** Bytes of the decompressed file in pieces taken so far. */
  #taken = 0;

  constructor({ identity, name }: Pick<OpenFile, "identity" | "name">, pieces: Pieces) {
    this.identity = identity;
    this.#name = name;
    this.#pieces = pieces;
  }

  get position(): number {
    return this.#pieces.position;
  }

  fill(decoder: Decoder): boolean | Promise<boolean> {
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
        throw new TruncatedError(`${this.#name}: ends before byte ${offset}; get the file again`);
      }
    }
    this.#piece = this.#piece.subarray(this.#piece.length - (this.#taken - offset));
  }

  close(): void {
    this.#pieces.close();
  }

  async #fillNext(decoder: Decoder): Promise<boolean> {
    try {
      if (!await this.#nextPiece()) return false;
    } catch (error) {
      if (!(error instanceof TruncatedError) || decoder.metadata === null) throw error;
      // Whoever asks for more has passed every whole record.
      const lost = `the record with index ${decoder.recordsRead} is the first that is lost`;
      throw new TruncatedError(`${error.message} (${lost})`, { cause: error });
    }
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
  readonly #file: OpenFile;
  readonly #pieces: AsyncGenerator<Uint8Array>;
  readonly #watch: ContentWatch;

  constructor(file: OpenFile, first: Uint8Array) {
    this.#file = file;
    this.#watch = new ContentWatch(file.name);
    const compressed = readPieces(file, first, (at) => this.position = at);
    const admit = () => this.#watch.part(this.position);
    this.#pieces = decompressZstd(compressed, file.name, admit);
  }

  async next(): Promise<Uint8Array | null> {
    const { done, value } = await this.#pieces.next();
    this.#watch.gave(this.position);
    return done ? null : value;
  }

  close(): void {
    this.#file.handle.close();
  }
}

/** A Zstandard file in memory. */
class ZstdInMemory implements Pieces {
  readonly position: number;
  readonly #pieces: AsyncGenerator<Uint8Array>;

  constructor(bytes: Uint8Array, name: string) {
    this.position = bytes.length;
    this.#pieces = decompressZstd(copiesOf(bytes, name), name);
  }

  async next(): Promise<Uint8Array | null> {
    const { done, value } = await this.#pieces.next();
    return done ? null : value;
  }

  close(): void {}
}

/** Copies of its parts: one is decompressed while others have their turn, and may take the memory. */
async function* copiesOf(bytes: Uint8Array, name: string): AsyncGenerator<Uint8Array> {
  const { length } = bytes;
  for (let at = 0; at < length; at += PART_BYTES) {
    assertThere(bytes, length, name);
    yield await Promise.resolve(bytes.slice(at, at + PART_BYTES));
  }
}

/** Its owner may hand it to another thread, or make it shorter: that is not the end of the file. */
function assertThere(bytes: Uint8Array, length: number, name: string): void {
  if (length > 0 && bytes.length === length) return;
  throw new UserError(
    `${name}: their memory is gone: it was transferred or made shorter; give a copy of your own`,
  );
}

/** A plain file in memory. */
class MemoryBytes implements ByteSource {
  readonly identity = null;
  position = 0;
  readonly #length: number;

  constructor(readonly bytes: Uint8Array, readonly name: string) {
    this.#length = bytes.length;
  }

  fill(decoder: Decoder): boolean {
    const { bytes, position } = this;
    assertThere(bytes, this.#length, this.name);
    const wanted = Math.min(bytes.length, position + decoder.wanted);
    this.position += decoder.push(bytes.subarray(position, wanted));
    return this.position > position;
  }

  skipTo(offset: number): Promise<void> {
    if (offset > this.bytes.length) {
      return Promise.reject(
        new TruncatedError(`${this.name}: ends before byte ${offset}; get it again`),
      );
    }
    this.position = offset;
    return Promise.resolve();
  }

  close(): void {}
}
