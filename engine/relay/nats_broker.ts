/** NATS JetStream as the broker. */
import {
  type ConnectionOptions,
  credsAuthenticator,
  headers,
  type MsgHdrs,
  type NatsConnection,
} from "@nats-io/nats-core";
import {
  jetstream,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstreamManager,
  type StoredMsg,
  type StreamUpdateConfig,
} from "@nats-io/jetstream";
import {
  type Broker,
  BrokerError,
  ForeignPiece,
  type Limits,
  type Piece,
  type Receipt,
  type StoredPiece,
} from "./broker.ts";
import { connect } from "./nats_connect.ts";
import {
  type Channel,
  dateOf,
  FILE_HEADER,
  type Kind,
  OFFSET_HEADER,
  streamOf,
  subjectOf,
} from "./names.ts";

/** Longest wait for an answer, milliseconds. */
const ANSWER_MS = 5_000;

/** How often a quiet connection is tried, milliseconds; two tries without an answer end it. */
const PING_MS = 5_000;

/** Messages on their way to a reader at once, a quarter of a MiB each at most. */
const IN_FLIGHT = 64;

/** What JetStream says of a piece that does not follow the one that was named. */
const WRONG_LAST_SEQUENCE = 10_071;

/** Errors of a broker that will not have who asks, and what the client says of a file that is none. */
const REFUSALS = ["AuthorizationError", "PermissionViolationError"];
const NO_CREDENTIALS = "unable to parse credentials";

/** Which message of a stream. */
type Query = { seq: number } | { last_by_subj: string };

/** Where a broker is, and how it knows who asks. */
export interface BrokerAccess {
  hostname: string;
  port: number;
  /** Whether the connection has to be encrypted; else it is where the broker offers it. */
  isTls: boolean;
  /** Certificate authority, PEM, besides those of the system. */
  ca?: string;
  user?: string;
  password?: string;
  token?: string;
  /** A credentials file's bytes. */
  creds?: Uint8Array;
}

/** @param access a broker; gives what to call it, without credentials */
export function brokerName({ hostname, port }: BrokerAccess): string {
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

/**
 * Connects to a broker, to the one host alone, once: whoever asks tries again.
 *
 * @param access where it is
 * @param name who asks
 * @throws BrokerError when it is away, or does not take who asks
 */
export async function connectNats(access: BrokerAccess, name: string): Promise<Broker> {
  const { user, password, token, creds, ca, isTls } = access;
  const options: ConnectionOptions = {
    name,
    servers: brokerName(access),
    reconnect: false,
    // The host that was named, by its name, and none that it tells of.
    resolve: false,
    ignoreClusterUpdates: true,
    timeout: ANSWER_MS,
    pingInterval: PING_MS,
    maxPingOut: 2,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password }),
    ...(token !== undefined && { token }),
    ...(creds !== undefined && { authenticator: credsAuthenticator(creds) }),
    ...((isTls || ca !== undefined) && { tls: ca === undefined ? {} : { ca } }),
  };
  return await told(access, async () => {
    const connection = await connect(options);
    try {
      const manager = await jetstreamManager(connection, { timeout: ANSWER_MS });
      return new NatsBroker(access, connection, manager);
    } catch (error) {
      await connection.close();
      throw error;
    }
  });
}

class NatsBroker implements Broker {
  readonly #access: BrokerAccess;
  readonly #connection: NatsConnection;
  readonly #manager: JetStreamManager;
  readonly #client: JetStreamClient;

  constructor(access: BrokerAccess, connection: NatsConnection, manager: JetStreamManager) {
    this.#access = access;
    this.#connection = connection;
    this.#manager = manager;
    this.#client = jetstream(connection, { timeout: ANSWER_MS });
  }

  async prepare(channel: Channel, { maxAgeMs, maxBytes }: Limits): Promise<void> {
    const max_age = maxAgeMs * 1e6;
    // What a replica still needs is not dropped for what comes.
    await this.#have(channel, "bytes", { max_age, max_bytes: maxBytes, discard: "new" });
    // A stream of its own: where a message takes the place of another, servers have had readers of
    // the same stream leave out what was between.
    await this.#have(channel, "state", { max_age, max_msgs_per_subject: 1, discard: "old" });
  }

