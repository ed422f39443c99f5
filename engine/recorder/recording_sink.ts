import {
  ACTION,
  F_LAST,
  F_SNAPSHOT,
  MBO,
  type Metadata,
  RTYPE_MBO,
  SCHEMA_MBO,
  SCHEMA_MIXED,
  schemaName,
  UNDEF_TIMESTAMP,
} from "dbn-ts";
import { withoutKey } from "../databento/live/connection.ts";
import { Intake } from "../databento/live/intake.ts";
import type { Beginning } from "../databento/live/live_session.ts";
import { ERROR, isFatal, type Notice, noticeAt, SYSTEM } from "../databento/live/notices.ts";
import { eachRecord } from "../databento/live/record_framing.ts";
import { tsRecvAt } from "../databento/live/tail.ts";
import { dataSourceOf } from "../source/data_source.ts";
import type { GatewayWords } from "./gateway_words.ts";
import type { RecordingFile } from "./recording_file.ts";

/** A record that was received so short a time ago is the newest there is, nanoseconds. */
const FRESH_NS = 2_000_000_000n;

const MISSED = "the session is over, and how it ended is not to be had any more";

/** What a connection writes into. */
export interface SinkOptions {
  file: RecordingFile;
  /** Dataset of the file, and the one that was asked for. */
  dataset: string;
  asked: string;
  begin: Beginning;
  /** The end of the recording that a replay has to show first; null when all is new. */
  run: Uint8Array | null;
  /** No record received at or after it is written, UTC nanoseconds since the epoch. */
  endNs: bigint;
  /** The API key, which is in no message. */
  key: string;
  /** Time, UTC nanoseconds since the epoch. */
  now(): bigint;
  /** Hears what there is to say, in one line. */
  tell(level: "INFO" | "WARNING", message: string): void;
  /** Hears what the gateway says, a line each: of that there may be thousands. */
  words: Pick<GatewayWords, "say">;
}

/** Writes what comes over one connection into the recording: what is new of it. */
export class RecordingSink {
  /** Whether MBO records were written. */
  hasWritten = false;
  /** When the first record after the recording's end was received, which is complete then; else null. */
  overNs: bigint | null = null;
  /** Whether what comes now happens now. */
  hasCaughtUp = false;
  /** Why it is no use to go on; null while it is. */
  fatal: string | null = null;
  /** The dataset that the gateway has instead; null when it has the file's. */
  otherDataset: string | null = null;
  readonly #options: SinkOptions;
  readonly #intake: Intake;
  #isInSnapshot = false;

  /** @param options what is written where */
  constructor(options: SinkOptions) {
    this.#options = options;
    this.#intake = new Intake(options.run, options.begin.kind === "replay");
  }

  /** Whether a snapshot has to be asked for instead of the replay. */
  get needsSnapshot(): boolean {
    return this.#intake.needsSnapshot;
  }

  /**
   * Begins the file with the gateway's header, or looks whether that goes with the file's.
   *
   * @returns whether to leave
   */
  onHeader(bytes: Uint8Array, metadata: Metadata): boolean {
    const { file, dataset, asked } = this.#options;
    if (metadata.dataset !== dataset) {
      const isKnown = metadata.dataset === asked || dataSourceOf(metadata.dataset) === "simulator";
      if (isKnown) this.otherDataset = metadata.dataset;
      else this.fatal = `the gateway sends dataset ${metadata.dataset}, not ${asked}; ask another`;
      return true;
    }
    const { schema } = metadata;
    if (schema !== SCHEMA_MIXED && schema !== SCHEMA_MBO) {
      this.fatal = `the gateway sends schema ${schemaName(schema)}, not mbo; ask another`;
      return true;
    }
    const begun = file.metadata;
    if (begun === null) file.begin(bytes, metadata);
    else if (begun.version !== metadata.version || begun.tsOut !== metadata.tsOut) {
      this.fatal =
        `the gateway sends DBN version ${metadata.version} now, but ${file.path} is of ` +
        `version ${begun.version}; move it away, or record the next session`;
    }
    return this.fatal !== null;
  }

