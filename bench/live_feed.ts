/** A feed that happens at a rate, a client that sees how late it is shown, and processes about them. */
import { ACTION, encodeMbo, SIDE } from "dbn-ts";
import { systemClock } from "../engine/databento/clock.ts";
import { Feed } from "../engine/gateway/feed.ts";
import { LiveGateway } from "../engine/gateway/live_gateway.ts";
import { SIMULATED_DATASET } from "../engine/source/data_source.ts";

/** Linux counts processor time in hundredths of a second. */
const TICKS_A_SECOND = 100;
/** Orders that rest. */
const RESTING = 2_000;
const TICK = 250_000_000n;
const BID = 25_000_000_000_000n;

/** Wall time, UTC nanoseconds since the epoch. */
export const nowNs = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6));

/** A gateway of this process, with records that say when they were written. */
export class PlayedFeed implements AsyncDisposable {
  readonly #feed = new Feed({ dataset: SIMULATED_DATASET, symbol: "MNQH6", instrumentId: 1 });
  readonly #gateway: LiveGateway;
  #made = 0;

  constructor() {
    for (let i = 0; i < RESTING; i++) this.#happen();
    this.#gateway = new LiveGateway({ feed: this.#feed, key: null, clock: systemClock });
  }

  /** Where it listens, HOST:PORT. */
  get address(): string {
    return `127.0.0.1:${this.#gateway.port}`;
  }

  /** Lets records happen at a rate for so long, milliseconds. */
  async play(rate: number, ms: number): Promise<void> {
    const begun = performance.now();
    for (let done = 0;;) {
      const elapsed = performance.now() - begun;
      const due = Math.floor(Math.min(elapsed, ms) * rate / 1e3);
      for (; done < due; done++) this.#happen();
      if (elapsed >= ms) return;
      await systemClock.sleep(1, new AbortController().signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateway[Symbol.asyncDispose]();
  }

  /** Lets an order be added, or the oldest one be cancelled, in turns. */
  #happen(): void {
    const number = this.#made++;
    const adds = number < RESTING || number % 2 === 0;
    const order = adds ? number : number - RESTING + 1 - (number + RESTING) % 2;
    const isBid = order % 4 < 2;
    const level = BigInt(order % 40);
    const ns = nowNs();
    this.#feed.add(encodeMbo({
      publisherId: 1,
      instrumentId: 1,
      orderId: BigInt(order + 1),
      price: isBid ? BID - level * TICK : BID + (level + 1n) * TICK,
      size: 1 + order % 5,
      flags: 128,
      channelId: 0,
      action: adds ? ACTION.ADD : ACTION.CANCEL,
      side: isBid ? SIDE.BID : SIDE.ASK,
      tsEvent: ns,
      tsRecv: ns,
      tsInDelta: 0,
      sequence: number,
    }));
  }
}

/** Processor time of a process, seconds. */
export function cpuSeconds({ pid }: { readonly pid: number }): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

/** A client, and how late each grid came, milliseconds. */
export class Watcher {
  readonly latencies: number[] = [];
  newestNs = 0n;
  readonly #socket: WebSocket;
  #headNs = 0n;

  /**
   * @param feed what it watches
   * @param port of the server
   */
  constructor(readonly feed: PlayedFeed, port: number) {
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/v1/vacuum-pressure/stream`);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onmessage = ({ data }) => {
      if (typeof data !== "string") {
        this.newestNs = this.#headNs;
        this.latencies.push(Number(nowNs() - this.#headNs) / 1e6);
      } else if (data.startsWith('{"type":"grid_update"')) {
        const at = data.indexOf('"ts_ns":"') + 9;
        this.#headNs = BigInt(data.slice(at, at + 19));
      }
    };
  }

  /** Waits for a grid of a time or later, while records happen. */
  async reaches(ns: bigint): Promise<void> {
    while (this.newestNs < ns) await this.feed.play(100, 20);
  }

  close(): void {
    this.#socket.close();
  }
}

/** Waits, while records happen, until a server is ready. */
export async function untilServed(feed: PlayedFeed, port: number): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/ready`);
      await response.body?.cancel();
      if (response.ok) return;
    } catch {
      // Nothing listens yet.
    }
    await feed.play(100, 100);
  }
}

/**
 * @param sorted values, ascending
 * @param share which of them, 0 to 1
 */
export function quantile(sorted: readonly number[], share: number): string {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(1);
}
