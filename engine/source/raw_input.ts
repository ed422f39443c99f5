import type { Metadata } from "dbn-ts";
import { Decoder } from "../dbn_input.ts";
import { nextTurn, turnIsOver } from "../event_loop.ts";
import { type ByteSource, openByteSource } from "./byte_source.ts";
import { nameOf } from "./raw_file.ts";

/** How a raw file is opened. */
export interface RawInputOptions {
  /** Size of the decoder's buffer in bytes; default 4,096 records. */
  capacity?: number | undefined;
  /** Schemas that are taken; default mbo and mixed. */
  schemas?: readonly number[] | undefined;
  /** Whether all of it will be wanted, so that another thread may decompress it ahead. */
  ahead?: boolean | undefined;
  /** Ends the wait for the header of a recording that has none yet. */
  signal?: AbortSignal | undefined;
}

/** Who hears of the decoder's asides. */
export interface AsideSink {
  /**
   * @param at index in the decoder's buffer at which one begins
   */
  aside(at: number): void;
}

/** A raw file, or a pipe, of which the header was read and nothing after it. */
export class RawInput {
  /** Takes the asides of the decoder. */
  asides: AsideSink | null = null;

  private constructor(
    readonly path: string,
    readonly bytes: ByteSource,
    readonly decoder: Decoder,
  ) {}

  /**
   * @param path the file, or "-" for standard input
   * @param options how
   * @throws UserError when it cannot be read or is no DBN file of the schemas that are taken
   */
  static async open(path: string, options: RawInputOptions = {}): Promise<RawInput> {
    return await RawInput.from(await openByteSource(path, options.ahead), path, options);
  }

  /**
   * The same of bytes that are open.
   *
   * @param bytes the bytes, at their beginning
   * @param path what to call them
   * @param options how
   * @throws UserError when they are no DBN file of the schemas that are taken; the signal's
   * reason when aborted
   */
  static async from(
    bytes: ByteSource,
    path: string,
    { capacity, schemas, signal }: RawInputOptions = {},
  ): Promise<RawInput> {
    const decoder: Decoder = new Decoder({
      name: nameOf(path),
      ...(capacity !== undefined && { capacity }),
      ...(schemas && { schemas }),
      onAside: (at) => input?.asides?.aside(at),
    });
    let input: RawInput | null = null;
    try {
      while (decoder.metadata === null) {
        const filled = await bytes.fill(decoder);
        if (filled === false) decoder.finish();
        if (filled === "later") await bytes.grown!();
        // A header may come byte by byte, each in a frame of its own.
        if (turnIsOver()) await nextTurn();
        signal?.throwIfAborted();
      }
      return input = new RawInput(path, bytes, decoder);
    } catch (error) {
      bytes.close();
      throw error;
    }
  }

  /** What the file says of itself. */
  get metadata(): Metadata {
    return this.decoder.metadata!;
  }

  /** Closes it. */
  close(): void {
    this.bytes.close();
  }
}
