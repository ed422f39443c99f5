import type { Decoder } from "../dbn_input.ts";
import { UserError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";
import { GrowthWatch } from "./growth.ts";
import { type FileIdentity, identityOf, type OpenFile, openRaw, readRaw } from "./raw_file.ts";
import { hasRecordingEnded } from "./recording.ts";

/** How much of a live recording is read. */
export interface RecordingExtent {
  /** Whether what comes is waited for, until the recording has ended; else what is there now. */
  follow: boolean;
  /** End of the session's window, UTC milliseconds since the epoch. */
  windowEndMs: number;
  /** Whether nothing will be added: a file as any other, but for a torn record at its end. */
  hasEnded?: boolean;
}

/** Magic, version and length of a DBN header. */
const PRELUDE_BYTES = 8;

/**
 * A live recording, which may be growing. Each record is read whole and at once: one that is there in
 * part may be cut off again by the recorder, and is not taken before all of it is there.
 */
export class RecordedBytes implements ByteSource {
  readonly identity: FileIdentity;
  position = 0;
  /** Whether it ended before its header did: nothing was recorded. */
  isWithoutHeader = false;
  readonly #path: string;
  readonly #file: OpenFile & { handle: Deno.FsFile };
  readonly #windowEndMs: number;
  /** Where it ends for this reader; null while it is followed. */
  #end: number | null;
  readonly #watch: GrowthWatch | null;

  private constructor(path: string, file: OpenFile, { follow, windowEndMs }: RecordingExtent) {
    this.#path = path;
    this.#windowEndMs = windowEndMs;
    this.#file = file as OpenFile & { handle: Deno.FsFile };
    this.identity = file.identity!;
    this.#end = follow ? null : Number(this.identity.size);
    this.#watch = follow ? GrowthWatch.of(path) : null;
  }

  /**
   * Opens a recording, for reading only.
   *
   * @param path the file
   * @param extent how much of it is read
   * @throws UserError when it cannot be opened or is no file
   */
  static async open(path: string, extent: RecordingExtent): Promise<RecordedBytes> {
    const file = await openRaw(path);
    try {
      if (file.identity === null) throw new UserError(`${path} is no file; a recording is one`);
      return new RecordedBytes(path, file, extent);
    } catch (error) {
      file.handle.close();
      throw error;
    }
  }

  fill(decoder: Decoder): boolean | "later" {
    return decoder.metadata === null ? this.#fillHeader(decoder) : this.#fillRecords(decoder);
  }

  async grown(ms?: number): Promise<void> {
    await this.#watch?.wait(ms);
  }

  skipTo(offset: number): Promise<void> {
    this.#seek(offset);
    return Promise.resolve();
  }

  close(): void {
    this.#watch?.close();
    this.#file.handle.close();
  }

  /** The header, once all of it is there. */
  #fillHeader(decoder: Decoder): boolean | "later" {
    const prelude = this.#read(new Uint8Array(PRELUDE_BYTES));
    const length = prelude.length < PRELUDE_BYTES ? Infinity : new DataView(
      prelude.buffer,
    ).getUint32(4, true);
    const { size } = this.#file.handle.statSync();
    if (this.#end === null && size < PRELUDE_BYTES + length && isBegun(prelude)) {
      this.#seek(0);
      return this.#atEnd();
    }
    // What is none is refused by the decoder, in its own words.
    for (let piece = prelude; piece.length > 0;) {
      decoder.push(piece);
      if (decoder.metadata !== null) return true;
      piece = this.#read(new Uint8Array(Math.min(decoder.wanted, 1 << 16)));
    }
    this.isWithoutHeader = isBegun(prelude);
    return false;
  }

  #fillRecords(decoder: Decoder): boolean | "later" {
    const part = decoder.filled - decoder.position;
    if (part > 0) {
      decoder.seek(decoder.offsetOf(decoder.position), decoder.recordsRead);
      this.#seek(this.position - part);
    }
    const bytes = this.#read(decoder.space());
    decoder.wrote(bytes.length);
    if (hasWholeRecord(bytes)) return true;
    return this.#end === null ? this.#atEnd() : this.#cutOff(decoder);
  }

  /** The bytes of a record that is there in part are nobody's. */
  #cutOff(decoder: Decoder): false {
    decoder.seek(decoder.offsetOf(decoder.position), decoder.recordsRead);
    return false;
  }

  /** Where nothing more is there now: whether something will be. */
  #atEnd(): boolean | "later" {
    const now = identityOf(this.#path);
    const { dev, ino } = this.identity;
    const problem = now === null
      ? "was removed"
      : now.dev !== dev || now.ino !== ino
      ? "was replaced"
      : null;
    if (problem !== null || now === null) {
      throw new UserError(
        `${this.#path}: ${problem} while it was followed; recordings only grow: begin again`,
      );
    }
    if (!hasRecordingEnded(this.#path, this.#windowEndMs)) return "later";
    // What was written before it ended is all there, also what came since it was looked at above.
    this.#end = this.#file.handle.statSync().size;
    return true;
  }

  #read(into: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const { handle } = this.#file;
    const { size } = handle.statSync();
    if (size < this.position) {
      throw new UserError(
        `${this.#path}: was cut from at least ${this.position} to ${size} bytes while it was ` +
          `followed; recordings only grow: begin again`,
      );
    }
    const room = Math.min(into.length, (this.#end ?? Infinity) - this.position);
    const n = room <= 0 ? null : readRaw(this.#file, into.subarray(0, room)) as number | null;
    this.position += n ?? 0;
    return into.subarray(0, n ?? 0);
  }

  #seek(offset: number): void {
    this.#file.handle.seekSync(offset, Deno.SeekMode.Start);
    this.position = offset;
  }
}

/** Whether bytes begin as DBN does, however few there are. */
function isBegun(bytes: Uint8Array): boolean {
  return [..."DBN"].every((letter, i) => i >= bytes.length || bytes[i] === letter.charCodeAt(0));
}

/** Whether a record of bytes that begin with one is all there; one of no length is for the decoder. */
function hasWholeRecord(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.length >= bytes[0]! * 4;
}
