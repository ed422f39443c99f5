import {
  DBN_VERSION,
  HEADER,
  MBO,
  PRELUDE_BYTES,
  RTYPE_DEFINITION,
  RTYPE_ERROR,
  RTYPE_MBO,
  RTYPE_SYMBOL_MAPPING,
  schemaName,
} from "./constants.ts";
import { DbnError } from "./error.ts";
import { KNOWN_RTYPES, layoutOf } from "./layouts.ts";
import { type Metadata, parseMetadata } from "./metadata.ts";
import { secondFileAt } from "./second_file.ts";

/** What a decoder may be told; everything has a default. */
export interface DbnDecoderOptions {
  /** Size of the record buffer in bytes, at least 4 KiB; default 4,096 MBO records. */
  capacity?: number;
  /** What to call the input in messages; default "DBN input". */
  name?: string;
  /** Schemas that are taken, by number; default all. */
  schemas?: readonly number[];
  /**
   * Whether a record of any known type is refused when it is shorter than its type; default: MBO
   * records and definitions alone, all others being passed by their length.
   */
  strict?: boolean;
  /**
   * Hears of each complete symbol mapping and error record that `next` passes, which are few.
   *
   * @param at index in the buffer at which it begins
   */
  onAside?: (at: number) => void;
}

/** Longest header that is read: some 200,000 symbols with a mapping each. */
const MOST_HEADER_BYTES = 32 * 2 ** 20;

/** What a DBN file and a Zstandard frame begin with. */
const MAGIC = [0x44, 0x42, 0x4e];
const ZSTD_MAGIC = [0x28, 0xb5, 0x2f];

/** In the table of least lengths: a record of this type is looked at, whatever its length. */
const LOOK = 256;

/** First bytes of a second header and of a Zstandard frame as the rtype of a record. */
const RTYPE_OF_HEADER = 0x42;
const RTYPE_OF_ZSTD = 0xb5;

/**
 * Turns the bytes of a DBN file (versions 1 to 3, decompressed) into records, with no input or
 * output in it: whoever has bytes gives them with {@link push}, or reads them into {@link space} and
 * says so with {@link wrote}; then {@link next} goes from record to record until more is needed. The
 * bytes may be cut anywhere.
 *
 * Records are not objects: `next` returns where in the buffer a record begins, and its fields are
 * read from the typed arrays over that buffer, at the offsets in constants.ts.
 *
 * @example
 * ```ts
 * while ((n = await file.read(decoder.space())) !== null) {
 *   decoder.wrote(n);
 *   for (let at = decoder.next(RTYPE_MBO); at >= 0; at = decoder.next(RTYPE_MBO)) {
 *     size += decoder.u32[(at + MBO.SIZE) >> 2]!;
 *   }
 * }
 * decoder.finish();
 * ```
 */
export class DbnDecoder {
  /** The record buffer as bytes; the same array until {@link moveTo}. */
  u8: Uint8Array<ArrayBuffer>;
  /** The record buffer as u32 words: the word at byte index `at` is `u32[at >> 2]`. */
  u32: Uint32Array<ArrayBuffer>;
  /** The record buffer as i32 words. */
  i32: Int32Array<ArrayBuffer>;

  readonly #name: string;
  readonly #schemas: readonly number[] | undefined;
  readonly #isStrict: boolean;
  readonly #onAside: DbnDecoderOptions["onAside"];
  /** Least length of a record by its rtype, in units of 4 bytes; LOOK where that is not all. */
  readonly #leastWords = new Uint16Array(256).fill(HEADER.BYTES / 4);
  #metadata: Metadata | null = null;
  #header = new Uint8Array(PRELUDE_BYTES);
  #headerFilled = 0;
  #headerBytes = PRELUDE_BYTES;
  /** Absolute byte of the file at index 0 of the buffer. */
  #base = 0;
  /** Index of the next record. */
  #at = 0;
  /** Index after the last byte given. */
  #end = 0;
  #records = 0;