  async #have(channel: Channel, kind: Kind, limits: Partial<StreamUpdateConfig>): Promise<void> {
    const name = streamOf(channel, kind);
    const config = { subjects: [subjectOf(channel, kind)], ...limits };
    await this.#ask(async () => {
      try {
        await this.#manager.streams.update(name, config);
      } catch (error) {
        if (!isMissing(error)) throw error;
        await this.#manager.streams.add({ name, storage: "file", ...config });
      }
    });
  }

  async publish(channel: Channel, dt: string, piece: Piece, after: number): Promise<Receipt> {
    const { file, offset, bytes } = piece;
    const head = headers();
    head.set(FILE_HEADER, file);
    head.set(OFFSET_HEADER, `${offset}`);
    return await this.#ask(async () => {
      try {
        const { seq, duplicate } = await this.#client.publish(
          subjectOf(channel, "bytes", dt),
          bytes,
          {
            headers: head,
            // A stream knows a repeat by it, whatever the subject.
            msgID: `${file}:${dt}:${offset}`,
            expect: { lastSubjectSequence: after },
            timeout: ANSWER_MS,
          },
        );
        return duplicate ? { kind: "repeat" } : { kind: "stored", sequence: seq };
      } catch (error) {
        const isFenced = error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE;
        if (isFenced) return { kind: "fenced" };
        throw error;
      }
    });
  }

  async publishState(channel: Channel, dt: string, text: string): Promise<void> {
    await this.#ask(() =>
      this.#client.publish(subjectOf(channel, "state", dt), text, { timeout: ANSWER_MS })
    );
  }

  async state(channel: Channel, dt: string): Promise<string | null> {
    const query = { last_by_subj: subjectOf(channel, "state", dt) };
    const found = await this.#message(streamOf(channel, "state"), query);
    return found?.string() ?? null;
  }

  pieceFrom(channel: Channel, dt: string, sequence: number): Promise<StoredPiece | null> {
    // The client's types know of no request with both.
    const query = { seq: sequence, next_by_subj: subjectOf(channel, "bytes", dt) };
    return this.#piece(channel, query as unknown as { seq: number });
  }

  lastPiece(channel: Channel, dt: string): Promise<StoredPiece | null> {
    return this.#piece(channel, { last_by_subj: subjectOf(channel, "bytes", dt) });
  }

  async #piece(channel: Channel, query: Query): Promise<StoredPiece | null> {
    const found = await this.#message(streamOf(channel, "bytes"), query);
    return found === null ? null : this.#stored(found, found.header, found.seq);
  }

  #message(stream: string, query: Query): Promise<StoredMsg | null> {
    return this.#ask(() =>
      this.#manager.streams.getMessage(stream, query)
        .catch((error) => isMissing(error) ? null : Promise.reject(error))
    );
  }

  async dates(channel: Channel): Promise<Map<string, number> | null> {
    const info = await this.#ask(() =>
      this.#manager.streams.info(streamOf(channel, "bytes"), {
        subjects_filter: subjectOf(channel, "bytes"),
      })
        .catch((error) => isMissing(error) ? null : Promise.reject(error))
    );
    if (info === null) return null;
    const counts = Object.entries(info.state.subjects ?? {}).flatMap(([subject, count]) => {
      const dt = dateOf(subject);
      return dt === null ? [] : [[dt, count] as const];
    });
    return new Map(counts);
  }

  async *read(
    channel: Channel,
    dt: string,
    sequence: number,
    signal: AbortSignal,
  ): AsyncGenerator<StoredPiece> {
    const messages = await this.#ask(async () => {
      const consumer = await this.#client.consumers.get(streamOf(channel, "bytes"), {
        filter_subjects: subjectOf(channel, "bytes", dt),
        deliver_policy: "by_start_sequence",
        opt_start_seq: sequence,
      });
      return await consumer.consume({ max_messages: IN_FLIGHT, abort_on_missing_resource: true });
    });
    const end = () => void messages.close();
    void this.#connection.closed().then(end);
    signal.addEventListener("abort", end);
    try {
      if (signal.aborted) return;
      const coming = messages[Symbol.asyncIterator]();
      for (;;) {
        const next = await this.#ask(() => coming.next());
        if (next.done) break;
        yield this.#stored(next.value, next.value.headers, next.value.seq);
      }
      if (!signal.aborted) throw new BrokerError(`${brokerName(this.#access)} has gone`);
    } finally {
      signal.removeEventListener("abort", end);
      end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close();
  }

  #stored(
    { data }: Pick<StoredMsg, "data">,
    head: MsgHdrs | undefined,
    sequence: number,
  ): StoredPiece {
    const file = head?.get(FILE_HEADER) ?? "";
    const offset = Number(head?.get(OFFSET_HEADER) || NaN);
    if (file !== "" && Number.isSafeInteger(offset) && offset >= 0) {
      return { file, offset, bytes: data, sequence };
    }
    throw new ForeignPiece(
      `${brokerName(this.#access)} has a message among the recording's that no recorder published`,
    );
  }

  #ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    return told(this.#access, question);
  }
}

/** Has what goes wrong told in one line, which never holds what the broker was told of who asks. */
async function told<Answer>(
  access: BrokerAccess,
  question: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await question();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof BrokerError) throw error;
    // A mistake of this program is none of the broker's.
    if (error instanceof TypeError && !("code" in error)) throw error;
    if (error instanceof Deno.errors.NotCapable) throw error;
    const isRefusal = REFUSALS.includes(error.name) || error.message === NO_CREDENTIALS;
    const why = isRefusal ? "does not take these credentials, or not for this" : reasonOf(error);
    throw new BrokerError(`${brokerName(access)} ${why}`, isRefusal, { cause: error });
  }
}

function reasonOf(error: Error): string {
  if (error instanceof JetStreamApiError) return `refuses: ${error.message}`;
  switch (error.name) {
    case "TimeoutError":
      return "does not answer";
    case "JetStreamNotEnabled":
      return "has no JetStream: begin it with -js";
    default:
      return `cannot be reached: ${error.message || error.name}`;
  }
}

function isMissing(error: unknown): boolean {
  // No stream, no message.
  return error instanceof JetStreamApiError && [10_059, 10_037].includes(error.code);
}
