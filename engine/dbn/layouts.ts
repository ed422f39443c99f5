import {
  HEADER,
  RTYPE_DEFINITION,
  RTYPE_ERROR,
  RTYPE_MBO,
  RTYPE_MBP_0,
  RTYPE_SYMBOL_MAPPING,
  RTYPE_SYSTEM,
} from "./constants.ts";
import { DbnError } from "./error.ts";
import { INTEGERS, type IntegerType, putInteger } from "./integers.ts";

/** A field's value: 64 bits as a bigint, texts and single characters as a string. */
export type FieldValue = number | bigint | string;

/** How a field is read and written. */
interface Kind {
  readonly bytes: number;
  get(view: DataView, at: number): FieldValue;
  set(view: DataView, at: number, value: FieldValue, name: string): void;
}

/** Single characters by their code; none for 0. */
export const LETTERS: readonly string[] = Array.from(
  { length: 256 },
  (_, code) => code === 0 ? "" : String.fromCharCode(code),
);

const KINDS: Readonly<Record<string, Kind>> = {
  u64: integer(INTEGERS.u64, (view, at) => view.getBigUint64(at, true)),
  i64: integer(INTEGERS.i64, (view, at) => view.getBigInt64(at, true)),
  // A field of 32 bits that a later version has with 64: the same type in all of them.
  big32: integer(INTEGERS.u32, (view, at) => BigInt(view.getUint32(at, true))),
  u32: integer(INTEGERS.u32, (view, at) => view.getUint32(at, true)),
  i32: integer(INTEGERS.i32, (view, at) => view.getInt32(at, true)),
  u16: integer(INTEGERS.u16, (view, at) => view.getUint16(at, true)),
  i16: integer(INTEGERS.i16, (view, at) => view.getInt16(at, true)),
  u8: integer(INTEGERS.u8, (view, at) => view.getUint8(at)),
  i8: integer(INTEGERS.i8, (view, at) => view.getInt8(at)),
  char: {
    bytes: 1,
    get: (view, at) => LETTERS[view.getUint8(at)]!,
    set(view, at, value, name) {
      const code = LETTERS.indexOf(value as string);
      if (code < 0) throw new DbnError(`${name}: ${JSON.stringify(value)} is no single character`);
      view.setUint8(at, code);
    },
  },
};

function integer(of: IntegerType, get: Kind["get"]): Kind {
  return {
    bytes: of.bytes,
    get,
    set: (view, at, value, name) => putInteger(view, at, of, name, value),
  };
}

/** A field within a record. */
interface Field {
  readonly name: string;
  /** Bytes from the record's beginning. */
  readonly at: number;
  readonly kind: Kind;
}

/** The fields of a record type in one version, but for the header, which all have. */
export class RecordLayout {
  /** Length of the record, bytes; 8 more where ts_out is set. */
  readonly bytes: number;
  readonly #fields: readonly Field[];

  /** @param fields kinds, each with the names of its fields, in the order of the record */
  constructor(fields: string) {
    let at: number = HEADER.BYTES;
    const found: Field[] = [];
    for (const group of fields.split(";")) {
      const [of, ...names] = group.trim().split(/\s+/) as [string, ...string[]];
      const kind = KINDS[of] ?? text(Number(of));
      for (const name of names) {
        if (name !== "_") found.push({ name, at, kind });
        at += kind.bytes;
      }
    }
    this.#fields = found;
    this.bytes = at;
  }

