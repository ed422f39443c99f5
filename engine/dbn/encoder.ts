import { DBN_VERSION, HEADER, MBO, PRELUDE_BYTES, RTYPE_MBO } from "./constants.ts";
import { DbnError } from "./error.ts";
import { INTEGERS, putInteger } from "./integers.ts";
import { layoutOf, putText } from "./layouts.ts";
import {
  type MappingInterval,
  type Metadata,
  symbolBytesOf,
  type SymbolMapping,
} from "./metadata.ts";
import type { DbnRecord, MboFields, OtherRecord, RecordHeader } from "./records.ts";

/** A symbol's mapping, without the positions that only a file has. */
export interface MappingInput extends Pick<SymbolMapping, "rawSymbol"> {
  /** What it maps to, by days. */
  intervals: Omit<MappingInterval, "offset">[];
}

type RequiredField = "dataset" | "schema" | "start" | "symbols";

/** What {@link encodeMetadata} writes; what is left out has the value of an ordinary batch file. */
export interface MetadataInput
  extends Pick<Metadata, RequiredField>, Partial<Omit<Metadata, RequiredField | "mappings">> {
  /** How symbols map to instruments, by days. */
  mappings: MappingInput[];
}

const STYPE_RAW_SYMBOL = 1;
const STYPE_INSTRUMENT_ID = 0;
const NONE = 0xffffffffffffffffn;
const TWO_32 = 2 ** 32;

/**
 * Writes the beginning of a DBN file: prelude and metadata.
 *
 * @param input What to say; version 3 unless it says otherwise, zero-padded to a multiple of 8 then.
 * @returns The bytes, after which records follow.
 * @throws DbnError when something does not fit its field; RangeError for a version not of 1 to 3
 */
export function encodeMetadata(input: MetadataInput): Uint8Array<ArrayBuffer> {
  const version = input.version ?? DBN_VERSION;
  if (![1, 2, 3].includes(version)) {
    throw new RangeError(`no metadata of DBN version ${version} is known`);
  }
  const symbolBytes = symbolBytesOf(version);
  const lists = [input.symbols, input.partial ?? [], input.notFound ?? []];
  let length = 112 - PRELUDE_BYTES + 4;
  for (const list of lists) length += 4 + list.length * symbolBytes;
  for (const { intervals } of input.mappings) {
    length += symbolBytes + 4 + intervals.length * (8 + symbolBytes);
  }
  if (version === DBN_VERSION) length = Math.ceil(length / 8) * 8;

  const bytes = new Uint8Array(PRELUDE_BYTES + length);
  const view = new DataView(bytes.buffer);
  putText(view, 0, 4, "DBN");
  view.setUint8(3, version);
  view.setUint32(4, length, true);
  putText(view, 8, 17, input.dataset);
  putInteger(view, 24, INTEGERS.u16, "schema", input.schema);
  putInteger(view, 26, INTEGERS.u64, "start", input.start);
  putInteger(view, 34, INTEGERS.u64, "end", input.end ?? NONE);
  putInteger(view, 42, INTEGERS.u64, "limit", input.limit ?? 0n);
  // Version 1 has a record count before these three, which no reader uses: not known.
  if (version === 1) view.setBigUint64(50, NONE, true);
  const at = version === 1 ? 58 : 50;
  putInteger(view, at, INTEGERS.u8, "stypeIn", input.stypeIn ?? STYPE_RAW_SYMBOL);
  putInteger(view, at + 1, INTEGERS.u8, "stypeOut", input.stypeOut ?? STYPE_INSTRUMENT_ID);
  view.setUint8(at + 2, input.tsOut ? 1 : 0);
  if (version > 1) view.setUint16(53, symbolBytes, true);

  let end = 112;
  const putU32 = (name: string, value: number) => {
    putInteger(view, end, INTEGERS.u32, name, value);
    end += 4;
  };
  const putSymbol = (symbol: string) => {
    putText(view, end, symbolBytes, symbol);
    end += symbolBytes;
  };
  for (const list of lists) {
    putU32("length", list.length);
    list.forEach(putSymbol);
  }
  putU32("length", input.mappings.length);
  for (const { rawSymbol, intervals } of input.mappings) {
    putSymbol(rawSymbol);
    putU32("length", intervals.length);
    for (const { startDate, endDate, symbol } of intervals) {
      putU32("startDate", startDate);
      putU32("endDate", endDate);
      putSymbol(symbol);
    }
  }
  return bytes;
}

