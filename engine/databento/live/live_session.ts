import { DbnDecoder, DbnError, type Metadata } from "dbn-ts";
import { controlLine, ControlLines } from "./control_lines.ts";
import { cramAnswer } from "./cram.ts";
import { isFatalRefusal } from "./notices.ts";
import { ProtocolError } from "./protocol_error.ts";
import { RecordFraming } from "./record_framing.ts";

/** From where on records are wanted: a book now, or all since a time. */
export type Beginning =
  | { kind: "snapshot" }
  /** UTC nanoseconds since the epoch, of ts_event; 0 for all there is. */
  | { kind: "replay"; startNs: bigint };

/** What is asked of a gateway. */
export interface LiveRequest {
  /** The API key; it is not sent. */
  key: string;
  /** Dataset code, such as "GLBX.MDP3". */
  dataset: string;
  /** Symbol of the venue. */
  symbol: string;
  begin: Beginning;
  /** What the gateway is told of who asks. */
  client: string;
  /** Seconds after which the gateway says that it is there, when nothing else happens. */
  heartbeatSeconds: number;
}

/** What came of bytes. */
export type LiveEvent =
  | { kind: "authenticated"; sessionId: string }
  /** The gateway refused, and closes; `isFatal` when it is no use to ask again. */
  | { kind: "refused"; message: string; isFatal: boolean }
  /** The DBN header, whole. */
  | { kind: "header"; bytes: Uint8Array; metadata: Metadata }
  /** Whole records, valid until the next bytes are given. */
  | { kind: "records"; bytes: Uint8Array };

/** What bytes came to. */
export interface Received {
  events: LiveEvent[];
  /** What is to be sent now; empty for nothing. */
  reply: Uint8Array<ArrayBuffer>;
}

/**
 * A session with a live gateway, without a connection: bytes in, cut anywhere; events and bytes out.
 *
 * Source: https://databento.com/docs/api-reference-live, the raw protocol.
 */
export class LiveSession {
  readonly #request: LiveRequest;
  readonly #lines = new ControlLines();
  readonly #header = new DbnDecoder({ name: "the gateway's header" });
  readonly #headerParts: Uint8Array[] = [];
  #framing: RecordFraming | null = null;
  #state: "challenge" | "answer" | "header" | "records" | "refused" = "challenge";

  /**
   * @param request what is asked
   * @throws ProtocolError when a value holds what no line may
   */
  constructor(request: LiveRequest) {
    this.#request = request;
    // Found wrong before anything is sent.
    this.#authentication("challenge");
    this.#subscription();
  }

  /** Whether the gateway has asked for the key, as only a live gateway does. */
  get wasChallenged(): boolean {
    return this.#state !== "challenge";
  }

  /** Whether the gateway has accepted the key. */
  get isAuthenticated(): boolean {
    return this.#state === "header" || this.#state === "records";
  }

  /**
   * Takes the next bytes.
   *
   * @param bytes what came
   * @returns what came of it
   * @throws ProtocolError when it is not the protocol
   */
  receive(bytes: Uint8Array): Received {
    const received: Received = { events: [], reply: new Uint8Array() };
    let rest = bytes;
    if (this.#state === "challenge" || this.#state === "answer") {
      this.#lines.push(bytes);
      if (!this.#readLines(received)) return received;
      rest = this.#lines.takeRest();
    }
    if (this.#state === "header") rest = this.#readHeader(rest, received);
    if (this.#framing !== null && rest.length > 0) {
      const records = this.#framing.take(rest);
      if (records.length > 0) received.events.push({ kind: "records", bytes: records });
    }
    return received;
  }

  /** @returns whether the last line has come */
  #readLines(received: Received): boolean {
    for (let line = this.#lines.next(); line !== null; line = this.#lines.next()) {
      const challenge = line.get("cram");
      const success = line.get("success");
      if (this.#state === "challenge" && challenge !== undefined) {
        received.reply = joined(received.reply, this.#authentication(challenge));
        this.#state = "answer";
      } else if (success === "1" && this.#state === "answer") {
        received.events.push({ kind: "authenticated", sessionId: line.get("session_id") ?? "" });
        received.reply = joined(received.reply, this.#subscription());
        this.#state = "header";
        return true;
      } else if (success !== undefined) {
        const said = line.get("error") ?? "no reason given";
        received.events.push({ kind: "refused", message: said, isFatal: isFatalRefusal(said) });
        this.#state = "refused";
        return false;
      }
    }
    return false;
  }

  #readHeader(bytes: Uint8Array, received: Received): Uint8Array {
    let at = 0;
    try {
      while (this.#header.metadata === null && at < bytes.length) {
        const part = bytes.slice(at, at + this.#header.wanted);
        this.#headerParts.push(part);
        at += this.#header.push(part);
      }
    } catch (error) {
      if (error instanceof DbnError) throw new ProtocolError(error.message, { cause: error });
      throw error;
    }
    const { metadata } = this.#header;
    if (metadata !== null) {
      const header = Uint8Array.from(this.#headerParts.flatMap((part) => [...part]));
      received.events.push({ kind: "header", bytes: header, metadata });
      this.#framing = new RecordFraming(metadata.version, metadata.tsOut ? 8 : 0);
      this.#state = "records";
    }
    return bytes.subarray(at);
  }

  #authentication(challenge: string): Uint8Array<ArrayBuffer> {
    const { key, dataset, client, heartbeatSeconds } = this.#request;
    return controlLine({
      auth: cramAnswer(challenge, key),
      dataset,
      encoding: "dbn",
      compression: "none",
      ts_out: 0,
      client,
      heartbeat_interval_s: heartbeatSeconds,
    });
  }

  #subscription(): Uint8Array<ArrayBuffer> {
    const { symbol, begin } = this.#request;
    const line = controlLine({
      schema: "mbo",
      stype_in: "raw_symbol",
      symbols: symbol,
      ...(begin.kind === "snapshot" ? { snapshot: 1 } : { start: `${begin.startNs}` }),
      id: 1,
      is_last: 1,
    });
    const start = controlLine({ start_session: null });
    return joined(line, start);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
