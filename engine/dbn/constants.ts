/**
 * Numbers of the Databento Binary Encoding (DBN), versions 1 to 3, little-endian throughout.
 * Source: https://databento.com/docs/standards-and-conventions/databento-binary-encoding
 */

/** Newest DBN version that is read and written here. */
export const DBN_VERSION = 3;

/** Bytes before the metadata proper: "DBN", the version, the metadata's length as u32. */
export const PRELUDE_BYTES = 8;

/** Record type of a market-by-order record. */
export const RTYPE_MBO = 160;

/** Record type of a trade: market by price with a depth of 0. */
export const RTYPE_MBP_0 = 0;

/** Record type of an instrument definition. */
export const RTYPE_DEFINITION = 19;

/** Record type of what a live gateway says went wrong. */
export const RTYPE_ERROR = 0x15;

/** Record type that says which symbol an instrument_id of a live session stands for. */
export const RTYPE_SYMBOL_MAPPING = 0x16;

/** Record type of what else a live gateway says, such as that it is there. */
export const RTYPE_SYSTEM = 0x17;

/** Schema of market-by-order files. */
export const SCHEMA_MBO = 0;

/** Schema of instrument definition files. */
export const SCHEMA_DEFINITION = 9;

/** Schema of files whose records are of several kinds (live captures). */
export const SCHEMA_MIXED = 0xffff;

/** Symbology type "none given". */
export const STYPE_NONE = 0xff;

/** Symbology type of instrument numbers. */
export const STYPE_INSTRUMENT_ID = 0;

const SCHEMA_NAMES = [
  "mbo",
  "mbp-1",
  "mbp-10",
  "tbbo",
  "trades",
  "ohlcv-1s",
  "ohlcv-1m",
  "ohlcv-1h",
  "ohlcv-1d",
  "definition",
  "statistics",
  "status",
  "imbalance",
  "ohlcv-eod",
  "cmbp-1",
  "cbbo-1s",
  "cbbo-1m",
  "tcbbo",
  "bbo-1s",
  "bbo-1m",
];

/**
 * Names a schema the way Databento does.
 *
 * @param schema The u16 of the metadata.
 * @returns Its name, such as "mbp-10"; "mixed" for 0xFFFF; "unknown" for a number of no schema.
 */
export function schemaName(schema: number): string {
  return schema === SCHEMA_MIXED ? "mixed" : SCHEMA_NAMES[schema] ?? "unknown";
}

/** Flag: last record of an event. */
export const F_LAST = 128;
/** Flag: top of book, an update of the best level alone. */
export const F_TOB = 64;
/** Flag: record of a snapshot (replayed state, not something that happened now). */
export const F_SNAPSHOT = 32;
/** Flag: a price level's aggregate, not a single order. */
export const F_MBP = 16;
/** Flag: ts_recv is unreliable. */
export const F_BAD_TS_RECV = 8;
/** Flag: the book may be wrong, for a gap the venue could not recover. */
export const F_MAYBE_BAD_BOOK = 4;

/** Byte offsets of the record header's fields, the same in every record. */
export const HEADER = {
  LENGTH: 0,
  RTYPE: 1,
  PUBLISHER_ID: 2,
  INSTRUMENT_ID: 4,
  TS_EVENT: 8,
  BYTES: 16,
} as const;

/** Byte offsets of an MBO record's fields; BYTES is its length, BYTES_TS_OUT the one with ts_out. */
export const MBO = {
  ...HEADER,
  ORDER_ID: 16,
  PRICE: 24,
  SIZE: 32,
  FLAGS: 36,
  CHANNEL_ID: 37,
  ACTION: 38,
  SIDE: 39,
  TS_RECV: 40,
  TS_IN_DELTA: 48,
  SEQUENCE: 52,
  TS_OUT: 56,
  BYTES: 56,
  BYTES_TS_OUT: 64,
} as const;

/** Low u32 word of the undefined price (i64 max). */
export const UNDEF_PRICE_LO = 0xffffffff;
/** High u32 word of the undefined price (i64 max). */
export const UNDEF_PRICE_HI = 0x7fffffff;
/** The undefined price as one i64. */
export const UNDEF_PRICE = 0x7fffffffffffffffn;
/** The undefined order size (u32 max). */
export const UNDEF_SIZE = 0xffffffff;
/** The undefined timestamp (u64 max). */
export const UNDEF_TIMESTAMP = 0xffffffffffffffffn;

/** Action of an MBO record as its character code. */
export const ACTION = {
  ADD: 0x41,
  CANCEL: 0x43,
  MODIFY: 0x4d,
  CLEAR: 0x52,
  TRADE: 0x54,
  FILL: 0x46,
  NONE: 0x4e,
} as const;

/** Side of an MBO record as its character code. */
export const SIDE = {
  ASK: 0x41,
  BID: 0x42,
  NONE: 0x4e,
} as const;
