import { DbnDecoder, HEADER, instrumentIds, MBO, RTYPE_MBO } from "dbn-ts";
import { type Clock, systemClock } from "../../engine/databento/clock.ts";
import { tsRecvAt } from "../../engine/databento/live/tail.ts";
import { Feed } from "../../engine/gateway/feed.ts";
import { LiveGateway } from "../../engine/gateway/live_gateway.ts";
import { UserError } from "../../engine/errors.ts";
import { sessionTimeNs } from "../../engine/session.ts";
import { type SimulatedSession, Simulation } from "../../engine/source/simulator/simulation.ts";
import { SIMULATED_DATASET } from "../../engine/source/data_source.ts";

/** How often what is due happens, milliseconds. */
const STEP_MS = 2;

/** Events simulated at a time. */
const SLICE = 200;

/** A simulated session whose busy time begins now: its records, shifted, as they fall due. */
export class LivePlay {
  readonly feed: Feed;
  readonly #clock: Clock;
  readonly #simulation: Simulation;
  readonly #decoder = new DbnDecoder();
  readonly #instrumentId: number;
  readonly #shiftNs: bigint;
  /** Records that are not due yet, in order. */
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #isOver = false;

  /**
   * @param session what is simulated
   * @param clock what time it is
   * @throws UserError when it is none that can be
   */
  constructor(session: SimulatedSession, clock: Clock = systemClock) {
    const { symbol, dt, from } = session;
    this.#clock = clock;
    this.#shiftNs = this.#nowNs() -
      sessionTimeNs("future_mbo", dt, { name: "from", text: from });
    this.#simulation = new Simulation(session, (bytes) => this.#take(bytes));
    const [instrumentId] = instrumentIds(this.#decoder.metadata!, dt).get(symbol)!;
    this.#instrumentId = instrumentId!;
    this.feed = new Feed({
      dataset: SIMULATED_DATASET,
      symbol,
      instrumentId: this.#instrumentId,
    });
    this.happen();
  }

  /** Whether all has happened. */
  get isOver(): boolean {
    return this.#isOver && this.#waiting.length === 0;
  }

  /** Lets all happen that is due. */
  happen(): void {
    const nowNs = this.#nowNs();
    this.feed.reachedNs = nowNs;
    for (;;) {
      const due = this.#waiting.findIndex((record) => tsRecvAt(record, 0) > nowNs);
      const count = due < 0 ? this.#waiting.length : due;
      for (const record of this.#waiting.splice(0, count)) {
        if (this.#isOurs(record)) this.feed.add(record);
      }
      if (due >= 0 || this.#isOver) return;
      this.#isOver = !this.#simulation.advance(SLICE);
    }
  }

  #nowNs(): bigint {
    return BigInt(this.#clock.now()) * 1_000_000n;
  }

  #isOurs(record: Uint8Array): boolean {
    const view = new DataView(record.buffer, record.byteOffset);
    return view.getUint32(HEADER.INSTRUMENT_ID, true) === this.#instrumentId;
  }

  #take(bytes: Uint8Array): void {
    const decoder = this.#decoder;
    for (let at = 0; at < bytes.length;) {
      at += decoder.push(bytes.subarray(at, at + decoder.wanted));
      for (let at = decoder.next(RTYPE_MBO); at >= 0; at = decoder.next(RTYPE_MBO)) {
        const record = decoder.u8.slice(at, at + MBO.BYTES);
        const view = new DataView(record.buffer);
        for (const field of [MBO.TS_EVENT, MBO.TS_RECV]) {
          view.setBigUint64(field, view.getBigUint64(field, true) + this.#shiftNs, true);
        }
        this.#waiting.push(record);
      }
    }
  }
}

/**
 * Plays a simulated session as a live gateway does, until a signal ends it. Any key is accepted.
 *
 * @param session what is simulated
 * @param port where it listens, on 127.0.0.1
 * @param signal ends it
 * @throws UserError when the session is none that can be, or the port is taken
 */
export async function playLive(
  session: SimulatedSession,
  port: number,
  signal: AbortSignal,
): Promise<void> {
  const play = new LivePlay(session);
  await using gateway = openGateway(play.feed, port);
  console.log(`127.0.0.1:${gateway.port}`);
  while (!signal.aborted) {
    play.happen();
    await systemClock.sleep(play.isOver ? 1_000 : STEP_MS, signal).catch(() => {});
  }
}

function openGateway(feed: Feed, port: number): LiveGateway {
  try {
    return new LiveGateway({ feed, key: null, clock: systemClock }, port);
  } catch (error) {
    const reason = error instanceof Deno.errors.AddrInUse
      ? "the port is in use, choose another with --gateway"
      : error instanceof Deno.errors.PermissionDenied
      ? "not permitted, choose a port above 1023 with --gateway"
      : null;
    if (reason === null) throw error;
    throw new UserError(`cannot listen on 127.0.0.1:${port}: ${reason}`);
  }
}
