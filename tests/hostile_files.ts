/** Files that are made to be slow, each beside a plain one of its size. */
import { encodeMbo, MBO } from "dbn-ts";
import { dbn, MIDNIGHT_NS } from "./made_session.ts";

const TICK = 250_000_000n;
const MID = 100_000n * TICK;
const [ADD, CANCEL, CLEAR, BID, ASK, NONE] = ["A", "C", "R", "B", "A", "N"].map((letter) =>
  letter.charCodeAt(0)
) as [number, number, number, number, number, number];

/** What all records have in common. */
const PLAIN = encodeMbo({
  ...{ publisherId: 1, instrumentId: 1, orderId: 0n, price: 0n, size: 0, flags: 128, channelId: 0 },
  ...{ action: ADD, side: NONE, tsEvent: 0n, tsRecv: 0n, tsInDelta: 0, sequence: 0 },
});

/** Record after record, 56 bytes each, with an event of its own; of millions, so written in place. */
export class Flow {
  #bytes = new Uint8Array(2 ** 20);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  #ts = MIDNIGHT_NS + 1_000_000n;

  /** Adds an order, bid or ask. */
  add(orderId: bigint, side: number, price: bigint, size = 1): void {
    this.#push(ADD, orderId, side, price, size);
  }

  cancel(orderId: bigint, side: number, price: bigint, size = 1): void {
    this.#push(CANCEL, orderId, side, price, size);
  }

  clear(): void {
    this.#push(CLEAR, 0n, NONE, 0x7fffffffffffffffn, 0);
  }

  file(): Uint8Array {
    return dbn([this.#bytes.subarray(0, this.#length)]);
  }

  #push(action: number, orderId: bigint, side: number, price: bigint, size: number): void {
    this.#ts += 1_000n;
    const at = this.#length;
    if (at + PLAIN.length > this.#bytes.length) {
      const longer = new Uint8Array(2 * this.#bytes.length);
      longer.set(this.#bytes);
      this.#bytes = longer;
      this.#view = new DataView(longer.buffer);
    }
    this.#bytes.set(PLAIN, at);
    const view = this.#view;
    view.setBigUint64(at + MBO.ORDER_ID, orderId, true);
    view.setBigInt64(at + MBO.PRICE, price, true);
    view.setUint32(at + MBO.SIZE, size, true);
    view.setUint8(at + MBO.ACTION, action);
    view.setUint8(at + MBO.SIDE, side);
    view.setBigUint64(at + MBO.TS_EVENT, this.#ts, true);
    view.setBigUint64(at + MBO.TS_RECV, this.#ts, true);
    this.#length += PLAIN.length;
  }
}

/** Orders near spot with ids in order, each cancelled after a while, until there are so many records. */
export function plainFile(records: number): Uint8Array {
  const flow = new Flow();
  const priceOf = (i: bigint) =>
    i % 2n === 0n ? MID - (1n + i % 40n) * TICK : MID + (i % 40n) * TICK;
  const sideOf = (i: bigint) => i % 2n === 0n ? BID : ASK;
  for (let n = 0, i = 0n; n < records; i++) {
    flow.add(i, sideOf(i), priceOf(i));
    n++;
    if (i < 5_000n) continue;
    flow.cancel(i - 5_000n, sideOf(i - 5_000n), priceOf(i - 5_000n));
    n++;
  }
  return flow.file();
}

/** A two-sided market to begin with. */
function market(): Flow {
  const flow = new Flow();
  flow.add(2n ** 63n, BID, MID - TICK, 5);
  flow.add(2n ** 63n + 1n, ASK, MID + TICK, 5);
  return flow;
}

/** Orders that stay, by their ids. */
function withIds(count: number, idOf: (i: bigint) => bigint): Uint8Array {
  const flow = market();
  for (let i = 0n; i < BigInt(count); i++) flow.add(idOf(i), BID, MID - (2n + i % 40n) * TICK);
  return flow.file();
}

/** Orders that stay, by their prices. */
function withPrices(count: number, priceOf: (i: bigint) => bigint): Uint8Array {
  const flow = market();
  for (let i = 0n; i < BigInt(count); i++) flow.add(i, BID, priceOf(i));
  return flow.file();
}

/** Far levels on both sides of two places, and spot that goes from one to the other. */
function flipping(levels: number, flips: number): Uint8Array {
  const flow = new Flow();
  const places = [MID, MID + 50_000n * TICK] as const;
  let id = 1n;
  for (const place of places) {
    for (let i = 1n; i <= BigInt(levels / 4); i++) {
      flow.add(id++, BID, place - (10n + i) * TICK);
      flow.add(id++, ASK, place + 50_000n * TICK + i * TICK);
    }
  }
  for (let i = 0; i < flips; i++) {
    const place = places[i % 2]!;
    flow.add(id, BID, place - TICK);
    flow.add(id + 1n, ASK, place + TICK);
    flow.cancel(id, BID, place - TICK);
    flow.cancel(id + 1n, ASK, place + TICK);
    id += 2n;
  }
  return flow.file();
}

/** Odd prices, and a Clear after each so many of them. */
function withClears(count: number, clears: number): Uint8Array {
  const flow = market();
  const every = BigInt(Math.floor(count / clears));
  for (let i = 0n; i < BigInt(count); i++) {
    flow.add(i, BID, MID - i * TICK - 1n);
    if (i % every === every - 1n) flow.clear();
  }
  return flow.file();
}

/** The files by name; each is made when it is asked for. */
export const HOSTILE: Readonly<Record<string, () => Uint8Array>> = {
  "40,000 ids that differ in their middle bits": () => withIds(40_000, (i) => i << 20n),
  "100,000 ids that differ in their top bits": () => withIds(100_000, (i) => i << 44n),
  "100,000 ids whose words cancel each other": () => withIds(100_000, (i) => (i << 32n) | i),
  "100,000 ids a golden ratio apart": () =>
    withIds(100_000, (i) => BigInt.asUintN(64, i * 0x9e3779b97f4a7c15n)),
  "50,000 odd prices that differ in their middle bits": () =>
    withPrices(50_000, (i) => MID + 1n + (i << 20n)),
  "50,000 odd prices that differ in their top bits": () =>
    withPrices(50_000, (i) => 1n + (i << 40n)),
  "50,000 odd prices, each the best": () => withPrices(50_000, (i) => MID - 2n * TICK + i + 1n),
  "50,000 far levels, spot flipping 2,000 times": () => flipping(50_000, 2_000),
  "1,000,000 odd prices with 20,000 Clears": () => withClears(1_000_000, 20_000),
  "1,000,000 orders that stay, then a Clear": () => {
    const flow = market();
    for (let i = 0n; i < 1_000_000n; i++) flow.add(i, BID, MID - (2n + i % 40n) * TICK);
    flow.clear();
    return flow.file();
  },
};
