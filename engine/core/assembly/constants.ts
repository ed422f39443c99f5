// Of DBN and of the book rules: the same numbers as engine/dbn/constants.ts, which a test holds them to.

export const RTYPE_MBO: u32 = 0xa0;
export const RTYPE_DEFINITION: u32 = 0x13;
export const RTYPE_ERROR: u32 = 0x15;
export const RTYPE_SYMBOL_MAPPING: u32 = 0x16;
/** First bytes of a second header and of a Zstandard frame as the rtype of a record. */
export const RTYPE_OF_HEADER: u32 = 0x42;
export const RTYPE_OF_ZSTD: u32 = 0xb5;

export const MBO_BYTES: usize = 56;
/** The first two bytes of nearly all records: 14 words of 4 bytes, rtype MBO. */
export const MBO_HEAD: u32 = 0xa00e;

export const ADD: u32 = 0x41;
export const CANCEL: u32 = 0x43;
export const FILL: u32 = 0x46;
export const MODIFY: u32 = 0x4d;
export const CLEAR: u32 = 0x52;
export const TRADE: u32 = 0x54;

export const SIDE_ASK: u32 = 0x41;
export const SIDE_BID: u32 = 0x42;

export const F_LAST: u32 = 128;
export const F_TOB: u32 = 64;
export const F_SNAPSHOT: u32 = 32;
export const F_MBP: u32 = 16;
export const F_MAYBE_BAD_BOOK: u32 = 4;

export const UNDEF_PRICE: i64 = i64.MAX_VALUE;
export const UNDEF_SIZE: u32 = 0xffffffff;
export const UNDEF_TIMESTAMP: u64 = u64.MAX_VALUE;
