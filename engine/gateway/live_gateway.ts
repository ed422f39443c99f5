import {
  DBN_VERSION,
  encodeMetadata,
  encodeRecord,
  RTYPE_ERROR,
  RTYPE_SYMBOL_MAPPING,
  RTYPE_SYSTEM,
  SCHEMA_MIXED,
  STYPE_NONE,
} from "dbn-ts";
import type { Clock } from "../databento/clock.ts";
import { type ControlFields, controlLine, ControlLines } from "../databento/live/control_lines.ts";
import { cramAnswer } from "../databento/live/cram.ts";
import { ERROR, SYSTEM } from "../databento/live/notices.ts";
import { eachRecord } from "../databento/live/record_framing.ts";
import type { Feed } from "./feed.ts";

/** Bytes that are sent at a time: what a client may fall behind by is in the system's buffers. */
const PIECE_BYTES = 1 << 16;

/** How a gateway plays. */
export interface GatewayOptions {
  feed: Feed;
  /** The key that is accepted; null for any. */
  key: string | null;
  clock: Clock;
  /** DBN version of what is sent; default the newest. */
  version?: number;
}

/** An error that a gateway has to tell. */
export interface GatewayError {
  code: number;
  text: string;
}

/** A client, from its connection on. */
export interface Client {
  /** How many came before it. */
  readonly number: number;
  readonly socket: Deno.TcpConn;
  /** What it said to be let in. */
  auth: ControlFields;
  /** Bytes sent to it. */
  sent: number;
}

/** The client has gone, or is let go. */
export class ClientGone extends Error {
  override name = "ClientGone";
}

/**
 * Speaks the protocol of Databento's live gateways, over TCP, and plays one feed: snapshots, replay of
 * what has happened, and what happens from then on. What it does to clients can be overridden.
 *
 * Source: https://databento.com/docs/api-reference-live, the raw protocol.
 */
