/** A gateway to test against: it plays a session of MBO records, and fails as it is told. */
import { MBO } from "dbn-ts";
import type { ControlFields } from "../../engine/databento/live/control_lines.ts";
import { ERROR } from "../../engine/databento/live/notices.ts";
import { Feed, type FeedInstrument } from "../../engine/gateway/feed.ts";
import {
  type Client,
  ClientGone,
  errorRecord,
  type GatewayError,
  LiveGateway,
} from "../../engine/gateway/live_gateway.ts";
import { TestClock } from "./test_clock.ts";

/** The key that it knows. */
export const TEST_KEY = "db-unittestapikey1234567890FFFFF";

/** What goes wrong with one connection. */
export interface Faults {
  /** Bytes sent after which it is closed, or falls silent. */
  cutAfter?: number;
  silentAfter?: number;
  /** Bytes that are sent at a time. */
  pieceBytes?: number;
  /** A line without an end comes instead of the challenge. */
  isEndless?: boolean;
  /** Why the key is refused. */
  refusal?: string;
  /** What the subscription is answered with. */
  error?: GatewayError;
  /** An error that comes when so many records have happened. */
  errorAt?: { count: number; error: GatewayError };
  /** Whether it is closed where more would happen. */
  isStill?: boolean;
  /** What becomes of a replay. */
  replay?: (records: Uint8Array) => Uint8Array;
}

/** What is played, and how. */
export interface TestGatewayOptions {
  /** MBO records, 56 bytes each. */
  session: Uint8Array;
  instrument?: Partial<FeedInstrument>;
  /** How many records have happened before anybody connects; default none. */
  begun?: number;
  /** How many more happen when all so far are sent; default 1,000. */
  step?: () => number;
  /** What goes wrong with the n-th connection. */
  faults?: (n: number) => Faults;
  /** A client hears nothing any more. */
  onSilence?: () => void;
  /** The key that is accepted, of the dataset that is played; null for any of any. */
  key?: string | null;
  /** DBN version. */
  version?: number;
  clock?: TestClock;
}

/** The real protocol, a session that is at hand, and faults. */
export class TestGateway extends LiveGateway {
  readonly #test: TestGatewayOptions;
  readonly #faults: Faults[] = [];
  /** Subscriptions, in order. */
  readonly subscriptions: ControlFields[] = [];
  /** Snapshots that were asked for: of how many records. */
  readonly snapshots: { count: number; bytes: Uint8Array }[] = [];
  /** Resolves when the whole session has happened and was sent to somebody. */
  readonly played = Promise.withResolvers<void>();

  /** @param options what it plays, and what goes wrong */
  constructor(options: TestGatewayOptions) {
    const { instrument, session, version } = options;
    const [instrumentId] = new Uint32Array(session.slice(4, 8).buffer);
    const feed = new Feed({
      dataset: "GLBX.MDP3",
      symbol: "MNQH6",
      instrumentId: instrumentId!,
      ...instrument,
    });
    super({
      feed,
      key: options.key === undefined ? TEST_KEY : options.key,
      clock: options.clock ?? new TestClock(0),
      ...(version !== undefined && { version }),
    });
    this.#test = options;
    this.reveal(options.begun ?? 0);
  }

  /** Lets records happen. */
  reveal(count: number): void {
    const { feed } = this.options;
    const { session } = this.#test;
    for (let i = 0; i < count && feed.count * MBO.BYTES < session.length; i++) {
      const at = feed.count * MBO.BYTES;
      feed.add(session.subarray(at, at + MBO.BYTES));
    }
  }

  #faultsOf({ number }: Client): Faults {
    return this.#faults[number] ??= this.#test.faults?.(number) ?? {};
  }

  protected override async send(client: Client, bytes: Uint8Array): Promise<void> {
    const { cutAfter = Infinity, silentAfter = Infinity, isEndless, ...faults } = this.#faultsOf(
      client,
    );
    if (isEndless) {
      for (;;) await super.send(client, new Uint8Array(1 << 17).fill(0x61));
    }
    const limit = Math.min(cutAfter, silentAfter);
    const { pieceBytes = bytes.length || 1 } = faults;
    for (let at = 0; at < bytes.length;) {
      const left = limit - client.sent;
      if (left <= 0) break;
      const end = Math.min(bytes.length, at + pieceBytes, at + left);
      await super.send(client, bytes.subarray(at, end));
      at = end;
    }
    if (client.sent >= silentAfter) await this.#beSilent();
    if (client.sent >= cutAfter) throw new ClientGone("cut");
  }

  async #beSilent(): Promise<never> {
    this.#test.onSilence?.();
    throw await new Promise<ClientGone>((resolve) => {
      this.#silent.push(() => resolve(new ClientGone("it was silent")));
    });
  }

  readonly #silent: (() => void)[] = [];

  override async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#silent) end();
    await super[Symbol.asyncDispose]();
  }

  protected override refusalOf(client: Client): string | null {
    return this.#faultsOf(client).refusal ?? null;
  }

  protected override errorOf(client: Client, subscription: ControlFields): GatewayError | null {
    this.subscriptions.push(subscription);
    const { feed } = this.options;
    const isSnapshot = subscription.get("snapshot") === "1";
    let error = this.#faultsOf(client).error ?? super.errorOf(client, subscription);
    // What has aged out is no fault of a snapshot.
    if (isSnapshot && error?.code === ERROR.AGED_OUT) error = null;
    if (isSnapshot && (error === null || error.code === ERROR.SKIPPED)) {
      this.snapshots.push({ count: feed.count, bytes: feed.snapshot() });
    }
    return error;
  }

  protected override replayed(client: Client, records: Uint8Array): Uint8Array {
    return this.#faultsOf(client).replay?.(records) ?? records;
  }

  protected override async moreThan(client: Client, count: number): Promise<void> {
    const { feed, version = 3 } = this.options;
    const { errorAt, isStill } = this.#faultsOf(client);
    if (errorAt !== undefined && count >= errorAt.count) {
      await this.send(client, errorRecord(errorAt.error, version));
      throw new ClientGone(errorAt.error.text);
    }
    if (feed.count <= count && isStill) throw new ClientGone("nothing more happens");
    if (feed.count <= count) this.reveal(this.#test.step?.() ?? 1_000);
    if (feed.count <= count) this.played.resolve();
    await super.moreThan(client, count);
  }
}
