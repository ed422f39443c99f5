/** Made sessions of a few records, in words of the market. */
import {
  encodeMbo,
  encodeMetadata,
  encodeRecord,
  type MboFields,
  type MetadataInput,
  RTYPE_ERROR,
  RTYPE_SYMBOL_MAPPING,
} from "dbn-ts";

/** Bytes of a plain MBO record. */
export const RECORD_BYTES = 56;

/** Midnight of 2026-02-06, the date of most inputs, UTC nanoseconds since the epoch. */
export const MIDNIGHT_NS = 1_770_336_000_000_000_000n;

/** Where the records of a DBN file begin. */
export function recordsAt(bytes: Uint8Array): number {
  return 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
}

/** Joins byte arrays. */
export function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** An MBO record in words of the market. */
export interface Flow extends Partial<Omit<MboFields, "action" | "side">> {
  action: string;
  side?: string;
  /** Nanoseconds after midnight UTC of 2026-02-06; of the event, and unless said of its receipt. */
  at: bigint;
  /** Of the receipt, where it is another. */
  recvAt?: bigint;
}

/** Writes an MBO record. */
export function flow({ action, side = "N", at, recvAt = at, ...fields }: Flow): Uint8Array {
  return encodeMbo({
    publisherId: 1,
    instrumentId: 1,
    orderId: 0n,
    price: 0x7fffffffffffffffn,
    size: 0,
    flags: 128,
    channelId: 0,
    tsInDelta: 0,
    sequence: 0,
    tsEvent: MIDNIGHT_NS + at,
    tsRecv: MIDNIGHT_NS + recvAt,
    ...fields,
    action: action.charCodeAt(0),
    side: side.charCodeAt(0),
  });
}

/** What a made file says of itself. */
export interface FileSays extends Partial<MetadataInput> {
  /** The symbol that instrument 1 is; null maps nothing. */
  symbol?: string | null;
}

/** A DBN file of records. */
export function dbn(records: readonly Uint8Array[], says: FileSays = {}): Uint8Array {
  const { symbol = "MNQH6", ...more } = says;
  const metadata = encodeMetadata({
    dataset: "GLBX.MDP3",
    schema: 0,
    start: MIDNIGHT_NS,
    end: MIDNIGHT_NS + 86_400_000_000_000n,
    symbols: symbol === null ? [] : [symbol],
    mappings: symbol === null ? [] : [{
      rawSymbol: symbol,
      intervals: [{ startDate: 20260101, endDate: 20270101, symbol: "1" }],
    }],
    ...more,
  });
  return join(metadata, ...records);
}

/** A record that says what symbol an instrument_id stands for, and what it was asked for as. */
export function mappingRecord(
  id: number,
  symbol: string,
  version = 3,
  requested = "ALL_SYMBOLS",
): Uint8Array {
  return encodeRecord({
    rtype: RTYPE_SYMBOL_MAPPING,
    publisherId: 0,
    instrumentId: id,
    tsEvent: 0n,
    stypeInSymbol: requested,
    stypeOutSymbol: symbol,
  }, version);
}

/** An error record of the gateway. */
export function errorRecord(text: string, code: number, version = 3): Uint8Array {
  return encodeRecord({
    rtype: RTYPE_ERROR,
    publisherId: 0,
    instrumentId: 0,
    tsEvent: 0n,
    err: text,
    code,
    isLast: 1,
  }, version);
}

/** How a made book is laid out. */
export interface BookShape {
  /** When it was taken, nanoseconds after midnight UTC of 2026-02-06. */
  at: bigint;
  /** Best bid, price_int. */
  bid?: bigint;
  tick?: bigint;
  instrumentId?: number;
  /** Orders of each side; default 3. */
  depth?: number;
}

/** A snapshot: a Clear, then bids and asks around a spread of one tick. */
export function snapshot(shape: BookShape): Uint8Array[] {
  const { at, bid = 25_000_000_000_000n, tick = 250_000_000n, instrumentId = 1, depth = 3 } = shape;
  const records = [flow({ action: "R", at, flags: 40, instrumentId })];
  for (let level = 0n; level < BigInt(depth); level++) {
    for (const side of ["B", "A"]) {
      records.push(flow({
        ...{ action: "A", side, at: at - 3_600_000_000_000n, recvAt: at, instrumentId },
        orderId: 1_000n + 2n * level + (side === "A" ? 1n : 0n),
        price: side === "B" ? bid - level * tick : bid + (level + 1n) * tick,
        size: 5,
        flags: side === "A" && level === BigInt(depth) - 1n ? 168 : 40,
      }));
    }
  }
  return records;
}

/** Adds at the best bid, one each second from a time on. */
export function adds(
  count: number,
  { at, bid = 25_000_000_000_000n, instrumentId = 1 }: BookShape,
): Uint8Array[] {
  return Array.from({ length: count }, (_, i) =>
    flow({
      ...{ action: "A", side: "B", at: at + BigInt(i) * 1_000_000_000n, instrumentId },
      ...{ orderId: 5_000n + BigInt(i), price: bid, size: 1 + i % 3 },
    }));
}

/**
 * An event that adds a bid at each of so many prices below the best; after two of them in a row the
 * balance of forces leans up.
 *
 * @param prices how many
 * @param at when, nanoseconds after midnight UTC
 */
export function bidsBelow(prices: number, at: bigint): Uint8Array[] {
  return Array.from({ length: prices }, (_, i) =>
    flow({
      ...{ action: "A", side: "B", at, size: 5 },
      orderId: at + BigInt(i),
      price: 25_000_000_000_000n - BigInt(i + 1) * 250_000_000n,
      flags: i === prices - 1 ? 128 : 0,
    }));
}
