import { statSync } from "node:fs";
import { DbnDecoder, DbnError, F_SNAPSHOT, MBO, type Metadata, RTYPE_MBO } from "dbn-ts";
import { eachRecord, RecordFraming } from "../databento/live/record_framing.ts";
import { Tail, tsEventAt, tsRecvAt } from "../databento/live/tail.ts";
import { systemReason, UserError } from "../errors.ts";
import { GapCounter } from "./gap_counter.ts";

/** Bytes that are read back at a time. */
const PIECE_BYTES = 1 << 20;

/** A reader that looks whether somebody records holds a shared lock for a moment. */
const LOCK_TRIES = 20;
const LOCK_PAUSE_MS = 10;

/**
 * The data file of a recording, held by one recorder alone: the gateway's header, then whole records,
 * appended. The system gives the lock back however the recorder ends.
 */
export class RecordingFile implements Disposable {
  readonly tail = new Tail();
  /** What the gateway said of its records; null before the first connection. */
  metadata: Metadata | null = null;
  /** Bytes written, of whole records. */
  bytes = 0;
  /** Records written, of all types, and those of orders. */
  records = 0;
  orders = 0;
  /** Of the last MBO record, UTC nanoseconds since the epoch. */
  lastEventNs: bigint | null = null;
  lastRecvNs: bigint | null = null;
  /** From its receipt by the vendor to its arrival here, milliseconds; null while that tells nothing. */
  latencyMs: number | null = null;
  readonly #gaps = new GapCounter();
  readonly #file: Deno.FsFile;
  /** Syncs while the other one writes. */
  readonly #syncing: Deno.FsFile;
  #isSynced = true;
  #isOpen = true;

  private constructor(readonly path: string, file: Deno.FsFile) {
    this.#file = file;
    this.#syncing = Deno.openSync(path, { write: true });
  }

  /**
   * Takes a recording, there or not, and reads back how it ends. A record that is there in part, which
   * a crash left, is cut off.
   *
   * @param path the file; its folder is there
   * @throws UserError when another recorder holds it, or it is no recording
   */
  static async take(path: string): Promise<RecordingFile> {
    const file = await Deno.open(path, { read: true, write: true, create: true });
    try {
      if (!(await file.stat()).isFile) throw new UserError(`${path} is no file; remove it`);
      await lock(file, path);
      // Who held it before may have taken it back, for nothing was in it.
      if (!isStill(file, path)) {
        throw new UserError(`${path}: another recorder has just taken it back; record again`);
      }
    } catch (error) {
      file.close();
      throw error;
    }
    const recording = new RecordingFile(path, file);
    try {
      await recording.#readBack();
    } catch (error) {
      recording[Symbol.dispose]();
      throw error;
    }
    return recording;
  }

  /** Snapshots that were taken instead of what was missed. */
  get gaps(): number {
    return this.#gaps.gaps;
  }

  /**
   * Begins the file.
   *
   * @param bytes the gateway's header
   * @param metadata what it says
   */
  begin(bytes: Uint8Array, metadata: Metadata): void {
    this.#write(bytes, () => 0);
    this.bytes += bytes.length;
    this.metadata = metadata;
  }

