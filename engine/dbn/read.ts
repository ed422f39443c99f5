import { MBO } from "./constants.ts";
import { DbnDecoder } from "./decoder.ts";
import type { Metadata } from "./metadata.ts";
import { type DbnRecord, RecordReader } from "./records.ts";
import { decompressZstd, decompressZstdSync, type ZstdOptions } from "./zstd.ts";
import { isZstd, MAGIC_BYTES } from "./zstd_frame.ts";

/** Bytes of records that are decoded at a time: few enough to stay in a near cache. */
const CAPACITY = 1024 * MBO.BYTES;

/** How a file is read; everything has a default. */
export interface ReadOptions extends ZstdOptions {
  /** Schemas that are taken, by number; default all. */
  schemas?: readonly number[];
}

/** A file in memory. */
export interface DbnFile {
  /** What it says of itself. */
  metadata: Metadata;
  /**
   * Its records in their order, made one by one as they are asked for. Can be gone through again.
   * Throws DbnError where the file is damaged or ends too early, after all records before that.
   */
  records: Iterable<DbnRecord>;
}

/** A file that arrives. */
export interface DbnStream {
  /** What it says of itself. */
  metadata: Metadata;
  /**
   * Its records in their order, once: reading goes no further ahead than a piece. Throws DbnError where
   * the input is damaged or ends too early, after all records before that. Who leaves the loop closes
   * the input; who never enters it has to `return()` it.
   */
  records: AsyncIterableIterator<DbnRecord>;
}

/**
 * Reads a DBN file in memory, plain or Zstandard by its first bytes.
 *
 * @param bytes The file. It must not be changed while its records are read.
 * @param options What to call it, and how.
 * @returns Its metadata, and its records as they are asked for.
 * @throws DbnError when it is no DBN file, of a version above 3, its header is damaged or ends too
 * early, or it is Zstandard that cannot be decompressed here; TypeError when it is no Uint8Array,
 * and from `records` when its buffer is transferred or made shorter meanwhile
 *
 * @example
 * ```ts
 * const { metadata, records } = readDbn(await readFile("day.dbn.zst"));
 * for (const record of records) {
 *   if (record.rtype === RTYPE_MBO && record.action === "T") console.log(record.price, record.size);
 * }
 * ```
 */
export function readDbn(bytes: Uint8Array, options: ReadOptions = {}): DbnFile {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError("readDbn() takes a Uint8Array; of an ArrayBuffer, new Uint8Array(buffer)");
  }
  const open = () =>
    new MemoryRecords(
      bytes,
      isZstd(bytes) ? decompressZstdSync(bytes, options) : [bytes].values(),
      decoderFor(options),
    );
  // The first that asks goes on where the header ended.
  let opened: MemoryRecords | null = open();
  return {
    metadata: opened.metadata,
    records: {
      [Symbol.iterator]() {
        const records = opened ?? open();
        opened = null;
        return records;
      },
    },
  };
}

/**
 * Reads DBN as it arrives, plain or Zstandard by its first bytes: of a file, a response, a socket.
 *
 * @param stream The bytes, cut anywhere: a Node.js Readable, a web ReadableStream, any other async
 * iterable. A piece may be used again once the next is asked for.
 * @param options What to call it, and how.
 * @returns Its metadata once that is complete, and its records.
 * @throws DbnError as {@link readDbn}; TypeError when it is no stream, or not of Uint8Array; what
 * the stream throws
 *
 * @example
 * ```ts
 * const { metadata, records } = await readDbnStream(createReadStream("day.dbn.zst"));
 * for await (const record of records) console.log(record);
 * ```
 */
export async function readDbnStream(
  stream: AsyncIterable<Uint8Array>,
  options: ReadOptions = {},
): Promise<DbnStream> {
  if (typeof stream?.[Symbol.asyncIterator] !== "function") {
    throw new TypeError("readDbnStream() takes an async iterable; of bytes in memory, readDbn()");
  }
  const records = new StreamRecords(plainPieces(stream, options), decoderFor(options));
  return { metadata: await records.open(), records };
}

function decoderFor({ name, schemas }: ReadOptions): DbnDecoder {
  return new DbnDecoder({
    capacity: CAPACITY,
    strict: true,
    ...(name !== undefined && { name }),
    ...(schemas && { schemas }),
  });
}

class MemoryRecords implements IterableIterator<DbnRecord, undefined> {
  readonly metadata: Metadata;
  readonly #bytes: Uint8Array;
  readonly #length: number;
  readonly #pieces: Iterator<Uint8Array, unknown>;
  readonly #decoder: DbnDecoder;
  readonly #reader: RecordReader;
  #piece: Uint8Array = new Uint8Array(0);

