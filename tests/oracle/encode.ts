/** A tiny DBN version 3 writer, so that generated sequences are checked as bytes of a real file. */
import type { MappingInterval, MboRecord } from "./records.ts";

const SYMBOL_WIDTH = 71;
const LISTS_AT = 112;

/** A record of another schema: skipped by its length. */
export interface OtherRecord {
  readonly rtype: number;
  /** Whole length in bytes, a multiple of 4 and at least 16. */
  readonly length: number;
  readonly instrumentId: number;
}

/**
 * @param mappings symbol mapping intervals, one mapping per interval
 * @param records records in file order
 * @returns a complete, uncompressed version 3 file of schema mbo
 */
export function encodeDbn(
  mappings: readonly MappingInterval[],
  records: readonly (MboRecord | OtherRecord)[],
): Uint8Array {
  const metadata = encodeMetadata(mappings);
  const parts = records.map((record) =>
    "rtype" in record ? encodeOther(record) : encodeMbo(record)
  );
  const length = parts.reduce((sum, part) => sum + part.length, metadata.length);
  const file = new Uint8Array(length);
  let at = 0;
  for (const part of [metadata, ...parts]) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

function encodeMetadata(mappings: readonly MappingInterval[]): Uint8Array {
  const used = LISTS_AT + 4 * 4 + mappings.length * (2 * SYMBOL_WIDTH + 3 * 4);
  const bytes = new Uint8Array(Math.ceil(used / 8) * 8);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string) => bytes.set(new TextEncoder().encode(value), at);
  text(0, "DBN");
  view.setUint8(3, 3);
  view.setUint32(4, bytes.length - 8, true);
  text(8, "GLBX.MDP3");
  view.setBigUint64(34, 2n ** 64n - 1n, true); // end: none
  view.setUint8(50, 0xff); // stype_in: none
  view.setUint16(53, SYMBOL_WIDTH, true);
  let at = LISTS_AT + 3 * 4; // symbols, partial and not_found stay empty
  view.setUint32(at, mappings.length, true);
  at += 4;
  for (const { rawSymbol, startDate, endDate, symbol } of mappings) {
    text(at, rawSymbol);
    view.setUint32(at + SYMBOL_WIDTH, 1, true);
    view.setUint32(at + SYMBOL_WIDTH + 4, startDate, true);
    view.setUint32(at + SYMBOL_WIDTH + 8, endDate, true);
    text(at + SYMBOL_WIDTH + 12, symbol);
    at += 2 * SYMBOL_WIDTH + 12;
  }
  return bytes;
}

function encodeMbo(record: MboRecord): Uint8Array {
  const bytes = new Uint8Array(56);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 56 / 4);
  view.setUint8(1, 160);
  view.setUint32(4, record.instrumentId, true);
  view.setBigUint64(8, record.ts, true);
  view.setBigUint64(16, record.orderId, true);
  view.setBigInt64(24, record.price, true);
  view.setUint32(32, Number(record.size), true);
  view.setUint8(36, record.flags);
  view.setUint8(38, record.action.charCodeAt(0));
  view.setUint8(39, record.side.charCodeAt(0));
  view.setBigUint64(40, record.recv, true);
  return bytes;
}

function encodeOther({ rtype, length, instrumentId }: OtherRecord): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes[0] = length / 4;
  bytes[1] = rtype;
  new DataView(bytes.buffer).setUint32(4, instrumentId, true);
  return bytes;
}
