import { createHmac } from "node:crypto";
import type { BookCounters } from "./book/counters.ts";
import { UserError } from "./errors.ts";
import type { EngineRun } from "./run.ts";
import type { PipelineCounters } from "./pipeline.ts";
import type { SessionTradesState } from "./session_trades.ts";
import type { SourceState } from "./source/record_source.ts";
import { nextTurn, turnIsOver } from "./turn.ts";

// Layout, little-endian: magic, version u32, length of the whole u32 (bytes), JSON length u32,
// orders u32; the JSON padded with spaces to 8; 24 bytes an order; HMAC-SHA-256 of all before it,
// keyed by the lake, so that a cache made elsewhere or by hand is none. The version changes with what
// the JSON holds: a checksum tells nothing of that, since a cache of before has the same key.
const MAGIC = "VPBOOK\r\n";
const VERSION = 5;
const HEADER_BYTES = 24;
const ORDER_WORDS = 6;
const DIGEST_BYTES = 32;

/** Orders put back between two looks at the clock. */
const SLICE = 1_000;

/** What a cache holds besides the orders. */
interface CacheHead {
  /** The six things that must be the same for the cache to be used. */
  key: string;
  offset: number;
  recordsBefore: number;
  eventId: number;
  valid: boolean;
  maybeBad: boolean;
  inSnapshot: boolean;
  twoSided: { bid: string; ask: string } | null;
  lastTsNs: string;
  counters: PipelineCounters;
  book: BookCounters;
  source: SourceState;
  /** Of the whole session so far. */
  trades: SessionTradesState;
}

/**
 * Writes down the book of a run that stands at the first record of warm-up.
 *
 * @param run the run, just after `advance` returned "warmup"
 * @param key identifies raw file and request
 * @param secret the lake's
 * @returns the cache file's bytes
 */
export function encodeBook(run: EngineRun, key: string, secret: Uint8Array): Uint8Array {
  const { pipeline, replay } = run;
  const { book } = pipeline;
  const twoSided = book.lastTwoSided;
  const head: CacheHead = {
    key,
    offset: replay.records.offset,
    recordsBefore: replay.decoder.recordsRead - 1,
    eventId: book.eventId,
    valid: book.valid,
    maybeBad: book.maybeBad,
    inSnapshot: book.inSnapshot,
    twoSided: twoSided && { bid: `${twoSided.bid}`, ask: `${twoSided.ask}` },
    lastTsNs: `${pipeline.lastTsNs}`,
    counters: pipeline.counters,
    book: book.counters,
    source: replay.records.stateBeforeCurrent(),
    trades: pipeline.sessionTrades.state,
  };
  let json = new TextEncoder().encode(JSON.stringify(head));
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  padded.set(json);
  json = padded;
  const ordersAt = HEADER_BYTES + json.length;
  const digestAt = ordersAt + book.orderCount * ORDER_WORDS * 4;
  const bytes = new Uint8Array(digestAt + DIGEST_BYTES);
  bytes.set(new TextEncoder().encode(MAGIC));
  new Uint32Array(bytes.buffer, 8, 4).set([VERSION, bytes.length, json.length, book.orderCount]);
  bytes.set(json, HEADER_BYTES);
  const words = new Uint32Array(bytes.buffer, ordersAt, book.orderCount * ORDER_WORDS);
  const prices = new BigInt64Array(bytes.buffer, ordersAt, words.length / 2);
  let at = 0;
  book.forEachOrder((idLo, idHi, price, isBid, qty) => {
    words[at] = idLo;
    words[at + 1] = idHi;
    prices[at / 2 + 1] = price;
    words[at + 4] = qty;
    words[at + 5] = isBid ? 1 : 0;
    at += ORDER_WORDS;
  });
  bytes.set(digest(bytes.subarray(0, digestAt), secret), digestAt);
  return bytes;
}

/**
 * Puts a cached book into a run that has read nothing but its file's header; the run then stands
 * at the first record of warm-up.
 *
 * @param run the run
 * @param bytes the cache file
 * @param key what the cache must have been made for
 * @param secret the lake's
 * @throws UserError when the bytes are damaged, truncated or made for something else; the run is
 * then untouched
 */
export async function restoreBook(
  run: EngineRun,
  bytes: Uint8Array,
  key: string,
  secret: Uint8Array,
): Promise<void> {
  const { head, orders } = decodeBook(bytes, key, secret);
  const { pipeline, replay } = run;
  const { book } = pipeline;
  for (let at = 0; at < orders.length; at += ORDER_WORDS) {
    if (at % (SLICE * ORDER_WORDS) === 0 && turnIsOver()) await nextTurn();
    book.restoreOrder({
      idLo: orders[at]!,
      idHi: orders[at + 1]!,
      priceLo: orders[at + 2]!,
      priceHi: orders[at + 3]!,
      qty: orders[at + 4]! >>> 0,
    }, orders[at + 5] === 1);
  }
  if (head.twoSided) {
    book.restoreSpot({ bid: BigInt(head.twoSided.bid), ask: BigInt(head.twoSided.ask) });
  }
  book.eventId = head.eventId;
  book.valid = head.valid;
  book.maybeBad = head.maybeBad;
  book.inSnapshot = head.inSnapshot;
  Object.assign(book.counters, head.book);
  replay.records.restore(head.source);
  pipeline.sessionTrades.restore(head.trades);
  pipeline.resumeAtWarmup(BigInt(head.lastTsNs), head.counters);
  await replay.skipTo(head.offset, head.recordsBefore);
}

function decodeBook(
  bytes: Uint8Array,
  key: string,
  secret: Uint8Array,
): { head: CacheHead; orders: Int32Array } {
  if (bytes.length < HEADER_BYTES + DIGEST_BYTES || ascii(bytes.subarray(0, 8)) !== MAGIC) {
    throw new UserError("it is not a book cache");
  }
  const [version, length, jsonLength, orderCount] = new Uint32Array(bytes.slice(8, 24).buffer);
  if (version !== VERSION) throw new UserError(`its version is ${version}, not ${VERSION}`);
  const digestAt = bytes.length - DIGEST_BYTES;
  if (length !== bytes.length) {
    throw new UserError(`it has ${bytes.length} bytes where it should have ${length}`);
  }
  if (ascii(digest(bytes.subarray(0, digestAt), secret)) !== ascii(bytes.subarray(digestAt))) {
    throw new UserError("its checksum does not fit its content, or it was not made in this lake");
  }
  const ordersAt = HEADER_BYTES + jsonLength!;
  const head: CacheHead = JSON.parse(
    new TextDecoder().decode(bytes.subarray(HEADER_BYTES, ordersAt)),
  );
  if (head.key !== key) throw new UserError(`it was made for ${head.key}, not for ${key}`);
  const orders = new Int32Array(bytes.slice(ordersAt, digestAt).buffer);
  if (orders.length !== orderCount! * ORDER_WORDS) {
    throw new UserError("its order count does not fit its length");
  }
  return { head, orders };
}

function digest(bytes: Uint8Array, secret: Uint8Array): Uint8Array {
  return createHmac("sha256", secret).update(bytes).digest();
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
