// The whole of it, not names: older ones have no Zstandard.
import zlib from "node:zlib";
import { DbnError } from "./error.ts";
import { checksumOf } from "./xxh64.ts";
import { MAGIC_BYTES, ZstdFrameWalker } from "./zstd_frame.ts";

/** Size of the pieces that come out, in bytes; short frames give shorter ones. */
const OUTPUT_BYTES = 1 << 18;

/** Greatest window that is decompressed, bytes: what node:zlib and the zstd command take unasked. */
const MOST_WINDOW_BYTES = 2 ** 27;

/** Most that one frame in memory may decompress to, bytes; a stream has no such limit. */
const MOST_FRAME_BYTES = 2 ** 32;

/** Waits until a frame may be decompressed, whose window takes so many bytes. */
export type Admit = (windowBytes: number) => Promise<void>;

/**
 * Decompresses one Zstandard frame.
 *
 * @param frame all of its bytes
 * @returns its content
 * @throws what it likes, when the frame is damaged
 */
export type Decompress = (frame: Uint8Array) => Uint8Array;

/** What decompression may be told; everything has a default. */
export interface ZstdOptions {
  /** What to call the input in messages; default "DBN input". */
  name?: string | undefined;
  /** Decompresses a frame where node:zlib cannot, which is in Node.js before 22.15. */
  decompress?: Decompress | undefined;
}

/** What the decompression of a stream may be told besides. */
export interface ZstdStreamOptions extends ZstdOptions {
  /** Waits until a frame may be decompressed; default: each may at once. */
  admit?: Admit | undefined;
}

/**
 * Decompresses a Zstandard file as a stream, no faster than the output is taken. Files of several
 * frames one after another, empty and skippable ones among them, are read to their end: node:zlib
 * stops after the first frame, so each is given a decompressor of its own.
 *
 * @param file The compressed bytes, cut anywhere.
 * @param options What to call it, and how.
 * @returns The decompressed bytes in pieces of up to 256 KiB; a frame at a time where node:zlib has
 * no Zstandard.
 * @throws DbnError naming the compressed byte reached, when the file is no Zstandard, damaged,
 * truncated, or needs more memory than is supported. What was complete has been delivered then.
 */
export async function* decompressZstd(
  file: AsyncIterable<Uint8Array>,
  { name = "DBN input", decompress, admit }: ZstdStreamOptions = {},
): AsyncGenerator<Uint8Array, void, void> {
  const input = new FrameInput(file, name, admit);
  try {
    while (await input.more()) {
      yield* "createZstdDecompress" in zlib
        ? decompressFrame(input, name)
        : decompressWhole(input, name, decompress);
    }
  } finally {
    await input.close();
  }
}

/**
 * The same of a file in memory.
 *
 * @param file The compressed bytes.
 * @param options What to call it, and how.
 * @returns The decompressed bytes, a frame at a time.
 * @throws DbnError as {@link decompressZstd}, and when a frame decompresses to more than 4 GiB.
 */
export function* decompressZstdSync(
  file: Uint8Array,
  { name = "DBN input", decompress }: ZstdOptions = {},
): Generator<Uint8Array, void, void> {
  for (let start = 0, end = 0; start < file.length; start = end) {
    const walker = new ZstdFrameWalker();
    while (!walker.done && end < file.length) {
      end += takePart(walker, file.subarray(end), { name, start, at: end });
    }
    yield* contentOf(file.subarray(start, end), walker, { name, start, at: end, decompress });
  }
}

/**
 * Takes no piece of the input before all of the one before it has come out: a pipeline would ask for
 * more than is wanted, and keep pieces that are not its own. Who leaves meanwhile leaves the input at
 * rest, so that it can be closed.
 */
async function* decompressFrame(
  input: FrameInput,
  name: string,
): AsyncGenerator<Uint8Array, void, void> {
  const start = input.offset;
  const output = zlib.createZstdDecompress({ chunkSize: OUTPUT_BYTES });
  let wake = () => {};
  // Both are looked for below, in the stream itself.
  output.on("readable", () => wake()).on("error", () => wake());
  try {
    for await (const part of input.frame()) {
      let isTaken = false;
      output.write(part, () => {
        isTaken = true;
        wake();
      });
      for (;;) {
        const piece: Uint8Array | null = output.read();
        if (piece !== null) yield piece;
        else if (output.errored) throw damaged(output.errored, { name, start, at: input.offset });
        else if (isTaken) break;
        else await new Promise<void>((resolve) => wake = resolve);
      }
    }
  } finally {
    output.destroy();
  }
  if (!input.walker.done) throw truncated({ name, start, at: input.offset });
}

async function* decompressWhole(
  input: FrameInput,
  name: string,
  decompress: Decompress | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  const start = input.offset;
  const parts: Uint8Array[] = [];
  // A copy, which slice() of a Buffer is not.
  for await (const part of input.frame()) parts.push(new Uint8Array(part));
  const frame = new Uint8Array(input.offset - start);
  let filled = 0;
  for (const part of parts) {
    frame.set(part, filled);
    filled += part.length;
  }
  yield* contentOf(frame, input.walker, { name, start, at: input.offset, decompress });
}

/** Where in which file. */
interface Place {
  name: string;
  /** Compressed byte at which the frame begins. */
  start: number;
  /** Compressed byte that was reached. */
  at: number;
}

