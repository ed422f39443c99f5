import {
  DEFINITION_BYTES,
  ERROR_RECORD,
  ERROR_RECORDS_SKIPPED,
  HEADER,
  MBO,
  SYMBOL_MAPPING,
} from "./constants.ts";

/** An MBO record's fields as the format has them. For tests and tools: slow, and exact. */
export interface MboFields {
  /** Publisher (dataset and venue) number. */
  publisherId: number;
  /** Instrument number, as the metadata maps it. */
  instrumentId: number;
  /** Time of the matching engine, nanoseconds since the epoch. */
  tsEvent: bigint;
  /** Order number of the venue. */
  orderId: bigint;
  /** Price in units of 1e-9; i64 max when undefined. */
  price: bigint;
  /** Quantity in contracts or shares; u32 max when undefined. */
  size: number;
  /** Mask of the F_ constants. */
  flags: number;
  /** Channel of the venue's feed. */
  channelId: number;
  /** Character code, one of ACTION. */
  action: number;
  /** Character code, one of SIDE. */
  side: number;
  /** Time of capture, nanoseconds since the epoch. */
  tsRecv: bigint;
  /** Nanoseconds from the venue's sending to the capture. */
  tsInDelta: number;
  /** Number of the message in the venue's feed. */
  sequence: number;
}

/**
 * Reads an MBO record.
 *
 * @param u8 Bytes that hold the record, such as a decoder's buffer.
 * @param at Index at which it begins.
 * @returns Its fields.
 */
export function readMboFields(u8: Uint8Array, at: number): MboFields {
  const view = new DataView(u8.buffer, u8.byteOffset + at, MBO.BYTES);
  return {
    publisherId: view.getUint16(MBO.PUBLISHER_ID, true),
    instrumentId: view.getUint32(MBO.INSTRUMENT_ID, true),
    tsEvent: view.getBigUint64(MBO.TS_EVENT, true),
    orderId: view.getBigUint64(MBO.ORDER_ID, true),
    price: view.getBigInt64(MBO.PRICE, true),
    size: view.getUint32(MBO.SIZE, true),
    flags: view.getUint8(MBO.FLAGS),
    channelId: view.getUint8(MBO.CHANNEL_ID),
    action: view.getUint8(MBO.ACTION),
    side: view.getUint8(MBO.SIDE),
    tsRecv: view.getBigUint64(MBO.TS_RECV, true),
    tsInDelta: view.getInt32(MBO.TS_IN_DELTA, true),
    sequence: view.getUint32(MBO.SEQUENCE, true),
  };
}

/** Those fields of an instrument definition that this application uses. */
export interface Definition {
  /** Instrument number, as MBO records have it. */
  instrumentId: number;
  /** Symbol of the venue, such as "MNQH6". */
  rawSymbol: string;
  /** Symbol of what an option is on; empty for none. */
  underlying: string;
  /** One character: C call, P put, F future, S and T spreads, K stock. */
  instrumentClass: string;
  /** Last time it trades, nanoseconds since the epoch; u64 max for never. */
  expiration: bigint;
  /** Smallest price step in units of 1e-9; i64 max when undefined. */
  minPriceIncrement: bigint;
}

/** Where a definition's fields are in one DBN version: offsets in bytes from the record's start. */
export interface DefinitionLayout {
  /** Length of the record. */
  readonly bytes: number;
  /** i64. */
  readonly minPriceIncrement: number;
  /** u64. */
  readonly expiration: number;
  /** NUL-padded text of `rawSymbolBytes`. */
  readonly rawSymbol: number;
  /** Length of the raw symbol's field. */
  readonly rawSymbolBytes: number;
  /** NUL-padded text of `underlyingBytes`. */
  readonly underlying: number;
  /** Length of the underlying's field. */
  readonly underlyingBytes: number;
  /** One character. */
  readonly instrumentClass: number;
}

const COMMON = { minPriceIncrement: 24, expiration: 40, underlyingBytes: 21 };

/**
 * Definition records of versions 1, 2, 3. Source: the published field order and types of
 * InstrumentDefMsg in each version of https://github.com/databento/dbn.
 */
