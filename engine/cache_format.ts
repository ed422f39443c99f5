import { createHmac } from "node:crypto";
import { ORDER_BYTES } from "./core/layout.ts";
import { UserError } from "./errors.ts";
import type { EngineRun } from "./run.ts";
import type { InstrumentState } from "./source/requested_instrument.ts";
import { nextTurn, turnIsOver } from "./event_loop.ts";

// Layout, little-endian: magic, version u32, length of the whole u32 (bytes), JSON length u32,
// orders u32; the JSON padded with spaces to 8; 24 bytes an order; HMAC-SHA-256 of all before it,
// keyed by the lake, so that a cache made elsewhere or by hand is none. The version changes with what
// the JSON holds, and with the order of the core's values: a checksum tells nothing of that, since a
// cache of before has the same key.
const MAGIC = "VPBOOK\r\n";
const VERSION = 8;
const HEADER_BYTES = 24;
const DIGEST_BYTES = 32;

/** Orders put back between two looks at the clock. */
const SLICE = 1_000;

/** What a cache holds besides the orders. */
interface CacheHead {
  /** The six things that must be the same for the cache to be used. */
  key: string;
  offset: number;
  recordsBefore: number;
  instrument: InstrumentState;
  /** Values of the core (core/layout.ts, up to SAVED_END), as decimal strings. */
  state: string[];
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
  const { pipeline, session } = run;
  const { book } = pipeline;
  const { orderCount } = book;
  const head: CacheHead = {
    key,
    offset: session.records.offset,
    recordsBefore: session.decoder.recordsRead,
    instrument: session.records.instrument,
    state: pipeline.saved.map(String),
  };
  let json = new TextEncoder().encode(JSON.stringify(head));
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  padded.set(json);
  json = padded;
  const ordersAt = HEADER_BYTES + json.length;
  const digestAt = ordersAt + orderCount * ORDER_BYTES;
  const bytes = new Uint8Array(digestAt + DIGEST_BYTES);
  bytes.set(new TextEncoder().encode(MAGIC));
  new Uint32Array(bytes.buffer, 8, 4).set([VERSION, bytes.length, json.length, orderCount]);
  bytes.set(json, HEADER_BYTES);
  let at = ordersAt;
  for (const orders of book.orders()) {
    bytes.set(orders, at);
    at += orders.length;
  }
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
  const { pipeline, session } = run;
  const { book } = pipeline;
  for (let at = 0; at < orders.length; at += SLICE * ORDER_BYTES) {
    if (turnIsOver()) await nextTurn();
    book.putOrders(orders.subarray(at, at + SLICE * ORDER_BYTES));
  }
  pipeline.restore(head.state.map(BigInt));
  session.records.restoreInstrument(head.instrument);
  await session.skipTo(head.offset, head.recordsBefore);
}

function decodeBook(
  bytes: Uint8Array,
  key: string,
  secret: Uint8Array,
): { head: CacheHead; orders: Uint8Array } {
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
  const orders = bytes.subarray(ordersAt, digestAt);
  if (orders.length !== orderCount! * ORDER_BYTES) {
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
