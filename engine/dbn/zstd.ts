import { pipeline, Readable } from "node:stream";
import { createZstdDecompress } from "node:zlib";
import { TruncatedError, UserError } from "../errors.ts";
import { ZstdFrameWalker } from "./zstd_frame.ts";

/** Size of the pieces that come out, in bytes; short frames give shorter ones. */
const OUTPUT_BYTES = 1 << 18;

/** Greatest window that is decompressed, bytes: what node:zlib and the zstd command take unasked. */
const MOST_WINDOW_BYTES = 2 ** 27;

/** Waits until a frame may be decompressed, whose window takes so many bytes. */
export type Admit = (windowBytes: number) => Promise<void>;

/**
 * Decompresses a Zstandard file as a stream, no faster than the output is taken. Files of several
 * frames one after another, empty and skippable ones among them, are read to their end: node:zlib
 * stops after the first frame, so each is given a decompressor of its own.
 *
 * @param file The compressed bytes, cut anywhere.
 * @param name What to call the file in messages.
 * @param admit Waits until a frame with a window of so many bytes may be decompressed; left out, each
 * may at once.
 * @returns The decompressed bytes in pieces of up to 256 KiB.
 * @throws UserError naming the compressed byte reached, when the file is no Zstandard, damaged, or
 * needs more memory than is supported; TruncatedError when it is truncated. What was complete has
 * been delivered then.
 */
export async function* decompressZstd(
  file: AsyncIterable<Uint8Array>,
  name: string,
  admit?: Admit,
): AsyncGenerator<Uint8Array, void, void> {
  const input = new FrameInput(file, name, admit);
  try {
    while (await input.more()) yield* decompressFrame(input, name);
  } finally {
    await input.close();
  }
}

async function* decompressFrame(
  input: FrameInput,
  name: string,
): AsyncGenerator<Uint8Array, void, void> {
  const start = input.offset;
  const output = createZstdDecompress({ chunkSize: OUTPUT_BYTES });
  // Its callback has nothing to do: a failure ends the loop below, which throws it.
  pipeline(Readable.from(input.frame(), { objectMode: true, highWaterMark: 1 }), output, () => {});
  try {
    for await (const piece of output) yield piece as Uint8Array;
  } catch (error) {
    if (error === input.failure || error instanceof UserError) throw error;
    throw new UserError(
      `${name}: damaged Zstandard data in the frame that begins at byte ${start}, met by byte ` +
        `${input.offset}: ${(error as Error).message}; get the file again`,
      { cause: error },
    );
  }
  if (!input.frameDone) {
    throw new TruncatedError(
      `${name}: truncated at compressed byte ${input.offset}, within the Zstandard frame that ` +
        `begins at byte ${start}; get the file again`,
    );
  }
}

/** The compressed input, one frame at a time. */
class FrameInput {
  /** Compressed bytes handed out so far. */
  offset = 0;
  /** Whether the frame that was read last is complete. */
  frameDone = true;
  /** What the file threw when it was read, as opposed to its decompression. */
  failure: unknown = null;
  /** Compressed byte at which the frame under way begins. */
  #frameStart = 0;
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
      const next = await this.#chunks.next().catch((error) => {
        this.failure = error;
        throw error;
      });
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
    const walker = new ZstdFrameWalker();
    this.frameDone = false;
    this.#frameStart = this.offset;
    while (!walker.done && await this.more()) {
      const taken = this.#take(walker);
      const part = this.#chunk.subarray(0, taken);
      this.#chunk = this.#chunk.subarray(taken);
      this.offset += taken;
      this.frameDone = walker.done;
      await this.#admit(walker);
      yield part;
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  /** Once a frame's header tells its window. What goes wrong then is not the decompression's doing. */
  async #admit({ windowBytes }: ZstdFrameWalker): Promise<void> {
    try {
      await this.admit?.(windowBytes);
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  #take(walker: ZstdFrameWalker): number {
    let taken: number;
    try {
      taken = walker.take(this.#chunk);
    } catch (error) {
      if (this.#frameStart > 0 && this.offset === this.#frameStart) {
        throw new TruncatedError(
          `${this.#name}: what follows the Zstandard frame that ends at byte ${this.offset} is ` +
            `none: something was put after it; give what is a file of its own by itself`,
        );
      }
      throw new UserError(
        `${this.#name}: not Zstandard between bytes ${this.offset} and ` +
          `${this.offset + this.#chunk.length}: ${(error as Error).message}; get the file again`,
        { cause: error },
      );
    }
    const { windowBytes } = walker;
    if (windowBytes <= MOST_WINDOW_BYTES) return taken;
    const mib = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
    throw new UserError(
      `${this.#name}: the Zstandard frame that begins at byte ${this.#frameStart} has a window of ` +
        `${mib(windowBytes)}, above the ${
          mib(MOST_WINDOW_BYTES)
        } that are supported; compress it ` +
        `anew without --long: zstd -d --long=31, then zstd`,
    );
  }
}
