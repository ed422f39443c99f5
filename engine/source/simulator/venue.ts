import {
  ACTION,
  encodeMbo,
  F_BAD_TS_RECV,
  F_LAST,
  F_SNAPSHOT,
  type MboNumbers,
  MboWriter,
  SIDE,
  UNDEF_PRICE,
} from "dbn-ts";
import type { Random } from "./random.ts";

const PUBLISHER_ID = 1;
/** Flags of the last record of an event: real files of CME have bit 2 beside F_LAST, 130. */
const END = F_LAST | 2;
const SNAPSHOT = F_SNAPSHOT | F_BAD_TS_RECV;

/** Records in the buffer: few, so that a block is soon filled and handed on. */
const BLOCK_RECORDS = 4096;

/**
 * Writes records as real files of CME Globex have them: flags, sequence numbers, times of capture
 * and of transport. An event is `begin`, then its records, the last of them marked.
 */
export class Venue {
  readonly #writer: MboWriter;
  readonly #record: MboNumbers;
  #recv = 0;
  #sequence = 1000;

  /**
   * @param midnightNs midnight UTC of the session's date, nanoseconds since the epoch
   * @param tickInt price_int units per tick
   * @param random for what varies in transport
   * @param write takes blocks of records, each valid until it returns
   */
  constructor(
    readonly midnightNs: bigint,
    readonly tickInt: number,
    readonly random: Random,
    readonly write: (bytes: Uint8Array) => void,
  ) {
    this.#writer = new MboWriter(midnightNs, BLOCK_RECORDS);
    this.#record = {
      publisherId: PUBLISHER_ID,
      instrumentId: 0,
      tsEvent: 0,
      orderId: 0,
      price: 0,
      size: 0,
      flags: 0,
      channelId: 0,
      action: 0,
      side: 0,
      tsRecv: 0,
      tsInDelta: 0,
      sequence: 0,
    };
  }

  /**
   * Begins an event.
   *
   * @param instrumentId whose it is
   * @param ts its time, nanoseconds since midnight
   */
  begin(instrumentId: number, ts: number): void {
    const record = this.#record;
    const { random } = this;
    record.instrumentId = instrumentId;
    record.tsEvent = ts;
    record.tsInDelta = 12_400 + Math.floor(random.exponential(1_900));
    record.sequence = this.#sequence += random.chance(0.05) ? 2 + random.geometric(0.5) : 1;
    const recv = ts + 84_000 + Math.floor(random.exponential(14_000));
    record.tsRecv = this.#recv = Math.max(this.#recv + 400, recv);
  }

  /** Goes on to another message of the same event. */
  nextMessage(): void {
    this.#record.sequence = ++this.#sequence;
    this.#record.tsRecv = this.#recv += 7_000 + this.random.below(5_000);
  }

  /**
   * Writes a record of the event.
   *
   * @param action one of ACTION
   * @param tick price in ticks
   * @param id order number
   * @param last whether it ends the event
   */
  put(action: number, isBid: boolean, tick: number, size: number, id: number, last: boolean): void {
    const record = this.#record;
    record.action = action;
    record.side = isBid ? SIDE.BID : SIDE.ASK;
    record.price = tick * this.tickInt;
    record.size = size;
    record.orderId = id;
    record.flags = last ? END : 0;
    this.#write();
  }

  /** Writes a Clear that begins a snapshot, at midnight. */
  clear(instrumentId: number): void {
    this.flush();
    this.write(encodeMbo({
      publisherId: PUBLISHER_ID,
      instrumentId,
      tsEvent: this.midnightNs,
      orderId: 0n,
      price: UNDEF_PRICE,
      size: 0,
      flags: SNAPSHOT,
      channelId: 0,
      action: ACTION.CLEAR,
      side: SIDE.NONE,
      tsRecv: this.midnightNs,
      tsInDelta: 0,
      sequence: this.#sequence,
    }));
  }

  /**
   * Writes an order of a snapshot, at the event time at which it was entered.
   *
   * @param last whether it ends the snapshot
   */
  snapshotOrder(
    order: { isBid: boolean; tick: number; size: number; id: number; enteredTs: number },
    instrumentId: number,
    last: boolean,
  ): void {
    const record = this.#record;
    record.instrumentId = instrumentId;
    record.tsEvent = order.enteredTs;
    record.tsRecv = 0;
    record.tsInDelta = 0;
    record.sequence = this.#sequence;
    record.action = ACTION.ADD;
    record.side = order.isBid ? SIDE.BID : SIDE.ASK;
    record.price = order.tick * this.tickInt;
    record.size = order.size;
    record.orderId = order.id;
    record.flags = last ? SNAPSHOT | F_LAST : SNAPSHOT;
    this.#write();
  }

  /** Hands on what the buffer still holds. */
  flush(): void {
    const bytes = this.#writer.take();
    if (bytes.length > 0) this.write(bytes);
  }

  #write(): void {
    this.#writer.write(this.#record);
    if (this.#writer.full) this.flush();
  }
}
