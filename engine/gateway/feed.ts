import { MBO } from "dbn-ts";
import { tsEventAt, tsRecvAt } from "../databento/live/tail.ts";
import { OrderList } from "./order_list.ts";

/** What a gateway plays. */
export interface FeedInstrument {
  /** Dataset code. */
  dataset: string;
  symbol: string;
  instrumentId: number;
}

/** MBO records of one instrument as they happen: all of them are kept, for who asks for the past. */
export class Feed {
  #bytes = new Uint8Array(1_024 * MBO.BYTES);
  #count = 0;
  readonly #orders = new OrderList();
  #waiting = Promise.withResolvers<void>();
  /** Until when all that was due has happened, UTC nanoseconds since the epoch; at least the last record's receipt. */
  reachedNs = 0n;

  /** @param instrument whose records */
  constructor(readonly instrument: FeedInstrument) {}

  /** Records that have happened. */
  get count(): number {
    return this.#count;
  }

  /**
   * Lets a record happen.
   *
   * @param record an MBO record, which is copied
   */
  add(record: Uint8Array): void {
    const at = this.#count * MBO.BYTES;
    if (at === this.#bytes.length) {
      const more = new Uint8Array(this.#bytes.length * 2);
      more.set(this.#bytes);
      this.#bytes = more;
    }
    this.#bytes.set(record.subarray(0, MBO.BYTES), at);
    this.#count++;
    this.#orders.apply(this.#bytes.subarray(at, at + MBO.BYTES));
    this.#waiting.resolve();
    this.#waiting = Promise.withResolvers();
  }

  /**
   * @param from number of the first record
   * @param to number after the last one
   * @returns records that have happened, valid until the next one does
   */
  records(from: number, to: number = this.#count): Uint8Array {
    return this.#bytes.subarray(from * MBO.BYTES, to * MBO.BYTES);
  }

  /** Resolves when the next record has happened. */
  get next(): Promise<void> {
    return this.#waiting.promise;
  }

  /**
   * @param startNs UTC nanoseconds since the epoch
   * @returns the records so far with a ts_event not before it, in order
   */
  since(startNs: bigint): Uint8Array {
    const all = this.records(0);
    if (startNs === 0n) return all.slice();
    const found = new Uint8Array(all.length);
    let end = 0;
    for (let at = 0; at < all.length; at += MBO.BYTES) {
      if (tsEventAt(all, at) < startNs) continue;
      found.set(all.subarray(at, at + MBO.BYTES), end);
      end += MBO.BYTES;
    }
    return found.subarray(0, end);
  }

  /** The book of all that has happened, taken when it had come to that; empty before the first record. */
  snapshot(): Uint8Array {
    if (this.#count === 0) return new Uint8Array();
    const last = this.records(this.#count - 1);
    const receivedNs = tsRecvAt(last, 0);
    return this.#orders.snapshot(
      this.reachedNs > receivedNs ? this.reachedNs : receivedNs,
      last,
    );
  }
}
