/**
 * Reconnecting without a hole: what was written last, by which a replay is recognised.
 *
 * The *tail* of a recording are its MBO records without F_SNAPSHOT since the last one with it, or since
 * the beginning. T is its largest ts_event less one second. A replay of all records with ts_event >= T,
 * in the order of the feed, holds those of the tail as one unbroken run; what follows the run is new.
 * Nothing is lost and nothing comes twice as long as no ts_event lies more than a second behind the
 * largest one before it.
 */
import { F_SNAPSHOT, MBO, UNDEF_TIMESTAMP } from "dbn-ts";

/** How far back a replay begins, nanoseconds: records may be out of order by as much. */
const REACH_NS = 1_000_000_000n;

const FIRST_CAPACITY = 1_024;

/** The end of a recording, as far as a replay from T on shows it; older records are forgotten. */
export class Tail {
  /** Records, 56 bytes each; those before T are dropped when there is no room. */
  #records = new Uint8Array(FIRST_CAPACITY * MBO.BYTES);
  #count = 0;
  #largest: bigint | null = null;
  #hasOrders = false;

  /** Whether any MBO record was written, of a snapshot or not. */
  get hasOrders(): boolean {
    return this.#hasOrders;
  }

  /** T: from when on a replay is wanted, UTC nanoseconds since the epoch; null for an empty tail. */
  get startNs(): bigint | null {
    if (this.#largest === null) return null;
    return this.#largest > REACH_NS ? this.#largest - REACH_NS : 0n;
  }

  /**
   * Adds a record that was written.
   *
   * @param bytes bytes that hold an MBO record whole
   * @param at index at which it begins
   */
  add(bytes: Uint8Array, at: number): void {
    this.#hasOrders = true;
    if ((bytes[at + MBO.FLAGS]! & F_SNAPSHOT) !== 0) {
      this.#count = 0;
      this.#largest = null;
      return;
    }
    const ts = tsEventAt(bytes, at);
    if (ts !== UNDEF_TIMESTAMP && (this.#largest === null || ts > this.#largest)) {
      this.#largest = ts;
    }
    if ((this.#count + 1) * MBO.BYTES > this.#records.length) this.#makeRoom();
    this.#records.set(bytes.subarray(at, at + MBO.BYTES), this.#count * MBO.BYTES);
    this.#count++;
  }

  /**
   * @returns the records of the tail with ts_event >= T, in the order of the file, 56 bytes each; empty
   * when the tail is
   */
  run(): Uint8Array<ArrayBuffer> {
    this.#forget();
    return this.#records.slice(0, this.#count * MBO.BYTES);
  }

  /** Forgets what is before T, for T only grows; and doubles the room when that is not much. */
  #makeRoom(): void {
    this.#forget();
    if (this.#count * MBO.BYTES * 2 <= this.#records.length) return;
    const more = new Uint8Array(this.#records.length * 2);
    more.set(this.#records);
    this.#records = more;
  }

  #forget(): void {
    const startNs = this.startNs;
    if (startNs === null) return;
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const at = i * MBO.BYTES;
      if (tsEventAt(this.#records, at) < startNs) continue;
      if (kept < i) this.#records.copyWithin(kept * MBO.BYTES, at, at + MBO.BYTES);
      kept++;
    }
    this.#count = kept;
  }
}

/**
 * @param bytes bytes that hold a record
 * @param at index at which it begins
 * @returns its ts_event, UTC nanoseconds since the epoch
 */
export function tsEventAt(bytes: Uint8Array, at: number): bigint {
  return u64At(bytes, at + MBO.TS_EVENT);
}

/**
 * @param bytes bytes that hold an MBO record
 * @param at index at which it begins
 * @returns its ts_recv, or ts_event where that is undefined, UTC nanoseconds since the epoch
 */
export function tsRecvAt(bytes: Uint8Array, at: number): bigint {
  const ts = u64At(bytes, at + MBO.TS_RECV);
  return ts === UNDEF_TIMESTAMP ? tsEventAt(bytes, at) : ts;
}

function u64At(bytes: Uint8Array, at: number): bigint {
  const low = (bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24) >>>
    0;
  const high = (bytes[at + 4]! | bytes[at + 5]! << 8 | bytes[at + 6]! << 16 |
    bytes[at + 7]! << 24) >>> 0;
  return (BigInt(high) << 32n) | BigInt(low);
}
