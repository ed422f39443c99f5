/** A recording that is published and replicated in this process, by way of a real broker. */
import { systemClock } from "../../engine/databento/clock.ts";
import type { Clock } from "../../engine/databento/clock.ts";
import { RecordFraming } from "../../engine/databento/live/record_framing.ts";
import type { RecorderEvent } from "../../engine/recorder/recording_status.ts";
import { type BrokerAccess, connectNats } from "../../engine/relay/nats_broker.ts";
import { Publisher, type PublisherOptions } from "../../engine/relay/publisher.ts";
import { Replicator, type ReplicatorOptions } from "../../engine/relay/replicator.ts";
import { adds, dbn, mappingRecord, recordsAt, snapshot } from "../made_session.ts";
import { orderSession } from "./order_session.ts";

/** Whose recordings the tests' are. */
export const CHANNEL = { dataset: "GLBX.MDP3", symbol: "MNQH6" };

export const DT = "2026-02-06";

const MORNING_NS = 14n * 3_600n * 1_000_000_000n;

/** A small session as a gateway gives it. */
export const SESSION = dbn([
  mappingRecord(1, "MNQH6"),
  ...snapshot({ at: MORNING_NS - 1_000_000_000n }),
  ...adds(600, { at: MORNING_NS }),
], { schema: 0xffff, symbol: null, end: null });

/** A session of records that take turns of their own, as a recording. */
export function recordingOf(seed: number, count: number): Uint8Array {
  return dbn([mappingRecord(1, "MNQH6"), orderSession(seed, count)], {
    ...{ schema: 0xffff, symbol: null, end: null },
  });
}

/** Where its records begin and end. */
export function boundaries(recording: Uint8Array): number[] {
  const ends = [recordsAt(recording)];
  while (ends.at(-1)! < recording.length) ends.push(ends.at(-1)! + recording[ends.at(-1)!]! * 4);
  new RecordFraming(3, 0).take(recording.subarray(ends[0]));
  return ends;
}

/** The clock of the machine, on which nobody waits long. */
export const impatient: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 20), signal),
};

/** Waits for something to be so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!await isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const connectTo = (port: number, more: Partial<BrokerAccess> = {}) => () =>
  connectNats({ hostname: "127.0.0.1", port, isTls: false, ...more }, "test");

/** Connects to a broker of this machine. */
export const brokerAt = (port: number, more?: Partial<BrokerAccess>) => connectTo(port, more)();

/** A publisher that runs. */
export class TestPublisher implements AsyncDisposable {
  readonly said: string[] = [];
  readonly #finish = new AbortController();
  readonly #end = new AbortController();
  readonly done: Promise<void>;

  constructor(path: string, port: number, options: Partial<PublisherOptions> = {}) {
    this.done = new Publisher({
      channel: CHANNEL,
      dt: DT,
      path,
      limits: { maxAgeMs: 3_600_000, maxBytes: -1 },
      connect: connectTo(port),
      clock: impatient,
      random: () => 0,
      tell: (_, message) => void this.said.push(message),
      finish: this.#finish.signal,
      signal: this.#end.signal,
      ...options,
    }).run();
  }

  /** Waits until all is published. */
  async finish(): Promise<void> {
    this.#finish.abort();
    await this.done;
  }

  /** Ends it at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.done;
  }
}

/** A replicator that runs, into a lake of its own unless it is told one. */
export class TestReplicator implements AsyncDisposable {
  readonly said: string[] = [];
  readonly events: RecorderEvent[] = [];
  readonly lake: string;
  /** Resolves when it has ended, rejects with what it threw. */
  readonly done: Promise<void>;
  readonly #stop = new AbortController();
  readonly #ownsLake: boolean;

  constructor(port: number, options: Partial<ReplicatorOptions> = {}) {
    this.#ownsLake = options.lake === undefined;
    this.lake = options.lake ?? Deno.makeTempDirSync({ prefix: "spymaster_replica_" });
    this.done = new Replicator({
      productType: "future_mbo",
      symbol: "MNQH6",
      symbolRoot: "MNQ",
      datasets: ["GLBX.MDP3"],
      from: null,
      isOnce: false,
      connect: connectTo(port),
      clock: impatient,
      random: () => 0,
      onEvent: (event) => {
        this.events.push(event);
        if (event.kind === "log") this.said.push(event.message);
      },
      signal: this.#stop.signal,
      ...options,
      lake: this.lake,
    }).run();
    // Met by who waits for it.
    this.done.catch(() => {});
  }

  /** Its file of a date. */
  path(dt = DT): string {
    return `${this.lake}/raw/source=databento/product_type=future_mbo/symbol=MNQ` +
      `/table=market_by_order_dbn/glbx-mdp3-${dt.replaceAll("-", "")}.mbo.MNQH6.live.dbn`;
  }

  /** What is in it; nothing where it is not there. */
  bytes(dt = DT): Uint8Array {
    try {
      return Deno.readFileSync(this.path(dt));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return new Uint8Array();
      throw error;
    }
  }

  /** Stops it, as TERM does. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.done.catch(() => {});
    if (this.#ownsLake) await Deno.remove(this.lake, { recursive: true });
  }
}