  /**
   * @param options All have defaults.
   * @throws RangeError When the capacity is not a number, or more than there is.
   */
  constructor(options: DbnDecoderOptions = {}) {
    const capacity = Math.max(options.capacity ?? 4096 * MBO.BYTES, 4096);
    // The buffer would have no bytes, and take none however often it is asked to.
    if (Number.isNaN(capacity)) throw new RangeError("capacity: NaN is no number of bytes");
    const buffer = new ArrayBuffer(Math.ceil(capacity / 8) * 8);
    this.u8 = new Uint8Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.#name = options.name ?? "DBN input";
    this.#schemas = options.schemas;
    this.#isStrict = options.strict ?? false;
    this.#onAside = options.onAside;
    this.#leastWords[RTYPE_MBO] = MBO.BYTES / 4;
    const looked = [RTYPE_OF_HEADER, RTYPE_OF_ZSTD];
    if (options.onAside) looked.push(RTYPE_SYMBOL_MAPPING, RTYPE_ERROR);
    for (const rtype of looked) this.#leastWords[rtype] = LOOK;
  }

  /** What the file says of itself; null until its header is complete. */
  get metadata(): Metadata | null {
    return this.#metadata;
  }

  /** Records of any type passed so far. */
  get recordsRead(): number {
    return this.#records;
  }

  /**
   * How many bytes complete what the header is known to need: a reader that reads no more than this
   * at a time meets the metadata before any byte of a record. Infinity once the header is complete.
   */
  get wanted(): number {
    return this.#metadata === null ? this.#headerBytes - this.#headerFilled : Infinity;
  }

