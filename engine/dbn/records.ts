import {
  HEADER,
  MBO,
  type RTYPE_DEFINITION,
  type RTYPE_ERROR,
  RTYPE_MBO,
  type RTYPE_MBP_0,
  type RTYPE_SYMBOL_MAPPING,
  type RTYPE_SYSTEM,
} from "./constants.ts";
import type { DbnDecoder } from "./decoder.ts";
import { layoutOf, LETTERS } from "./layouts.ts";

/**
 * What every record begins with. Times are nanoseconds since the epoch, prices units of 1e-9, both as
 * they are in the file: an undefined one is UNDEF_TIMESTAMP or UNDEF_PRICE.
 */
export interface RecordHeader<Rtype extends number = number> {
  /** Record type, such as RTYPE_MBO: tells which fields there are. */
  rtype: Rtype;
  /** Publisher (dataset and venue) number. */
  publisherId: number;
  /** Instrument number, as the metadata maps it. */
  instrumentId: number;
  /** Time of the matching engine. */
  tsEvent: bigint;
  /** Time it was sent, in files whose metadata has tsOut. */
  tsOut?: bigint;
}

/** What happened to an order: add, cancel, modify, clear, trade, fill, none. */
export type Action = "A" | "C" | "M" | "R" | "T" | "F" | "N";

/** Ask, bid, neither; of a trade, the aggressor's. */
export type Side = "A" | "B" | "N";

/** Market by order: one thing that happened to one order. */
export interface MboRecord extends RecordHeader<typeof RTYPE_MBO> {
  /** Order number of the venue. */
  orderId: bigint;
  /** Price of the order. */
  price: bigint;
  /** Quantity in contracts or shares; UNDEF_SIZE when undefined. */
  size: number;
  /** Mask of the F_ constants. */
  flags: number;
  /** Channel of the venue's feed. */
  channelId: number;
  /** What happened. */
  action: Action;
  /** Side of the order. */
  side: Side;
  /** Time of capture. */
  tsRecv: bigint;
  /** Nanoseconds from the venue's sending to the capture. */
  tsInDelta: number;
  /** Number of the message in the venue's feed. */
  sequence: number;
}

/** A trade, in files of schema trades. */
export interface TradeRecord extends RecordHeader<typeof RTYPE_MBP_0> {
  /** Price of the trade. */
  price: bigint;
  /** Quantity in contracts or shares. */
  size: number;
  /** Always a trade. */
  action: Action;
  /** Side of the aggressor. */
  side: Side;
  /** Mask of the F_ constants. */
  flags: number;
  /** Level of the book at which it happened, 0 the best. */
  depth: number;
  /** Time of capture. */
  tsRecv: bigint;
  /** Nanoseconds from the venue's sending to the capture. */
  tsInDelta: number;
  /** Number of the message in the venue's feed. */
  sequence: number;
}

/**
 * An instrument definition. Fields that are optional here are those that not every version has. What
 * a field of the venue's means, the documentation of the definition schema says.
 */