  /**
   * Reads all fields.
   *
   * @param view Bytes that hold the record.
   * @param at Index at which it begins.
   * @param into Gets the fields, by name.
   */
  read(view: DataView, at: number, into: Record<string, unknown>): void {
    for (const field of this.#fields) into[field.name] = field.kind.get(view, at + field.at);
  }

  /**
   * Writes all fields.
   *
   * @param view The record's bytes, zeros.
   * @param fields Their values by name; what is left out stays zero.
   * @throws DbnError when a value does not fit its field
   */
  write(view: DataView, fields: Readonly<Record<string, unknown>>): void {
    for (const { name, at, kind } of this.#fields) {
      const value = fields[name];
      if (value !== undefined) kind.set(view, at, value as FieldValue, name);
    }
  }
}

/**
 * Puts text into a field of zeros, at least one of which stays as its end.
 *
 * @param view The bytes.
 * @param at Index at which the field begins.
 * @param length Its length, bytes.
 * @param value The text.
 * @throws DbnError when it is too long, or has a NUL in it, at which it would end
 */
export function putText(view: DataView, at: number, length: number, value: string): void {
  const encoded = new TextEncoder().encode(value);
  if (encoded.length >= length) {
    throw new DbnError(
      `${JSON.stringify(value)} has ${encoded.length} bytes, but its field holds ${length - 1}`,
    );
  }
  if (encoded.includes(0)) {
    throw new DbnError(`${JSON.stringify(value)} has a NUL in it, at which a text ends`);
  }
  new Uint8Array(view.buffer, view.byteOffset + at, length).set(encoded);
}

function text(length: number): Kind {
  return {
    bytes: length,
    get: (view, at) => getText(view, at, length),
    set: (view, at, value) => putText(view, at, length, String(value)),
  };
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Texts up to this length are put together letter by letter: V8 keeps longer ones in pieces. */
const SHORT = 12;

/** Text up to the first NUL. Most are short and ASCII, which is faster by hand. */
function getText(view: DataView, at: number, length: number): string {
  let text = "";
  for (let i = 0; i < length && i < SHORT; i++) {
    const code = view.getUint8(at + i);
    if (code === 0) return text;
    if (code > 127) break;
    text += LETTERS[code];
  }
  const field = new Uint8Array(view.buffer, view.byteOffset + at, length);
  const nul = field.indexOf(0);
  return utf8.decode(nul < 0 ? field : field.subarray(0, nul));
}

// Source of all: the records of versions 1, 2 and 3 of https://github.com/databento/dbn.

const MBO_FIELDS = new RecordLayout(`
  u64 orderId; i64 price; u32 size; u8 flags channelId; char action side; u64 tsRecv;
  i32 tsInDelta; u32 sequence
`);

const TRADE_FIELDS = new RecordLayout(`
  i64 price; u32 size; char action side; u8 flags depth; u64 tsRecv; i32 tsInDelta; u32 sequence
`);

const DEFINITION_1 = new RecordLayout(`
  u64 tsRecv; i64 minPriceIncrement displayFactor; u64 expiration activation;
  i64 highLimitPrice lowLimitPrice maxPriceVariation tradingReferencePrice unitOfMeasureQty
  minPriceIncrementAmount priceRatio; i32 instAttribValue; u32 underlyingId; big32 rawInstrumentId;
  i32 marketDepthImplied marketDepth; u32 marketSegmentId maxTradeVol;
  i32 minLotSize minLotSizeBlock minLotSizeRoundLot; u32 minTradeVol _;
  i32 contractMultiplier decayQuantity originalContractSize _; u16 tradingReferenceDate; i16 applId;
  u16 maturityYear decayStartDate channelId; 4 currency settlCurrency; 6 secsubtype; 22 rawSymbol;
  21 group; 5 exchange; 7 asset cfi securityType; 31 unitOfMeasure; 21 underlying;
  4 strikePriceCurrency; char instrumentClass; 2 _; i64 strikePrice; 6 _; char matchAlgorithm;
  u8 mdSecurityTradingStatus mainFraction priceDisplayFormat settlPriceType subFraction
  underlyingProduct; char securityUpdateAction; u8 maturityMonth maturityDay maturityWeek;
  char userDefinedInstrument; i8 contractMultiplierUnit flowScheduleType; u8 tickRule; 3 _
`);

const DEFINITION_2 = new RecordLayout(`
  u64 tsRecv; i64 minPriceIncrement displayFactor; u64 expiration activation;
  i64 highLimitPrice lowLimitPrice maxPriceVariation tradingReferencePrice unitOfMeasureQty
  minPriceIncrementAmount priceRatio strikePrice; i32 instAttribValue; u32 underlyingId;
  big32 rawInstrumentId; i32 marketDepthImplied marketDepth; u32 marketSegmentId maxTradeVol;
  i32 minLotSize minLotSizeBlock minLotSizeRoundLot; u32 minTradeVol;
  i32 contractMultiplier decayQuantity originalContractSize; u16 tradingReferenceDate; i16 applId;
  u16 maturityYear decayStartDate channelId; 4 currency settlCurrency; 6 secsubtype; 71 rawSymbol;
  21 group; 5 exchange; 7 asset cfi securityType; 31 unitOfMeasure; 21 underlying;
  4 strikePriceCurrency; char instrumentClass matchAlgorithm;
  u8 mdSecurityTradingStatus mainFraction priceDisplayFormat settlPriceType subFraction
  underlyingProduct; char securityUpdateAction; u8 maturityMonth maturityDay maturityWeek;
  char userDefinedInstrument; i8 contractMultiplierUnit flowScheduleType; u8 tickRule; 10 _
`);

const DEFINITION_3 = new RecordLayout(`
  u64 tsRecv; i64 minPriceIncrement displayFactor; u64 expiration activation;
  i64 highLimitPrice lowLimitPrice maxPriceVariation unitOfMeasureQty minPriceIncrementAmount
  priceRatio strikePrice; u64 rawInstrumentId; i64 legPrice legDelta; i32 instAttribValue;
  u32 underlyingId; i32 marketDepthImplied marketDepth; u32 marketSegmentId maxTradeVol;
  i32 minLotSize minLotSizeBlock minLotSizeRoundLot; u32 minTradeVol;
  i32 contractMultiplier decayQuantity originalContractSize; u32 legInstrumentId;
  i32 legRatioPriceNumerator legRatioPriceDenominator legRatioQtyNumerator legRatioQtyDenominator;
  u32 legUnderlyingId; i16 applId; u16 maturityYear decayStartDate channelId legCount legIndex;
  4 currency settlCurrency; 6 secsubtype; 71 rawSymbol; 21 group; 5 exchange; 11 asset;
  7 cfi securityType; 31 unitOfMeasure; 21 underlying; 4 strikePriceCurrency; 71 legRawSymbol;
  char instrumentClass matchAlgorithm;
  u8 mainFraction priceDisplayFormat subFraction underlyingProduct; char securityUpdateAction;
  u8 maturityMonth maturityDay maturityWeek; char userDefinedInstrument;
  i8 contractMultiplierUnit flowScheduleType; u8 tickRule; char legInstrumentClass legSide; 17 _
`);

const SYMBOL_MAPPING_1 = new RecordLayout(
  "22 stypeInSymbol stypeOutSymbol; 4 _; u64 startTs endTs",
);
const SYMBOL_MAPPING_2 = new RecordLayout(
  "u8 stypeIn; 71 stypeInSymbol; u8 stypeOut; 71 stypeOutSymbol; u64 startTs endTs",
);
const SYSTEM_1 = new RecordLayout("64 msg");
const SYSTEM_2 = new RecordLayout("303 msg; u8 code");
const ERROR_1 = new RecordLayout("64 err");
const ERROR_2 = new RecordLayout("302 err; u8 code isLast");

/** By record type, then version from 1 on. */
const LAYOUTS: ReadonlyMap<number, readonly RecordLayout[]> = new Map([
  [RTYPE_MBO, [MBO_FIELDS, MBO_FIELDS, MBO_FIELDS]],
  [RTYPE_MBP_0, [TRADE_FIELDS, TRADE_FIELDS, TRADE_FIELDS]],
  [RTYPE_DEFINITION, [DEFINITION_1, DEFINITION_2, DEFINITION_3]],
  [RTYPE_SYMBOL_MAPPING, [SYMBOL_MAPPING_1, SYMBOL_MAPPING_2, SYMBOL_MAPPING_2]],
  [RTYPE_SYSTEM, [SYSTEM_1, SYSTEM_2, SYSTEM_2]],
  [RTYPE_ERROR, [ERROR_1, ERROR_2, ERROR_2]],
]);

/** Record types whose fields are known. */
export const KNOWN_RTYPES: readonly number[] = [...LAYOUTS.keys()];

/**
 * Looks up the fields of a record type.
 *
 * @param rtype One of KNOWN_RTYPES.
 * @param version DBN version, 1 to 3.
 * @returns The layout; undefined for any other type.
 * @throws RangeError for any other version
 */
export function layoutOf(rtype: number, version: number): RecordLayout | undefined {
  const versions = LAYOUTS.get(rtype);
  if (versions === undefined) return undefined;
  const layout = versions[version - 1];
  if (layout === undefined) throw new RangeError(`no records of DBN version ${version} are known`);
  return layout;
}