/** The content of a frame in memory, or of what there is of it. */
function* contentOf(
  frame: Uint8Array,
  { windowBytes, hasChecksum, done }: ZstdFrameWalker,
  { decompress, ...place }: Place & { decompress: Decompress | undefined },
): Generator<Uint8Array, void, void> {
  const isNative = "zstdDecompressSync" in zlib;
  if (!isNative && decompress !== undefined && typeof decompress !== "function") {
    throw new TypeError("the option decompress has to be a function, from a frame to its content");
  }
  // A skippable one has no window, nor has one that is cut before it says so.
  if (windowBytes > 0) {
    let content: Uint8Array | null = null;
    try {
      if (isNative) content = zlib.zstdDecompressSync(frame, { maxOutputLength: MOST_FRAME_BYTES });
      else if (decompress) content = decompress(frame);
    } catch (error) {
      if (done) throw damaged(error, place);
    }
    if (content !== null && !(content instanceof Uint8Array)) {
      throw new TypeError(
        "the option decompress has to return a Uint8Array, and no promise of one",
      );
    }
    // fzstd does not compare it: damage would give records that look like any others.
    if (content !== null && !isNative && hasChecksum && done) assertChecksum(frame, content, place);
    if (content !== null) yield content;
    else if (done) {
      throw new DbnError(
        `${place.name}: it is Zstandard, which node:zlib has from Node.js 22.15 on; give the option ` +
          `decompress, or decompress the file first`,
        { offset: place.start },
      );
    }
  }
  if (!done) throw truncated(place);
}

function assertChecksum(frame: Uint8Array, content: Uint8Array, place: Place): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (view.getUint32(frame.length - 4, true) === checksumOf(content)) return;
  throw damaged("its content does not match its checksum", place);
}

function damaged(error: unknown, { name, start, at }: Place): DbnError {
  return new DbnError(
    `${name}: damaged Zstandard data in the frame that begins at byte ${start}, met by byte ` +
      `${at}: ${error instanceof Error ? error.message : error}; get the file again`,
    { cause: error, offset: at },
  );
}

function truncated({ name, start, at }: Place): DbnError {
  return new DbnError(
    `${name}: truncated at compressed byte ${at}, within the Zstandard frame that ` +
      `begins at byte ${start}; get the file again`,
    { offset: at, isTruncated: true },
  );
}

/** Goes on through a frame, by a part of it, which `chunk` begins with. */
function takePart(walker: ZstdFrameWalker, chunk: Uint8Array, { name, start, at }: Place): number {
  let taken: number;
  try {
    taken = walker.take(chunk);
  } catch (error) {
    if (start > 0 && at < start + MAGIC_BYTES) {
      throw new DbnError(
        `${name}: what follows the Zstandard frame that ends at byte ${start} is ` +
          `none: something was put after it; give what is a file of its own by itself`,
        { cause: error, offset: start, isTruncated: true },
      );
    }
    throw new DbnError(
      `${name}: not Zstandard between bytes ${at} and ` +
        `${at + chunk.length}: ${(error as Error).message}; get the file again`,
      { cause: error, offset: at },
    );
  }
  const { windowBytes, dictionary } = walker;
  if (dictionary !== 0) {
    throw new DbnError(
      `${name}: the Zstandard frame that begins at byte ${start} was compressed with a dictionary, ` +
        `number ${dictionary}, which is not there; compress it anew without -D: zstd -d -D with ` +
        `that dictionary, then zstd`,
      { offset: start },
    );
  }
  if (windowBytes <= MOST_WINDOW_BYTES) return taken;
  const mib = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
  throw new DbnError(
    `${name}: the Zstandard frame that begins at byte ${start} has a window of ` +
      `${mib(windowBytes)}, above the ${mib(MOST_WINDOW_BYTES)} that are supported; compress it ` +
      `anew without --long: zstd -d --long=31, then zstd`,
    { offset: start },
  );
}

/** The compressed input, one frame at a time. */
class FrameInput {
  /** Compressed bytes handed out so far. */
  offset = 0;
  /** Goes through the frame that is being read, or was read last. */
  walker = new ZstdFrameWalker();
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #name: string;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(file: AsyncIterable<Uint8Array>, name: string, readonly admit?: Admit) {
    this.#chunks = file[Symbol.asyncIterator]();
    this.#name = name;
  }

  /** Makes sure that the current chunk has bytes; false at the end of the input. */
  async more(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return false;
      this.#chunk = next.value;
    }
    return true;
  }

  /**
   * The bytes of the frame that begins here, up to its end or the end of the input. No piece goes
   * over the end of a block: an error that Deno's decompressor meets after it has filled an output
   * piece once is thrown where nobody can catch it, and within one block there is none to meet then.
   */
  async *frame(): AsyncGenerator<Uint8Array, void, void> {
    const walker = this.walker = new ZstdFrameWalker();
    const start = this.offset;
    while (!walker.done && await this.more()) {
      const taken = takePart(walker, this.#chunk, { name: this.#name, start, at: this.offset });
      const part = this.#chunk.subarray(0, taken);
      this.#chunk = this.#chunk.subarray(taken);
      this.offset += taken;
      await this.admit?.(walker.windowBytes);
      yield part;
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