  /**
   * Appends records in one write.
   *
   * @param bytes whole records
   * @throws UserError when the disk takes them not, or somebody else has changed the file; it has whole
   * records all the same, as many as the disk took
   */
  append(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#write(bytes, (written) => {
      // Followers may have read them already: what is whole is not taken back.
      this.#count(bytes.subarray(0, wholeIn(bytes, written)));
      return this.bytes;
    });
    this.#count(bytes);
  }

  /**
   * Makes sure that what was written stays, while more is; of a file that was let go it has been.
   *
   * @throws UserError when it does not, for the file was removed, replaced or cut off
   */
  async sync(): Promise<void> {
    if (!this.#isOpen) return;
    this.#assertIntact();
    if (this.#isSynced) return;
    this.#isSynced = true;
    await this.#syncing.syncData();
  }

  /** Takes back a file in which nothing is. */
  removeIfEmpty(): void {
    if (this.bytes === 0 && this.#isOpen) Deno.removeSync(this.path);
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#syncing.close();
    this.#file.close();
  }

  /** Writes all of it; where the disk takes less, what is kept of the file is what `keep` gives. */
  #write(bytes: Uint8Array, keep: (written: number) => number): void {
    // Behind an end that somebody has moved, a hole or another's bytes would be.
    this.#assertLength();
    let at = 0;
    try {
      while (at < bytes.length) at += this.#file.writeSync(bytes.subarray(at));
    } catch (error) {
      // What is there in part is no record.
      this.#cutTo(keep(at));
      throw new UserError(
        `${this.path} cannot be written: ${systemReason(error)}; make room and begin again: ` +
          "it goes on from here",
        { cause: error },
      );
    }
    this.#isSynced = false;
  }

  /** What is written into a file that has no name any more is nobody's. */
  #assertIntact(): void {
    this.#assertLength();
    if (isStill(this.#file, this.path)) return;
    throw new UserError(
      `${this.path}: was removed or replaced while it was written; begin again`,
    );
  }

  #assertLength(): void {
    const { size } = this.#file.statSync();
    if (size === this.bytes) return;
    throw new UserError(
      `${this.path}: somebody else changed it from ${this.bytes} to ${size} bytes; move it away ` +
        "and record again",
    );
  }

  #count(bytes: Uint8Array): void {
    let last = -1;
    this.bytes += bytes.length;
    eachRecord(bytes, (at, rtype) => {
      this.records++;
      if (rtype !== RTYPE_MBO) return;
      this.orders++;
      this.tail.add(bytes, at);
      this.#gaps.add(bytes, at);
      last = at;
    });
    if (last < 0) return;
    this.lastRecvNs = tsRecvAt(bytes, last);
    // Of a snapshot the time at which it was taken counts: that of its orders is days back.
    const isTaken = (bytes[last + MBO.FLAGS]! & F_SNAPSHOT) !== 0;
    this.lastEventNs = isTaken ? this.lastRecvNs : tsEventAt(bytes, last);
  }

  async #readBack(): Promise<void> {
    const header = new DbnDecoder({ name: this.path });
    let framing: RecordFraming | null = null;
    const piece = new Uint8Array(PIECE_BYTES);
    for (;;) {
      const n = await this.#file.read(piece);
      if (n === null) break;
      let at = 0;
      try {
        while (header.metadata === null && at < n) {
          at += header.push(piece.subarray(at, Math.min(n, at + header.wanted)));
        }
        if (header.metadata === null) continue;
        if (framing === null) {
          const { version, tsOut } = this.metadata = header.metadata;
          framing = new RecordFraming(version, tsOut ? 8 : 0);
          this.bytes = header.offsetOf(0);
        }
        const records = framing.take(piece.subarray(at, n));
        this.#count(records);
      } catch (error) {
        if (!(error instanceof DbnError || error instanceof UserError)) throw error;
        throw new UserError(
          `${this.path}: is no sound recording: ${error.message}; move it away and record again`,
        );
      }
    }
    // A header in part is as good as none.
    this.#cutTo(this.bytes);
  }

  #cutTo(bytes: number): void {
    if (this.#file.statSync().size > bytes) this.#file.truncateSync(bytes);
    this.#file.seekSync(bytes, Deno.SeekMode.Start);
  }
}

async function lock(file: Deno.FsFile, path: string): Promise<void> {
  for (let tries = 1; !await file.tryLock(true); tries++) {
    if (tries === LOCK_TRIES) {
      throw new UserError(
        `another recorder writes ${path}; wait for it or end it first, or record another session`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE_MS));
  }
}

/** Whether an open file is still the one of that name. */
function isStill(file: Deno.FsFile, path: string): boolean {
  const { dev, ino } = file.statSync();
  const now = statSync(path, { throwIfNoEntry: false });
  return now?.dev === dev && now.ino === ino;
}

/** Bytes of the whole records among the first of some. */
function wholeIn(bytes: Uint8Array, length: number): number {
  let end = 0;
  while (end < length && end + bytes[end]! * 4 <= length) end += bytes[end]! * 4;
  return end;
}