  constructor(bytes: Uint8Array, pieces: Iterator<Uint8Array, unknown>, decoder: DbnDecoder) {
    this.#bytes = bytes;
    this.#length = bytes.length;
    this.#pieces = pieces;
    this.#decoder = decoder;
    while (decoder.metadata === null) if (!this.#fill()) decoder.finish();
    this.metadata = decoder.metadata;
    this.#reader = new RecordReader(decoder);
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<DbnRecord, undefined> {
    const decoder = this.#decoder;
    for (;;) {
      const at = decoder.position;
      if (decoder.pass()) return { value: this.#reader.read(at), done: false };
      if (this.#fill()) continue;
      decoder.finish();
      return { value: undefined, done: true };
    }
  }

  /** Gives the decoder what it has room for; false at the end. */
  #fill(): boolean {
    // It would count as the end of the file.
    if (this.#bytes.length !== this.#length) {
      throw new TypeError("the bytes are gone: their buffer was transferred or made shorter");
    }
    if (this.#piece.length === 0) {
      const { value, done } = this.#pieces.next();
      if (done) return false;
      this.#piece = value;
    }
    this.#piece = this.#piece.subarray(this.#decoder.push(this.#piece));
    return true;
  }
}

class StreamRecords implements AsyncIterableIterator<DbnRecord, undefined> {
  readonly #pieces: AsyncGenerator<Uint8Array, void>;
  readonly #decoder: DbnDecoder;
  #reader: RecordReader | null = null;
  #piece: Uint8Array = new Uint8Array(0);
  /** How many that were asked for have to wait for bytes, and when the last of them has its own. */
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(pieces: AsyncGenerator<Uint8Array, void>, decoder: DbnDecoder) {
    this.#pieces = pieces;
    this.#decoder = decoder;
  }

  async open(): Promise<Metadata> {
    const decoder = this.#decoder;
    try {
      while (decoder.metadata === null) if (!await this.#fill()) decoder.finish();
    } catch (error) {
      await this.#pieces.return();
      throw error;
    }
    this.#reader = new RecordReader(decoder);
    return decoder.metadata;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<DbnRecord, undefined>> {
    if (this.#waiting === 0) {
      try {
        const value = this.#take();
        if (value !== null) return Promise.resolve({ value, done: false });
      } catch {
        // The same is met below.
      }
    }
    this.#waiting++;
    const result = this.#turn.then(() => this.#wait()).finally(() => this.#waiting--);
    this.#turn = result.catch(() => {});
    return result;
  }

  async return(): Promise<IteratorResult<DbnRecord, undefined>> {
    this.#reader = null;
    await this.#pieces.return();
    return { value: undefined, done: true };
  }

  #take(): DbnRecord | null {
    if (this.#reader === null) return null;
    const at = this.#decoder.position;
    return this.#decoder.pass() ? this.#reader.read(at) : null;
  }

  async #wait(): Promise<IteratorResult<DbnRecord, undefined>> {
    try {
      while (this.#reader !== null) {
        const value = this.#take();
        if (value !== null) return { value, done: false };
        if (await this.#fill()) continue;
        this.#decoder.finish();
        this.#reader = null;
      }
    } catch (error) {
      await this.return();
      throw error;
    }
    return { value: undefined, done: true };
  }

  async #fill(): Promise<boolean> {
    if (this.#piece.length === 0) {
      const { value, done } = await this.#pieces.next();
      if (done) return false;
      this.#piece = value;
    }
    this.#piece = this.#piece.subarray(this.#decoder.push(this.#piece));
    return true;
  }
}

/** The pieces of a stream, decompressed when it begins as Zstandard does. */
async function* plainPieces(
  stream: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): AsyncGenerator<Uint8Array, void> {
  const input = stream[Symbol.asyncIterator]();
  try {
    let first = new Uint8Array(0);
    while (first.length < MAGIC_BYTES) {
      const piece = await nextPiece(input);
      if (piece === null) break;
      const both = new Uint8Array(first.length + piece.length);
      both.set(first);
      both.set(piece, first.length);
      first = both;
    }
    const all = prepended(first, input);
    if (isZstd(first)) yield* decompressZstd(all, options);
    else yield* all;
  } finally {
    await input.return?.();
  }
}

async function* prepended(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  if (first.length > 0) yield first;
  for (;;) {
    const piece = await nextPiece(rest);
    if (piece === null) return;
    yield piece;
  }
}

/** The next piece; null at the end. What is of another kind would count as no bytes at all. */
async function nextPiece(input: AsyncIterator<Uint8Array>): Promise<Uint8Array | null> {
  const { value, done } = await input.next();
  if (done) return null;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(
    "readDbnStream() takes pieces that are each a Uint8Array; of an ArrayBuffer, " +
      "new Uint8Array(buffer); of a Readable, one without an encoding",
  );
}