/**
 * Writes one MBO record from its fields. For tests and tools; {@link MboWriter} is the fast way.
 *
 * @param fields The record.
 * @param tsOut Time it was sent, nanoseconds since the epoch, for files whose metadata has ts_out.
 * @returns 56 bytes, or 64 with tsOut.
 * @throws DbnError when something does not fit its field
 */
export function encodeMbo(fields: MboFields, tsOut?: bigint): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(tsOut === undefined ? MBO.BYTES : MBO.BYTES_TS_OUT);
  const view = new DataView(bytes.buffer);
  putHeader(view, RTYPE_MBO, fields.publisherId, fields.instrumentId, fields.tsEvent);
  putInteger(view, MBO.ORDER_ID, INTEGERS.u64, "orderId", fields.orderId);
  putInteger(view, MBO.PRICE, INTEGERS.i64, "price", fields.price);
  putInteger(view, MBO.SIZE, INTEGERS.u32, "size", fields.size);
  putInteger(view, MBO.FLAGS, INTEGERS.u8, "flags", fields.flags);
  putInteger(view, MBO.CHANNEL_ID, INTEGERS.u8, "channelId", fields.channelId);
  putInteger(view, MBO.ACTION, INTEGERS.u8, "action", fields.action);
  putInteger(view, MBO.SIDE, INTEGERS.u8, "side", fields.side);
  putInteger(view, MBO.TS_RECV, INTEGERS.u64, "tsRecv", fields.tsRecv);
  putInteger(view, MBO.TS_IN_DELTA, INTEGERS.i32, "tsInDelta", fields.tsInDelta);
  putInteger(view, MBO.SEQUENCE, INTEGERS.u32, "sequence", fields.sequence);
  if (tsOut !== undefined) putInteger(view, MBO.TS_OUT, INTEGERS.u64, "tsOut", tsOut);
  return bytes;
}

/** A record to be written: of a known type whatever its fields are, what is left out being zero. */
export type RecordInput = Loose<DbnRecord>;
type Loose<R extends DbnRecord> = R extends OtherRecord ? R
  : RecordHeader<R["rtype"]> & Partial<R>;

/**
 * Writes one record from an object, as {@link readDbn} gives it.
 *
 * @param record The record.
 * @param version DBN version, 1 to 3, which decides the fields and their places.
 * @returns Its bytes, 8 more with tsOut.
 * @throws DbnError when something does not fit its field, or bytes are none of a whole record;
 * RangeError for any other version
 */
export function encodeRecord(record: RecordInput, version = DBN_VERSION): Uint8Array<ArrayBuffer> {
  if ("bytes" in record) return wholeRecord(record, version);
  const { rtype, publisherId, instrumentId, tsEvent, tsOut } = record;
  const layout = layoutOf(rtype, version);
  if (layout === undefined) {
    throw new DbnError(
      `rtype: no fields of ${rtype} are known; give the whole record as its bytes`,
    );
  }
  const bytes = new Uint8Array(layout.bytes + (tsOut === undefined ? 0 : 8));
  const view = new DataView(bytes.buffer);
  putHeader(view, rtype, publisherId, instrumentId, tsEvent);
  layout.write(view, { ...record });
  if (tsOut !== undefined) putInteger(view, layout.bytes, INTEGERS.u64, "tsOut", tsOut);
  return bytes;
}

/** An MBO record in numbers alone; its 64-bit fields must be exact, below 2^53. */
export interface MboNumbers extends Omit<MboFields, "tsEvent" | "orderId" | "price" | "tsRecv"> {
  /** Time of the matching engine, nanoseconds since the writer's midnight. */
  tsEvent: number;
  /** Order number of the venue. */
  orderId: number;
  /** Price in units of 1e-9. */
  price: number;
  /** Time of capture, nanoseconds since the writer's midnight. */
  tsRecv: number;
}

/**
 * Writes MBO records one after another into a buffer that is used again and again. The records of
 * one midnight (a session) are given as plain numbers: nothing is allocated for one.
 */
export class MboWriter {
  readonly #u8: Uint8Array<ArrayBuffer>;
  readonly #u32: Uint32Array<ArrayBuffer>;
  readonly #midnightLo: number;
  readonly #midnightHi: number;
  #end = 0;