export interface DefinitionRecord extends RecordHeader<typeof RTYPE_DEFINITION> {
  /** Time of capture. */
  tsRecv: bigint;
  /** Smallest price step. */
  minPriceIncrement: bigint;
  /** What turns the venue's price into the usual one, in units of 1e-9. */
  displayFactor: bigint;
  /** Last time it trades; UNDEF_TIMESTAMP for never. */
  expiration: bigint;
  /** When it was activated. */
  activation: bigint;
  /** Highest price of the day. */
  highLimitPrice: bigint;
  /** Lowest price of the day. */
  lowLimitPrice: bigint;
  /** Width of the price band. */
  maxPriceVariation: bigint;
  /** Contract size, in unitOfMeasure, in units of 1e-9. */
  unitOfMeasureQty: bigint;
  /** Worth of the smallest price step. */
  minPriceIncrementAmount: bigint;
  /** Ratio of prices in a spread, in units of 1e-9. */
  priceRatio: bigint;
  /** Strike of an option. */
  strikePrice: bigint;
  /** Instrument number of the publisher. */
  rawInstrumentId: bigint;
  /** Bitmap of what may be done with it. */
  instAttribValue: number;
  /** Instrument number of the first underlying. */
  underlyingId: number;
  /** Levels of the implied book. */
  marketDepthImplied: number;
  /** Levels of the book. */
  marketDepth: number;
  /** Market segment. */
  marketSegmentId: number;
  /** Greatest quantity of a trade. */
  maxTradeVol: number;
  /** Least quantity of an order. */
  minLotSize: number;
  /** Least quantity of a block trade. */
  minLotSizeBlock: number;
  /** Quantity of a round lot. */
  minLotSizeRoundLot: number;
  /** Least quantity of a trade. */
  minTradeVol: number;
  /** Deliverables of an instrument, such as days. */
  contractMultiplier: number;
  /** Quantity by which a contract decays daily. */
  decayQuantity: number;
  /** Fixed value of a contract. */
  originalContractSize: number;
  /** Channel of the venue. */
  applId: number;
  /** Year in its symbol. */
  maturityYear: number;
  /** Day on which it begins to decay. */
  decayStartDate: number;
  /** Channel of Databento, from 0 on. */
  channelId: number;
  /** Currency of prices. */
  currency: string;
  /** Currency of settlement, when it is another. */
  settlCurrency: string;
  /** Kind of a spread. */
  secsubtype: string;
  /** Symbol of the publisher, such as "MNQH6". */
  rawSymbol: string;
  /** Security group. */
  group: string;
  /** Exchange. */
  exchange: string;
  /** Product. */
  asset: string;
  /** ISO 10962 classification. */
  cfi: string;
  /** Such as "FUT". */
  securityType: string;
  /** Unit of the contract's size, such as "USD". */
  unitOfMeasure: string;
  /** Symbol of the first underlying; empty for none. */
  underlying: string;
  /** Currency of the strike. */
  strikePriceCurrency: string;
  /** One character: C call, P put, F future, S and T spreads, K stock. */
  instrumentClass: string;
  /** One character, such as F for first in, first out. */
  matchAlgorithm: string;
  /** Denominator of a price's main fraction. */
  mainFraction: number;
  /** Digits to the right of the tick mark. */
  priceDisplayFormat: number;
  /** Denominator of a price's sub fraction. */
  subFraction: number;
  /** Product complex. */
  underlyingProduct: number;
  /** One character: A added, M modified, D deleted. */
  securityUpdateAction: string;
  /** Month in its symbol. */
  maturityMonth: number;
  /** Day in its symbol, or 0. */
  maturityDay: number;
  /** Week in its symbol, or 0. */
  maturityWeek: number;
  /** One character: Y a user's own, N not. */
  userDefinedInstrument: string;
  /** Unit of contractMultiplier: 1 hours, 2 days. */
  contractMultiplierUnit: number;
  /** Schedule of electricity. */
  flowScheduleType: number;
  /** Tick rule of a spread. */
  tickRule: number;
  /** Settlement price on tradingReferenceDate; versions 1 and 2. */
  tradingReferencePrice?: bigint;
  /** Days since the epoch; versions 1 and 2. */
  tradingReferenceDate?: number;
  /** Trading state; versions 1 and 2. */
  mdSecurityTradingStatus?: number;
  /** Bitmap of what the settlement price is; versions 1 and 2. */
  settlPriceType?: number;
  /** Price of a spread's leg; this and what follows from version 3 on. */
  legPrice?: bigint;
  /** Delta of the leg, in units of 1e-9. */
  legDelta?: bigint;
  /** Instrument number of the leg. */
  legInstrumentId?: number;
  /** Numerator of the leg's price ratio. */
  legRatioPriceNumerator?: number;
  /** Denominator of the leg's price ratio. */
  legRatioPriceDenominator?: number;
  /** Numerator of the leg's quantity ratio. */
  legRatioQtyNumerator?: number;
  /** Denominator of the leg's quantity ratio. */
  legRatioQtyDenominator?: number;
  /** Instrument number of the leg's underlying. */
  legUnderlyingId?: number;
  /** Legs of the spread; 0 of what is none. */
  legCount?: number;
  /** Which leg this record is about, from 0 on. */
  legIndex?: number;
  /** Symbol of the leg. */
  legRawSymbol?: string;
  /** One character, as instrumentClass. */
  legInstrumentClass?: string;
  /** Side that is taken in the leg when the spread is bought. */
  legSide?: string;
}

