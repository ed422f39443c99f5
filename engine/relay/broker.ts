/** A broker, as far as publishers and replicas need one; NATS is behind it, or a test. */
import type { Channel } from "./names.ts";

/** Bytes of a recording, whole records: the first piece begins with the file's header. */
export interface Piece {
  /** Which file they are of: {@link fileIdentity}. */
  file: string;
  /** Where in it they begin. */
  offset: number;
  bytes: Uint8Array;
}

/** A piece that a broker keeps. */
export interface StoredPiece extends Piece {
  /** Its number in the stream, which grows by one and more from piece to piece. */
  sequence: number;
}

/** How much a broker keeps of an instrument's recordings. */
export interface Limits {
  /** How long, milliseconds. */
  maxAgeMs: number;
  /** How many bytes, -1 for any number. More is refused, not put in the place of what is there. */
  maxBytes: number;
}

/** What became of a piece. */
export type Receipt =
  | { kind: "stored"; sequence: number }
  /** One of this file and offset was there already. */
  | { kind: "repeat" }
  /** The last piece there is another than was said. */
  | { kind: "fenced" };

/** A connection to a broker. What goes wrong with it is a BrokerError. */
export interface Broker extends AsyncDisposable {
  /** Makes the streams of a channel, or has them keep as much as is said. */
  prepare(channel: Channel, limits: Limits): Promise<void>;
  /**
   * @param bytes what the last piece of the date has to be, by its number; 0 for none
   * @returns what became of it, once it is kept
   */
  publish(channel: Channel, dt: string, piece: Piece, after: number): Promise<Receipt>;
  /** Replaces what is said of a recording. */
  publishState(channel: Channel, dt: string, text: string): Promise<void>;
  /** What was said of a recording last; null for nothing. */
  state(channel: Channel, dt: string): Promise<string | null>;
  /** The piece with a number, or the first one after it; null when there is none. */
  pieceFrom(channel: Channel, dt: string, sequence: number): Promise<StoredPiece | null>;
  /** The last piece; null when there is none. */
  lastPiece(channel: Channel, dt: string): Promise<StoredPiece | null>;
  /** How many pieces there are, by session date; null when there is no stream. */
  dates(channel: Channel): Promise<Map<string, number> | null>;
  /** The pieces from a number on, and those that come, in order, until the signal ends it. */
  read(
    channel: Channel,
    dt: string,
    sequence: number,
    signal: AbortSignal,
  ): AsyncIterable<StoredPiece>;
}

/** A broker that is away, slow or full, or that will not have us: trying again may help. */
export class BrokerError extends Error {
  override name = "BrokerError";

  /**
   * @param message what is wrong, in one line without credentials
   * @param isRefusal whether the broker does not take who asks
   */
  constructor(message: string, readonly isRefusal = false, options?: ErrorOptions) {
    super(message, options);
  }
}

/** A message among the pieces of a recording that no recorder published. */
export class ForeignPiece extends BrokerError {
  override name = "ForeignPiece";
}