  /**
   * @param midnightNs What times are counted from, UTC nanoseconds since the epoch.
   * @param capacity How many records the buffer holds.
   */
  constructor(midnightNs: bigint, capacity = 16384) {
    const buffer = new ArrayBuffer(capacity * MBO.BYTES);
    this.#u8 = new Uint8Array(buffer);
    this.#u32 = new Uint32Array(buffer);
    this.#midnightLo = Number(midnightNs & 0xffffffffn);
    this.#midnightHi = Number(midnightNs >> 32n);
  }

  /** Whether the buffer has no room for another record. */
  get full(): boolean {
    return this.#end === this.#u8.length;
  }

  /**
   * Adds a record.
   *
   * @param record Its fields; the object may be used again.
   * @throws RangeError when the buffer is full.
   */
  write(record: MboNumbers): void {
    if (this.full) throw new RangeError("the buffer is full: take() what was written first");
    const u8 = this.#u8;
    const u32 = this.#u32;
    const at = this.#end;
    const word = at >> 2;
    u32[word] = (MBO.BYTES >> 2) | (RTYPE_MBO << 8) | (record.publisherId << 16);
    u32[word + 1] = record.instrumentId;
    this.#putTime(word + 2, record.tsEvent);
    // A store takes a number modulo 2^32, which is the low word of a negative one too.
    u32[word + 4] = record.orderId;
    u32[word + 5] = Math.floor(record.orderId / TWO_32);
    u32[word + 6] = record.price;
    u32[word + 7] = Math.floor(record.price / TWO_32);
    u32[word + 8] = record.size;
    u8[at + MBO.FLAGS] = record.flags;
    u8[at + MBO.CHANNEL_ID] = record.channelId;
    u8[at + MBO.ACTION] = record.action;
    u8[at + MBO.SIDE] = record.side;
    this.#putTime(word + 10, record.tsRecv);
    u32[word + 12] = record.tsInDelta;
    u32[word + 13] = record.sequence;
    this.#end = at + MBO.BYTES;
  }

  /**
   * Hands over what was written and begins anew.
   *
   * @returns The records' bytes, valid until the next {@link write}.
   */
  take(): Uint8Array<ArrayBuffer> {
    const written = this.#u8.subarray(0, this.#end);
    this.#end = 0;
    return written;
  }

  #putTime(word: number, ns: number): void {
    const lo = this.#midnightLo + (ns >>> 0);
    this.#u32[word] = lo;
    this.#u32[word + 1] = this.#midnightHi + Math.floor(ns / TWO_32) + (lo >= TWO_32 ? 1 : 0);
  }
}

/** A record that is given as its bytes. */
function wholeRecord({ rtype, bytes }: OtherRecord, version: number): Uint8Array<ArrayBuffer> {
  const { length } = bytes;
  if (length < HEADER.BYTES || bytes[HEADER.LENGTH]! * 4 !== length) {
    throw new DbnError(
      `bytes: ${length} bytes are no record, whose first byte is its length in units of 4 bytes, ` +
        `at least ${HEADER.BYTES} bytes in all`,
    );
  }
  if (bytes[HEADER.RTYPE] !== rtype) {
    throw new DbnError(`bytes: they are of rtype ${bytes[HEADER.RTYPE]}, not of ${rtype}`);
  }
  const least = layoutOf(rtype, version)?.bytes ?? HEADER.BYTES;
  if (length < least) {
    throw new DbnError(`bytes: ${length} bytes are no record of rtype ${rtype}: it has ${least}`);
  }
  return new Uint8Array(bytes);
}

function putHeader(
  view: DataView,
  rtype: number,
  publisherId: number,
  instrumentId: number,
  tsEvent: bigint,
): void {
  view.setUint8(HEADER.LENGTH, view.byteLength / 4);
  view.setUint8(HEADER.RTYPE, rtype);
  putInteger(view, HEADER.PUBLISHER_ID, INTEGERS.u16, "publisherId", publisherId);
  putInteger(view, HEADER.INSTRUMENT_ID, INTEGERS.u32, "instrumentId", instrumentId);
  putInteger(view, HEADER.TS_EVENT, INTEGERS.u64, "tsEvent", tsEvent);
}