/** Says in a live session which symbol an instrument number stands for. */
export interface SymbolMappingRecord extends RecordHeader<typeof RTYPE_SYMBOL_MAPPING> {
  /** Symbology type of stypeInSymbol; from version 2 on. */
  stypeIn?: number;
  /** Symbol that was subscribed to, such as "MNQ.FUT". */
  stypeInSymbol: string;
  /** Symbology type of stypeOutSymbol; from version 2 on. */
  stypeOut?: number;
  /** Symbol that the number stands for, such as "MNQH6". */
  stypeOutSymbol: string;
  /** From when on. */
  startTs: bigint;
  /** Until when. */
  endTs: bigint;
}

/** What else a live gateway says, such as that it is there. */
export interface SystemRecord extends RecordHeader<typeof RTYPE_SYSTEM> {
  /** Text. */
  msg: string;
  /** Kind of message; from version 2 on. */
  code?: number;
}

/** What a live gateway says went wrong. */
export interface ErrorRecord extends RecordHeader<typeof RTYPE_ERROR> {
  /** Text. */
  err: string;
  /** Kind of error; from version 2 on. */
  code?: number;
  /** Whether no more of the same error follow, 1 or 0; from version 2 on. */
  isLast?: number;
}

/**
 * Record types that are given with their bytes: mbp-1 and tbbo, mbp-10, ohlcv (old), status,
 * imbalance, statistics, ohlcv-1s, -1m, -1h, -1d, -eod, cmbp-1, cbbo-1s, cbbo-1m, tcbbo, bbo-1s,
 * bbo-1m. One that a later version adds has its own number, which is none of these.
 */
export type OtherRtype =
  | 1
  | 10
  | 17
  | 18
  | 20
  | 24
  | 32
  | 33
  | 34
  | 35
  | 36
  | 177
  | 192
  | 193
  | 194
  | 195
  | 196;

/** A record of any other type. */
export interface OtherRecord extends RecordHeader<OtherRtype> {
  /** The whole record, header and ts_out included. */
  bytes: Uint8Array;
}

/** A record as a plain object; its `rtype` tells which. */
export type DbnRecord =
  | MboRecord
  | TradeRecord
  | DefinitionRecord
  | SymbolMappingRecord
  | SystemRecord
  | ErrorRecord
  | OtherRecord;

/**
 * Makes objects of the records that a decoder passes: those of them that are wanted as such.
 *
 * @example
 * ```ts
 * const reader = new RecordReader(decoder);
 * for (let at = decoder.next(RTYPE_MBO); at >= 0; at = decoder.next(RTYPE_MBO)) {
 *   if (decoder.u8[at + MBO.ACTION] === ACTION.TRADE) console.log(reader.read(at));
 * }
 * ```
 */
export class RecordReader {
  readonly #decoder: DbnDecoder;
  readonly #version: number;
  readonly #tsOut: boolean;
  #u8!: Uint8Array<ArrayBuffer>;
  #u32!: Uint32Array<ArrayBuffer>;
  #u64!: BigUint64Array<ArrayBuffer>;
  #i64!: BigInt64Array<ArrayBuffer>;
  #view!: DataView<ArrayBuffer>;