  /**
   * Writes what is new of records.
   *
   * @param bytes whole records
   * @returns whether to leave
   */
  onRecords(bytes: Uint8Array): boolean {
    const { file } = this.#options;
    const kept: [from: number, to: number][] = [];
    let leaves = false;
    let hasOrders = false;
    const { version } = file.metadata!;
    eachRecord(bytes, (at, rtype, length) => {
      if (leaves) return;
      if (rtype === RTYPE_MBO && this.#isAfterEnd(bytes, at)) {
        this.overNs = tsRecvAt(bytes, at);
        leaves = true;
        if (this.#intake.isMatching) this.#options.tell("WARNING", MISSED);
        return;
      }
      const wasMatching = this.#intake.isMatching;
      if (this.#intake.takes(bytes, at, rtype)) {
        const last = kept.at(-1);
        if (last?.[1] === at) last[1] += length;
        else kept.push([at, at + length]);
        if (rtype === RTYPE_MBO) {
          this.#note(bytes, at);
          hasOrders = true;
        }
      } else if (wasMatching && !this.#intake.isMatching) this.#tellMatched();
      const notice = noticeAt(bytes, at, version);
      if (notice !== null) this.#hear(notice);
      leaves = this.needsSnapshot || this.fatal !== null;
    });
    file.append(joined(bytes, kept));
    if (hasOrders) {
      const latencyNs = this.#options.now() - file.lastRecvNs!;
      file.latencyMs = this.hasCaughtUp ? Number(latencyNs) / 1e6 : null;
    }
    if (this.needsSnapshot) {
      this.#options.tell("WARNING", "what was missed is not to be had; a snapshot comes instead");
    }
    return leaves;
  }

  /** Looks at an order record that is written. */
  #note(bytes: Uint8Array, at: number): void {
    this.hasWritten = true;
    const flags = bytes[at + MBO.FLAGS]!;
    this.#isInSnapshot = (flags & F_SNAPSHOT) !== 0 && (flags & F_LAST) === 0;
    if (this.hasCaughtUp || this.#isInSnapshot) return;
    this.hasCaughtUp = (flags & F_SNAPSHOT) !== 0 ||
      tsRecvAt(bytes, at) > this.#options.now() - FRESH_NS;
  }

  /** A snapshot is taken at its Clear's time, and goes as a whole. */
  #isAfterEnd(bytes: Uint8Array, at: number): boolean {
    const isRest = this.#isInSnapshot && (bytes[at + MBO.FLAGS]! & F_SNAPSHOT) !== 0 &&
      bytes[at + MBO.ACTION] !== ACTION.CLEAR;
    const ts = tsRecvAt(bytes, at);
    // A record without any time tells nothing of the session's.
    return !isRest && ts !== UNDEF_TIMESTAMP && ts >= this.#options.endNs;
  }

  #hear(notice: Notice): void {
    const { key, words } = this.#options;
    this.#intake.hear(notice);
    const text = withoutKey(notice.text, key);
    if (!notice.isError) {
      const { HEARTBEAT, REPLAY_COMPLETED, SLOW_READER } = SYSTEM;
      // A heartbeat comes only when nothing else did.
      if (notice.code === HEARTBEAT || notice.code === REPLAY_COMPLETED) {
        this.hasCaughtUp = !this.#intake.isMatching;
      } else {
        words.say(notice.code === SLOW_READER ? "WARNING" : "INFO", `the gateway says: ${text}`);
      }
      return;
    }
    words.say("WARNING", `the gateway reports an error: ${text}`);
    if (isFatal(notice)) this.fatal = `the gateway refused: ${text}; ${remedyOf(notice.code)}`;
  }

  #tellMatched(): void {
    const { differing } = this.#intake;
    this.#options.tell(
      "INFO",
      "went on without a gap" +
        (differing === 0 ? "" : `; ${differing} records came with another ts_recv than before`),
    );
  }
}

function remedyOf(code: number): string {
  if (code === ERROR.SYMBOL) return "lock the right symbol";
  return "check the key and its licence in the portal of Databento";
}

function joined(bytes: Uint8Array, parts: readonly (readonly [number, number])[]): Uint8Array {
  if (parts.length === 1) return bytes.subarray(...parts[0]!);
  const all = new Uint8Array(parts.reduce((sum, [from, to]) => sum + to - from, 0));
  let end = 0;
  for (const [from, to] of parts) {
    all.set(bytes.subarray(from, to), end);
    end += to - from;
  }
  return all;
}