export class LiveGateway implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #serving = new Set<Promise<void>>();
  readonly #over = new AbortController();
  #clients = 0;

  /**
   * @param options what it plays
   * @param port where it listens, on 127.0.0.1; 0 for any free one
   */
  constructor(readonly options: GatewayOptions, port = 0) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port });
    const accepting = this.#accept();
    this.#serving.add(accepting);
  }

  /** Where it listens. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Connections so far. */
  get clients(): number {
    return this.#clients;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    this.#listener.close();
    this.disconnect();
    await Promise.all(this.#serving);
  }

  /** Closes all connections, without a word. */
  disconnect(): void {
    for (const socket of [...this.#open]) this.#close(socket);
  }

  /** Sends bytes. @throws ClientGone when nobody takes them */
  protected async send(client: Client, bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) {
        const n = await client.socket.write(bytes.subarray(at, at + PIECE_BYTES));
        at += n;
        client.sent += n;
      }
    } catch (error) {
      throw new ClientGone(`${error}`);
    }
  }

  /** @returns why a client that gave the right key is refused all the same; null when it is not */
  protected refusalOf(_client: Client): string | null {
    return null;
  }

  /** @returns what is wrong with a subscription; null when nothing is */
  protected errorOf(_client: Client, subscription: ControlFields): GatewayError | null {
    const { symbol } = this.options.feed.instrument;
    const asked = subscription.get("symbols") ?? "";
    if (asked === symbol) return null;
    return { code: ERROR.SYMBOL, text: `Failed to resolve symbol: ${asked}` };
  }

  /** @returns records that are replayed, as they are sent */
  protected replayed(_client: Client, records: Uint8Array): Uint8Array {
    return records;
  }

  /** Waits until there are more records than so many. */
  protected async moreThan(_client: Client, count: number): Promise<void> {
    while (this.options.feed.count <= count) await this.options.feed.next;
  }

  async #accept(): Promise<void> {
    for await (const socket of this.#listener) {
      this.#open.add(socket);
      const client = { number: this.#clients++, socket, auth: new Map(), sent: 0 };
      const serving = this.#serve(client).catch((error) => {
        if (!(error instanceof ClientGone)) throw error;
      }).finally(() => {
        this.#close(socket);
        this.#serving.delete(serving);
      });
      this.#serving.add(serving);
    }
  }

  #close(socket: Deno.TcpConn): void {
    if (this.#open.delete(socket)) socket.close();
  }

  async #serve(client: Client): Promise<void> {
    const lines = this.#lines(client);
    const challenge = crypto.randomUUID().replaceAll("-", "");
    client.socket.setNoDelay();
    await this.send(client, controlLine({ lsg_version: "1.0.0" }));
    await this.send(client, controlLine({ cram: challenge }));
    client.auth = await nextLine(lines);
    const refusal = this.#refusal(client, challenge);
    if (refusal !== null) {
      await this.send(client, controlLine({ success: 0, error: refusal }));
      return;
    }
    await this.send(client, controlLine({ success: 1, session_id: `${client.number + 1}` }));
    let subscription: ControlFields = new Map();
    for (;;) {
      const line = await nextLine(lines);
      if (line.has("start_session")) break;
      if (line.has("schema")) subscription = line;
    }
    await this.#play(client, subscription);
  }

  #refusal(client: Client, challenge: string): string | null {
    const { key, feed } = this.options;
    const { auth } = client;
    if (key !== null && auth.get("auth") !== cramAnswer(challenge, key)) {
      return "Authentication failed.";
    }
    const dataset = auth.get("dataset");
    if (key !== null && dataset !== feed.instrument.dataset) return `No dataset ${dataset}.`;
    return this.refusalOf(client);
  }

  async #play(client: Client, subscription: ControlFields): Promise<void> {
    const { feed, version = DBN_VERSION } = this.options;
    await this.send(client, this.#header(client));
    const error = this.errorOf(client, subscription);
    if (error !== null) {
      await this.#sendRecords(client, errorRecord(error, version));
      // After records that were skipped others follow; of all else there is nothing to be had.
      if (error.code !== ERROR.SKIPPED) return;
    }
    const said = "Subscription request 1 for mbo data succeeded";
    await this.#sendRecords(client, systemRecord(SYSTEM.SUBSCRIPTION_ACK, said, version));
    await this.#sendRecords(client, mappingRecord(feed, version));
    // What is sent first is of this very moment; what happens while it is sent follows.
    let count = feed.count;
    const start = subscription.get("start");
    if (subscription.get("snapshot") === "1") await this.#sendRecords(client, feed.snapshot());
    else if (start !== undefined) {
      await this.#sendRecords(client, this.replayed(client, feed.since(BigInt(start))));
      const finished = systemRecord(SYSTEM.REPLAY_COMPLETED, "Finished mbo replay", version);
      if (feed.count === count) await this.#sendRecords(client, finished);
      else {
        await this.#sendRecords(client, feed.records(count).slice());
        count = feed.count;
        await this.#sendRecords(client, finished);
      }
    }
    await this.#follow(client, count);
  }

  async #follow(client: Client, from: number): Promise<void> {
    const { feed, clock, version = DBN_VERSION } = this.options;
    const intervalMs = Number(client.auth.get("heartbeat_interval_s") ?? 30) * 1e3;
    for (let count = from; !this.#over.signal.aborted;) {
      const over = new AbortController();
      const ends = AbortSignal.any([over.signal, this.#over.signal]);
      const quiet = clock.sleep(intervalMs, ends).catch(() => {});
      await Promise.race([this.moreThan(client, count), quiet]);
      over.abort();
      if (this.#over.signal.aborted) return;
      if (feed.count > count) {
        const records = feed.records(count).slice();
        count = feed.count;
        await this.#sendRecords(client, records);
      } else await this.#sendRecords(client, systemRecord(SYSTEM.HEARTBEAT, "Heartbeat", version));
    }
  }

  #header(client: Client): Uint8Array {
    const { feed, version = DBN_VERSION } = this.options;
    const first = feed.count > 0 ? new DataView(feed.records(0, 1).slice().buffer) : null;
    return encodeMetadata({
      version,
      dataset: feed.instrument.dataset,
      schema: SCHEMA_MIXED,
      start: first?.getBigUint64(8, true) ?? 0n,
      symbols: [],
      mappings: [],
      stypeIn: STYPE_NONE,
      tsOut: client.auth.get("ts_out") === "1",
    });
  }

  async #sendRecords(client: Client, records: Uint8Array): Promise<void> {
    const isTimed = client.auth.get("ts_out") === "1";
    await this.send(client, isTimed ? timed(records, this.options.clock.now()) : records);
  }

  async *#lines(client: Client): AsyncGenerator<ControlFields> {
    const lines = new ControlLines();
    const piece = new Uint8Array(PIECE_BYTES);
    for (;;) {
      const n = await client.socket.read(piece).catch(() => null);
      if (n === null) return;
      lines.push(piece.subarray(0, n));
      for (let line = lines.next(); line !== null; line = lines.next()) yield line;
    }
  }
}

async function nextLine(lines: AsyncGenerator<ControlFields>): Promise<ControlFields> {
  const { value, done } = await lines.next();
  if (done) throw new ClientGone("it closed the connection");
  return value;
}

/**
 * @param error what is wrong
 * @param version DBN version
 * @returns the record that says so
 */
export function errorRecord({ code, text }: GatewayError, version: number): Uint8Array {
  const header = { publisherId: 0, instrumentId: 0, tsEvent: 0n };
  return encodeRecord({ rtype: RTYPE_ERROR, ...header, err: text, code, isLast: 1 }, version);
}

function systemRecord(code: number, msg: string, version: number): Uint8Array {
  const header = { publisherId: 0, instrumentId: 0, tsEvent: 0n };
  return encodeRecord({ rtype: RTYPE_SYSTEM, ...header, msg, code }, version);
}

function mappingRecord({ instrument }: Feed, version: number): Uint8Array {
  const { instrumentId, symbol } = instrument;
  return encodeRecord({
    rtype: RTYPE_SYMBOL_MAPPING,
    publisherId: 0,
    instrumentId,
    tsEvent: 0n,
    stypeInSymbol: symbol,
    stypeOutSymbol: symbol,
  }, version);
}

/** Records with the time at which they are sent behind each. */
function timed(records: Uint8Array, nowMs: number): Uint8Array {
  const parts: number[] = [];
  const time = new Uint8Array(new BigUint64Array([BigInt(nowMs) * 1_000_000n]).buffer);
  eachRecord(records, (at, _, length) => {
    parts.push(records[at]! + 2, ...records.subarray(at + 1, at + length), ...time);
  });
  return new Uint8Array(parts);
}