  /** @param decoder Its header is complete. */
  constructor(decoder: DbnDecoder) {
    const { version, tsOut } = decoder.metadata!;
    this.#decoder = decoder;
    this.#version = version;
    this.#tsOut = tsOut;
    this.#lookAtBuffer();
  }

  /**
   * Reads a record.
   *
   * @param at Index in the decoder's buffer at which it begins. It must be as long as its type is in
   * the file's version, of which the decoder makes sure when it is `strict`.
   * @returns The record.
   */
  read(at: number): DbnRecord {
    if (this.#decoder.u8 !== this.#u8) this.#lookAtBuffer();
    // Records are multiples of 8 bytes, and so aligned, but for what a file may hold besides.
    const isOrder = this.#u8[at + HEADER.RTYPE] === RTYPE_MBO && (at & 7) === 0;
    const record = isOrder ? this.#mbo(at) : this.#other(at);
    if (this.#tsOut) this.#addTsOut(record, at);
    return record;
  }

  #lookAtBuffer(): void {
    const { u8, u32 } = this.#decoder;
    const { buffer, byteOffset, byteLength } = u8;
    this.#u8 = u8;
    this.#u32 = u32;
    this.#u64 = new BigUint64Array(buffer, byteOffset, byteLength >> 3);
    this.#i64 = new BigInt64Array(buffer, byteOffset, byteLength >> 3);
    this.#view = new DataView(buffer, byteOffset, byteLength);
  }

  /** Typed arrays take two thirds of the time that a DataView does in Node.js. */
  #mbo(at: number): MboRecord {
    const u8 = this.#u8;
    const u32 = this.#u32;
    const u64 = this.#u64;
    return {
      rtype: RTYPE_MBO,
      publisherId: u32[at >> 2]! >>> 16,
      instrumentId: u32[(at + MBO.INSTRUMENT_ID) >> 2]!,
      tsEvent: u64[(at + MBO.TS_EVENT) >> 3]!,
      orderId: u64[(at + MBO.ORDER_ID) >> 3]!,
      price: this.#i64[(at + MBO.PRICE) >> 3]!,
      size: u32[(at + MBO.SIZE) >> 2]!,
      flags: u8[at + MBO.FLAGS]!,
      channelId: u8[at + MBO.CHANNEL_ID]!,
      action: LETTERS[u8[at + MBO.ACTION]!] as Action,
      side: LETTERS[u8[at + MBO.SIDE]!] as Side,
      tsRecv: u64[(at + MBO.TS_RECV) >> 3]!,
      tsInDelta: u32[(at + MBO.TS_IN_DELTA) >> 2]! | 0,
      sequence: u32[(at + MBO.SEQUENCE) >> 2]!,
    };
  }

  #other(at: number): DbnRecord {
    const u8 = this.#u8;
    const view = this.#view;
    const record = {
      rtype: u8[at + HEADER.RTYPE]!,
      publisherId: view.getUint16(at + HEADER.PUBLISHER_ID, true),
      instrumentId: view.getUint32(at + HEADER.INSTRUMENT_ID, true),
      tsEvent: view.getBigUint64(at + HEADER.TS_EVENT, true),
    };
    const layout = layoutOf(record.rtype, this.#version);
    if (layout !== undefined) layout.read(view, at, record);
    else Object.assign(record, { bytes: new Uint8Array(u8.subarray(at, at + u8[at]! * 4)) });
    return record as DbnRecord;
  }

  /** The last 8 bytes, where there are any behind what the type has. */
  #addTsOut(record: DbnRecord, at: number): void {
    const least = layoutOf(record.rtype, this.#version)?.bytes ?? HEADER.BYTES;
    const bytes = this.#u8[at]! * 4;
    if (bytes >= least + 8) record.tsOut = this.#view.getBigUint64(at + bytes - 8, true);
  }
}

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