const LAYOUTS: readonly DefinitionLayout[] = [
  { ...COMMON, rawSymbol: 200, rawSymbolBytes: 22, underlying: 300, instrumentClass: 325 },
  { ...COMMON, rawSymbol: 200, rawSymbolBytes: 71, underlying: 349, instrumentClass: 374 },
  { ...COMMON, rawSymbol: 238, rawSymbolBytes: 71, underlying: 391, instrumentClass: 487 },
].map((fields, n) => ({ bytes: DEFINITION_BYTES[n + 1]!, ...fields }));

/**
 * Looks up where a definition's fields are.
 *
 * @param version DBN version, 1 to 3.
 * @returns The layout.
 * @throws RangeError for any other version.
 */
export function definitionLayout(version: number): DefinitionLayout {
  const layout = LAYOUTS[version - 1];
  if (layout === undefined) throw new RangeError(`no definition record in DBN version ${version}`);
  return layout;
}

/**
 * Reads an instrument definition.
 *
 * @param u8 Bytes that hold the record, such as a decoder's buffer.
 * @param at Index at which it begins.
 * @param version DBN version of the file, 1 to 3.
 * @returns The fields used here.
 */
export function readDefinition(u8: Uint8Array, at: number, version: number): Definition {
  const layout = definitionLayout(version);
  const view = new DataView(u8.buffer, u8.byteOffset + at, layout.bytes);
  return {
    instrumentId: view.getUint32(HEADER.INSTRUMENT_ID, true),
    rawSymbol: readText(u8, at + layout.rawSymbol, layout.rawSymbolBytes),
    underlying: readText(u8, at + layout.underlying, layout.underlyingBytes),
    instrumentClass: String.fromCharCode(view.getUint8(layout.instrumentClass)),
    expiration: view.getBigUint64(layout.expiration, true),
    minPriceIncrement: view.getBigInt64(layout.minPriceIncrement, true),
  };
}

/** What a symbol mapping record of a live session says. */
export interface SymbolMappingFields {
  /** Instrument number, as MBO records have it. */
  instrumentId: number;
  /** Symbol that was subscribed to, such as "MNQ.FUT". */
  symbolIn: string;
  /** Symbol that the number stands for, such as "MNQH6". */
  symbolOut: string;
}

/**
 * Reads a symbol mapping record.
 *
 * @param u8 Bytes that hold the record, such as a decoder's buffer.
 * @param at Index at which it begins.
 * @param version DBN version of the file, 1 to 3.
 */
export function readSymbolMapping(
  u8: Uint8Array,
  at: number,
  version: number,
): SymbolMappingFields {
  const layout = SYMBOL_MAPPING[version]!;
  const view = new DataView(u8.buffer, u8.byteOffset + at, layout.BYTES);
  return {
    instrumentId: view.getUint32(HEADER.INSTRUMENT_ID, true),
    symbolIn: readText(u8, at + layout.IN, layout.IN_BYTES),
    symbolOut: readText(u8, at + layout.OUT, layout.OUT_BYTES),
  };
}

/**
 * Tells whether an error record says that records were left out: by its code, or where it has none
 * by its text.
 *
 * @param u8 Bytes that hold the record, such as a decoder's buffer.
 * @param at Index at which it begins.
 * @param version DBN version of the file, 1 to 3.
 */
export function saysRecordsSkipped(u8: Uint8Array, at: number, version: number): boolean {
  const { TEXT, TEXT_BYTES, CODE } = ERROR_RECORD[version]!;
  const code = CODE === null ? 0 : u8[at + CODE]!;
  if (code === ERROR_RECORDS_SKIPPED) return true;
  const isCoded = code > 0 && code < 0xff;
  return !isCoded && /skip|\bgap\b/i.test(readText(u8, at + TEXT, TEXT_BYTES));
}

function readText(u8: Uint8Array, at: number, length: number): string {
  const field = u8.subarray(at, at + length);
  const nul = field.indexOf(0);
  return new TextDecoder().decode(nul < 0 ? field : field.subarray(0, nul));
}
