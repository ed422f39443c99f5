import { DbnDecoder, DbnError, type Metadata } from "dbn-ts";
import { UserError } from "../errors.ts";
import { RecordingFile } from "../recorder/recording_file.ts";
import { StateFile } from "../recorder/state_file.ts";
import { parseRecordingState, type RecordingState, statePathOf } from "../source/recording.ts";
import type { Piece } from "./broker.ts";
import { isSame } from "./publish_plan.ts";
import { fileIdentity, headerBytes, LONGEST_RECORD, RecordingReader } from "./recording_reader.ts";
import { OTHER_FILE, stepOf } from "./replica_plan.ts";

/** A recording that is written as its pieces come, with its recorder's lock and state. */
export class ReplicaFile implements Disposable {
  readonly #file: RecordingFile;
  readonly #reader: RecordingReader;
  readonly #stateFile: StateFile;
  #identity: string | null = null;
  /** What was said last. */
  #heard = "";
  /** Said of bytes that are not all here. */
  #pending: RecordingState | null = null;
  /** What the recorder said last of bytes that are here. */
  state: RecordingState | null = null;
  /** When a piece came last, milliseconds since the epoch. */
  cameMs: number;
  isOpen = true;

  private constructor(file: RecordingFile, readonly dataset: string, nowMs: number) {
    this.#file = file;
    this.#reader = new RecordingReader(file.path);
    this.#stateFile = new StateFile(statePathOf(file.path));
    this.cameMs = nowMs;
    this.#identify();
  }

  /**
   * Takes a file, there or not, and cuts off what a crash left of a record.
   *
   * @param path the recording; its folder is there
   * @param dataset what it has to be of
   * @param nowMs milliseconds since the epoch
   * @throws UserError when somebody else writes it, or it is no recording
   */
  static async take(path: string, dataset: string, nowMs: number): Promise<ReplicaFile> {
    return new ReplicaFile(await RecordingFile.take(path), dataset, nowMs);
  }

  get path(): string {
    return this.#file.path;
  }

  get bytes(): number {
    return this.#file.bytes;
  }

  /** Whether its recorder has ended it, and all of it is here. */
  get isWhole(): boolean {
    return this.state?.state === "ended";
  }

  /**
   * @param piece what came
   * @param nowMs when, milliseconds since the epoch
   * @throws UserError when it is not of this file, or the disk takes it not
   */
  receive(piece: Piece, nowMs: number): void {
    const held = { bytes: this.#file.bytes, file: this.#identity };
    let metadata = this.#file.metadata;
    const { known, header, records } = this.#told(() =>
      stepOf(piece, held, (header) => {
        metadata ??= this.#metadataOf(header);
        return { version: metadata.version, extra: metadata.tsOut ? 8 : 0 };
      })
    );
    if (!isSame(known, this.#reader.bytes(piece.offset, known.length))) {
      throw new UserError(`${this.path}: ${OTHER_FILE}`);
    }
    if (header.length > 0) this.#file.begin(header, metadata!);
    this.#file.append(records);
    this.cameMs = nowMs;
    if (this.#identity === null) this.#identify();
    this.#say();
  }

  /**
   * @param text what the recorder says
   * @throws UserError when it is no state
   */
  hear(text: string): void {
    if (text === this.#heard) return;
    this.#heard = text;
    this.#pending = parseRecordingState(text, statePathOf(this.path));
    this.#say();
  }

  /** Makes sure that what was written stays. */
  async sync(): Promise<void> {
    if (!this.isOpen) return;
    await this.#file.sync();
    await this.#stateFile.flushed();
  }

  /** Gives it back, all of it synced. */
  async close(): Promise<void> {
    try {
      await this.sync();
      this.#file.removeIfEmpty();
    } finally {
      this[Symbol.dispose]();
    }
  }

  [Symbol.dispose](): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#reader[Symbol.dispose]();
    this.#file[Symbol.dispose]();
  }

  #say(): void {
    if (this.#pending === null || this.#pending.bytes > this.#file.bytes) return;
    this.state = this.#pending;
    this.#pending = null;
    this.#stateFile.write(this.state);
  }

  #identify(): void {
    const header = headerBytes(this.#reader.bytes(0, 8));
    if (header === null) return;
    this.#identity = fileIdentity(this.#reader.bytes(0, header + LONGEST_RECORD));
  }

  #metadataOf(header: Uint8Array): Metadata {
    const decoder = new DbnDecoder({ name: this.path });
    try {
      for (let at = 0; decoder.metadata === null && at < header.length;) {
        at += decoder.push(header.subarray(at, at + decoder.wanted));
      }
    } catch (error) {
      if (!(error instanceof DbnError)) throw error;
      throw new UserError(`${this.path}: what the broker has is no recording: ${error.message}`);
    }
    const { metadata } = decoder;
    if (metadata?.dataset === this.dataset) return metadata;
    throw new UserError(`${this.path}: what the broker has is of ${metadata?.dataset}`);
  }

  #told<Value>(use: () => Value): Value {
    try {
      return use();
    } catch (error) {
      // A hole is another matter than a file that is another.
      if (error instanceof UserError && error.name === "UserError") {
        throw new UserError(`${this.path}: ${error.message}`, { cause: error });
      }
      throw error;
    }
  }
}
