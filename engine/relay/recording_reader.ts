import { createHash } from "node:crypto";
import { UserError } from "../errors.ts";
import { assertReadable } from "../readable_file.ts";

/** Magic, version and length of a DBN header. */
const PRELUDE_BYTES = 8;

/** Most bytes of a piece: a quarter of what a broker takes in a message by default. */
export const PIECE_BYTES = 256 * 1024;

/** Longest record: its length is a byte that counts words. */
export const LONGEST_RECORD = 255 * 4;

/**
 * @param bytes the beginning of a DBN file
 * @returns bytes of its header; null while its length is not there
 */
export function headerBytes(bytes: Uint8Array): number | null {
  if (bytes.length < PRELUDE_BYTES) return null;
  return PRELUDE_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
}

/**
 * What tells a recording from any other of its session: its header and first record.
 *
 * @param bytes the beginning of the file
 * @returns text; null while the first record is not whole
 */
export function fileIdentity(bytes: Uint8Array): string | null {
  const header = headerBytes(bytes);
  const length = header === null ? 0 : (bytes[header] ?? 0) * 4;
  if (header === null || length === 0 || bytes.length < header + length) return null;
  return createHash("sha256").update(bytes.subarray(0, header + length)).digest("hex").slice(0, 16);
}

/** Reads whole records of a recording that grows, from wherever it is asked. */
export class RecordingReader implements Disposable {
  readonly #file: Deno.FsFile;

  /**
   * @param path a recording that is there
   * @throws UserError when it is no file, such as a pipe; the system's error when it cannot be opened
   */
  constructor(readonly path: string) {
    assertReadable(path);
    this.#file = Deno.openSync(path, { read: true });
  }

  /**
   * Reads bytes, whatever they are.
   *
   * @param offset where they begin
   * @param length how many; fewer where the file ends before
   */
  bytes(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < length) {
      const n = this.#file.readSync(bytes.subarray(filled));
      if (n === null) break;
      filled += n;
    }
    return bytes.subarray(0, filled);
  }

  /**
   * Reads whole records, at most {@link PIECE_BYTES}: at the beginning of the file its header, with one
   * at least.
   *
   * @param offset where a record begins, or 0
   * @returns none where no more is there
   * @throws UserError when something is there that is no record
   */
  records(offset: number): Uint8Array<ArrayBuffer> {
    let bytes = this.bytes(offset, PIECE_BYTES);
    const header = offset > 0 ? 0 : headerBytes(bytes);
    if (header === null) return bytes.subarray(0, 0);
    if (header + LONGEST_RECORD > PIECE_BYTES) bytes = this.bytes(0, header + LONGEST_RECORD);
    const end = wholeRecords(bytes, header, this.path);
    return bytes.subarray(0, end > header ? end : 0);
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** Where the last whole record ends. */
function wholeRecords(bytes: Uint8Array, from: number, path: string): number {
  let end = from;
  while (end < bytes.length) {
    const length = bytes[end]! * 4;
    if (length === 0) throw new UserError(`${path}: a record of no length: it is no recording`);
    if (end + length > bytes.length) break;
    end += length;
  }
  return end;
}
