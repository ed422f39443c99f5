import { ACTION, F_LAST, F_SNAPSHOT, MBO, SIDE, UNDEF_PRICE } from "dbn-ts";

/** Flag of a record whose ts_recv is not that of its event. */
const F_BAD_TS_RECV = 8;

/** An order that rests. */
interface Order {
  /** The record that it is as it is for, 56 bytes. */
  record: Uint8Array;
  /** Before others at its price it comes with a smaller one. */
  priority: number;
}

/** The orders that rest, of one instrument, from which a snapshot is made: simple, and not fast. */
export class OrderList {
  readonly #orders = new Map<bigint, Order>();
  #priority = 0;

  /** Orders that rest. */
  get size(): number {
    return this.#orders.size;
  }

  /**
   * Lets a record happen.
   *
   * @param record an MBO record
   */
  apply(record: Uint8Array): void {
    const view = viewOf(record);
    const id = view.getBigUint64(MBO.ORDER_ID, true);
    const found = this.#orders.get(id);
    switch (record[MBO.ACTION]) {
      case ACTION.CLEAR:
        this.#orders.clear();
        break;
      case ACTION.ADD:
        this.#put(id, record);
        break;
      case ACTION.MODIFY:
        if (found === undefined || losesPriority(viewOf(found.record), view)) this.#put(id, record);
        else found.record = record.slice(0, MBO.BYTES);
        break;
      case ACTION.CANCEL: {
        if (found === undefined) break;
        const resting = viewOf(found.record);
        const left = resting.getUint32(MBO.SIZE, true) - view.getUint32(MBO.SIZE, true);
        if (left <= 0) this.#orders.delete(id);
        else resting.setUint32(MBO.SIZE, left, true);
      }
    }
  }

  /**
   * The book as a gateway sends it: a Clear, then an add for each order, best prices first and in the
   * order of their priority; each with the ts_event of its order.
   *
   * @param takenNs when, UTC nanoseconds since the epoch
   * @param like any record of the instrument
   * @returns the records, one after the other
   */
  snapshot(takenNs: bigint, like: Uint8Array): Uint8Array<ArrayBuffer> {
    const orders = [...this.#orders.values()].sort(byPriority);
    const bytes = new Uint8Array((orders.length + 1) * MBO.BYTES);
    const view = new DataView(bytes.buffer);
    bytes.set(like.subarray(0, MBO.BYTES));
    bytes.fill(0, MBO.ORDER_ID, MBO.BYTES);
    let oldest = takenNs;
    orders.forEach(({ record }, i) => {
      const at = (i + 1) * MBO.BYTES;
      bytes.set(record, at);
      const ts = view.getBigUint64(at + MBO.TS_EVENT, true);
      if (ts < oldest) oldest = ts;
    });
    view.setBigUint64(MBO.TS_EVENT, oldest, true);
    view.setBigInt64(MBO.PRICE, UNDEF_PRICE, true);
    bytes[MBO.SIDE] = SIDE.NONE;
    for (let at = 0; at < bytes.length; at += MBO.BYTES) {
      const isLast = at + MBO.BYTES === bytes.length;
      bytes[at + MBO.ACTION] = at === 0 ? ACTION.CLEAR : ACTION.ADD;
      bytes[at + MBO.FLAGS] = F_SNAPSHOT | F_BAD_TS_RECV | (isLast ? F_LAST : 0);
      view.setBigUint64(at + MBO.TS_RECV, takenNs, true);
      view.setInt32(at + MBO.TS_IN_DELTA, 0, true);
    }
    return bytes;
  }

  #put(id: bigint, record: Uint8Array): void {
    this.#orders.set(id, { record: record.slice(0, MBO.BYTES), priority: this.#priority++ });
  }
}

/** At another price, or with more than it had, an order goes to the end of the queue. */
function losesPriority(before: DataView, after: DataView): boolean {
  return before.getBigInt64(MBO.PRICE, true) !== after.getBigInt64(MBO.PRICE, true) ||
    after.getUint32(MBO.SIZE, true) > before.getUint32(MBO.SIZE, true);
}

function byPriority(a: Order, b: Order): number {
  const isBid = a.record[MBO.SIDE] === SIDE.BID;
  if (a.record[MBO.SIDE] !== b.record[MBO.SIDE]) return isBid ? -1 : 1;
  const difference = viewOf(a.record).getBigInt64(MBO.PRICE, true) -
    viewOf(b.record).getBigInt64(MBO.PRICE, true);
  if (difference === 0n) return a.priority - b.priority;
  return (difference > 0n) === isBid ? -1 : 1;
}

function viewOf(record: Uint8Array): DataView {
  return new DataView(record.buffer, record.byteOffset, record.byteLength);
}