  /**
   * Makes room for input. Positions that {@link next} returned are not valid after it.
   *
   * @returns The free part of the buffer, to be filled from its start; empty only while complete
   * records wait for {@link next}.
   */
  space(): Uint8Array<ArrayBuffer> {
    const left = this.#end - this.#at;
    // Never moves more bytes than were passed since the last move, so moving is linear in the input.
    if (this.#at > 0 && left <= this.#at) {
      this.u8.copyWithin(0, this.#at, this.#end);
      this.#base += this.#at;
      this.#at = 0;
      this.#end = left;
    }
    return this.u8.subarray(this.#end);
  }

  /**
   * Says that input was put into what {@link space} returned.
   *
   * @param n How many bytes.
   * @throws DbnError when the header turns out to be one that cannot be read here.
   */
  wrote(n: number): void {
    if (this.#metadata !== null) {
      this.#end += n;
      return;
    }
    let taken = 0;
    while (this.#metadata === null && taken < n) {
      const part = this.u8.subarray(taken, Math.min(n, taken + this.wanted));
      this.#takeHeader(part);
      taken += part.length;
    }
    this.u8.copyWithin(0, taken, n);
    this.#end = n - taken;
  }

  /**
   * Gives input by copying it.
   *
   * @param bytes The next bytes of the file.
   * @returns How many of them were taken: fewer than there are when the buffer is full, the rest
   * being due after {@link next} has returned -1.
   * @throws DbnError when the header turns out to be one that cannot be read here.
   */
  push(bytes: Uint8Array): number {
    const space = this.space();
    const taken = Math.min(space.length, bytes.length);
    space.set(taken === bytes.length ? bytes : bytes.subarray(0, taken));
    this.wrote(taken);
    return taken;
  }

  /**
   * Goes on to the next complete record of one type, passing all others by their length.
   *
   * @param rtype The record type.
   * @returns The index in {@link u8} where the record begins, a multiple of 4; -1 when more input is
   * needed.
   * @throws DbnError at a record shorter than its type allows, or at a second header
   */
  next(rtype: number): number {
    const { u8 } = this;
    const end = this.#end;
    let at = this.#at;
    while (at + 3 < end) {
      const words = u8[at]!;
      const after = at + words * 4;
      const type = u8[at + 1]!;
      if (words < this.#leastWords[type]! && !this.#look(at, after)) break;
      if (after > end) break;
      this.#at = after;
      this.#records++;
      if (type === rtype) return at;
      at = after;
    }
    return -1;
  }

  /** Index in the buffer of the record that is next. */
  get position(): number {
    return this.#at;
  }

  /** Index in the buffer after the last byte given. */
  get filled(): number {
    return this.#end;
  }

  /**
   * Says that someone else went through records of the buffer, by the rules of {@link next}.
   *
   * @param at Index of the record that is next.
   * @param records How many were passed.
   */
  passed(at: number, records: number): void {
    this.#at = at;
    this.#records += records;
  }

  /**
   * Passes one record, whatever its type.
   *
   * @returns Whether it was there.
   * @throws DbnError when it is shorter than its type allows, or at a second header
   */
  pass(): boolean {
    const { u8 } = this;
    const at = this.#at;
    if (at + 3 >= this.#end) return false;
    const after = at + u8[at]! * 4;
    if (u8[at]! < this.#leastWords[u8[at + 1]!]! && !this.#look(at, after)) return false;
    if (after > this.#end) return false;
    this.#at = after;
    this.#records++;
    return true;
  }

  /**
   * Goes on in another buffer, a multiple of 8 bytes long and at such an index of its memory. What was
   * given and not passed yet is copied, unless the buffer before is gone, its memory having moved.
   *
   * @param buffer The new one, at least as long as what is left.
   */
  moveTo(buffer: Uint8Array<ArrayBuffer>): void {
    if (this.u8.length > 0) {
      buffer.set(this.u8.subarray(this.#at, this.#end));
      this.#base += this.#at;
      this.#end -= this.#at;
      this.#at = 0;
    }
    this.u8 = buffer;
    this.u32 = new Uint32Array(buffer.buffer, buffer.byteOffset, buffer.length >> 2);
    this.i32 = new Int32Array(buffer.buffer, buffer.byteOffset, buffer.length >> 2);
  }

  /**
   * Tells where in the file a record is.
   *
   * @param at The record's index in the buffer, from {@link next}.
   * @returns Its absolute byte offset in the decompressed file.
   */
  offsetOf(at: number): number {
    return this.#base + at;
  }

  /**
   * Goes on as if everything before an offset had been read: input given before is forgotten, the
   * next byte given is the one at the offset. The header must be complete.
   *
   * @param offset Absolute byte of the decompressed file at which a record begins.
   * @param records How many records come before it.
   */
  seek(offset: number, records: number): void {
    if (this.#metadata === null || offset < this.#headerBytes) {
      throw new DbnError(
        `${this.#name}: cannot go on at byte ${offset}, which is not after a complete header`,
        { offset },
      );
    }
    this.#base = offset;
    this.#at = 0;
    this.#end = 0;
    this.#records = records;
  }

  /**
   * Says that the input has ended; to be called when {@link next} wants more and there is none.
   *
   * @throws DbnError that says at which byte and record, when something is left incomplete.
   */
  finish(): void {
    if (this.#metadata === null) {
      this.#refuseForeign();
      throw new DbnError(
        `${this.#name}: truncated at byte ${this.#headerFilled}, ` +
          `before the end of its header at byte ${this.#headerBytes}; get the file again`,
        { offset: this.#headerFilled },
      );
    }
    if (this.next(-1) === -1 && this.#at < this.#end) {
      throw new DbnError(
        `${this.#name}: truncated at byte ${this.offsetOf(this.#end)}, within the record with ` +
          `index ${this.#records} that begins at byte ${
            this.offsetOf(this.#at)
          }; get the file again`,
        { offset: this.offsetOf(this.#end), record: this.#records, isTruncated: true },
      );
    }
  }

  #takeHeader(part: Uint8Array): void {
    const needed = this.#headerFilled + part.length;
    if (needed > this.#header.length) {
      // Grown by what arrives, not by what is declared: a hostile length reserves nothing.
      const grown = new Uint8Array(Math.min(this.#headerBytes, needed * 2));
      grown.set(this.#header.subarray(0, this.#headerFilled));
      this.#header = grown;
    }
    this.#header.set(part, this.#headerFilled);
    this.#headerFilled = needed;
    if (needed < this.#headerBytes) return;
    if (needed === PRELUDE_BYTES) this.#takePrelude();
    if (needed === this.#headerBytes) this.#takeMetadata();
  }

  #takePrelude(): void {
    this.#refuseForeign();
    const version = this.#header[3];
    if (version === 0 || version! > DBN_VERSION) {
      throw new DbnError(
        `${this.#name}: DBN version ${version} at byte 3 is not one of 1 to ${DBN_VERSION}, ` +
          `the versions that can be read`,
        { offset: 3 },
      );
    }
    this.#headerBytes += new DataView(this.#header.buffer).getUint32(4, true);
    if (this.#headerBytes > MOST_HEADER_BYTES) {
      const mib = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
      throw new DbnError(
        `${this.#name}: its header is ${mib(this.#headerBytes)} long, as byte 4 says, above the ` +
          `${mib(MOST_HEADER_BYTES)} that are read; request fewer symbols`,
        { offset: 4 },
      );
    }
  }

  /** Tells what is no DBN file by its first bytes, however few there are. */
  #refuseForeign(): void {
    const begun = this.#header.subarray(0, Math.min(this.#headerFilled, 3));
    const beginsAs = (magic: readonly number[]) => begun.every((byte, i) => byte === magic[i]);
    // Three bytes of Zstandard are a file that is cut; whole, its frame is for who decompresses.
    if (beginsAs(MAGIC) || (this.#headerFilled <= 3 && beginsAs(ZSTD_MAGIC))) return;
    throw new DbnError(
      `${this.#name}: not a DBN file: it does not begin with "DBN", nor as Zstandard does; a file ` +
        `without its header (a fragment) cannot be read`,
      { offset: 0 },
    );
  }

  #takeMetadata(): void {
    const metadata = parseMetadata(this.#header, this.#name);
    if (this.#schemas && !this.#schemas.includes(metadata.schema)) {
      const wanted = this.#schemas.map(schemaName).join(" or ");
      throw new DbnError(
        `${this.#name}: its schema is ${schemaName(metadata.schema)} (${metadata.schema} at ` +
          `byte 24), which cannot be read here; give a file of schema ${wanted}`,
        { offset: 24 },
      );
    }
    for (const rtype of this.#isStrict ? KNOWN_RTYPES : [RTYPE_DEFINITION]) {
      if (this.#leastWords[rtype] === LOOK) continue;
      this.#leastWords[rtype] = layoutOf(rtype, metadata.version)!.bytes / 4;
    }
    this.#base = this.#headerBytes;
    this.#metadata = metadata;
    this.#header = new Uint8Array(0);
  }

  /**
   * Looks at a record that is shorter than its type's least length, or of a type to be looked at.
   *
   * @returns whether it is there and may be passed
   * @throws DbnError when it is too short, or when another file begins here
   */
  #look(at: number, after: number): boolean {
    const { u8 } = this;
    const type = u8[at + 1]!;
    this.#refuseOtherFile(at);
    const isAside = this.#onAside !== undefined &&
      (type === RTYPE_SYMBOL_MAPPING || type === RTYPE_ERROR);
    const least = this.#leastWords[type]! < LOOK
      ? this.#leastWords[type]! * 4
      : isAside
      ? layoutOf(type, this.#metadata!.version)!.bytes
      : HEADER.BYTES;
    if (after - at < least) {
      throw new DbnError(
        `${this.#name}: the record with index ${this.#records} at byte ${this.offsetOf(at)} is ` +
          `${after - at} bytes long, but one of rtype ${type} has at least ${least}; ` +
          `the file is damaged`,
        { offset: this.offsetOf(at), record: this.#records },
      );
    }
    if (after > this.#end) return false;
    if (isAside) this.#onAside!(at);
    return true;
  }

  /** Files that were put one after the other are not one: the second has mappings of its own. */
  #refuseOtherFile(at: number): void {
    const { u8 } = this;
    const second = secondFileAt(u8, at);
    if (second === null) return;
    throw new DbnError(
      `${this.#name}: a second ${
        second === "DBN" ? "DBN header" : "file, in Zstandard,"
      } begins at byte ` +
        `${this.offsetOf(at)}, after ${this.#records} records: these are files put one after the ` +
        `other; give each by itself`,
      { offset: this.offsetOf(at), record: this.#records, isTruncated: true },
    );
  }
}
