/**
 * Reads a whole decompressed DBN file into plain objects, straight from the format's tables. Slow
 * and simple on purpose: it is the yardstick for the real decoder and knows none of its code.
 */

/** One MBO record as the file has it; 64-bit fields are exact. */
export interface MboRecord {
  readonly instrumentId: number;
  /** Event time, UTC nanoseconds since the epoch. */
  readonly ts: bigint;
  /** When it was received, UTC nanoseconds since the epoch. */
  readonly recv: bigint;
  readonly orderId: bigint;
  /** 1e-9 dollars. */
  readonly price: bigint;
  readonly size: bigint;
  readonly flags: number;
  readonly action: string;
  readonly side: string;
}

/** One interval of a symbol mapping; dates are yyyymmdd, the end exclusive. */
export interface MappingInterval {
  readonly rawSymbol: string;
  readonly startDate: number;
  readonly endDate: number;
  /** The instrument id in decimal; empty when the interval maps nothing. */
  readonly symbol: string;
}

export interface DbnFile {
  readonly version: number;
  /** Where its metadata say that it begins, UTC nanoseconds since the epoch. */
  readonly start: bigint;
  readonly mappings: readonly MappingInterval[];
  readonly records: readonly MboRecord[];
}

export const F_LAST = 128;
export const F_SNAPSHOT = 32;
export const UNDEFINED_PRICE = 9223372036854775807n;
export const UNDEFINED_TIME = 2n ** 64n - 1n;
export const UNDEFINED_SIZE = 4294967295n;
const RTYPE_MBO = 160;

/**
 * @param bytes a decompressed DBN file, version 1, 2 or 3
 * @returns its mappings and its MBO records in file order; other records are left out
 */
export function parseDbn(bytes: Uint8Array): DbnFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(3);
  const metadataEnd = 8 + view.getUint32(4, true);
  const records: MboRecord[] = [];
  for (let at = metadataEnd; at < bytes.length; at += view.getUint8(at) * 4) {
    if (view.getUint8(at + 1) === RTYPE_MBO) records.push(readMbo(view, at));
  }
  const start = view.getBigUint64(26, true);
  return { version, start, mappings: readMappings(view, version), records };
}

function readMbo(view: DataView, at: number): MboRecord {
  return {
    instrumentId: view.getUint32(at + 4, true),
    ts: view.getBigUint64(at + 8, true),
    recv: view.getBigUint64(at + 40, true),
    orderId: view.getBigUint64(at + 16, true),
    price: view.getBigInt64(at + 24, true),
    size: BigInt(view.getUint32(at + 32, true)),
    flags: view.getUint8(at + 36),
    action: String.fromCharCode(view.getUint8(at + 38)),
    side: String.fromCharCode(view.getUint8(at + 39)),
  };
}

function readMappings(view: DataView, version: number): MappingInterval[] {
  const width = version === 1 ? 22 : view.getUint16(53, true);
  let at = 112 + view.getUint32(108, true);
  const u32 = () => {
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const symbol = () => {
    const raw = new Uint8Array(view.buffer, view.byteOffset + at, width);
    at += width;
    const end = raw.indexOf(0);
    return new TextDecoder().decode(raw.subarray(0, end < 0 ? width : end));
  };
  for (let list = 0; list < 3; list++) { // symbols, partial, not_found
    for (let n = u32(); n > 0; n--) symbol();
  }
  const intervals: MappingInterval[] = [];
  for (let n = u32(); n > 0; n--) {
    const rawSymbol = symbol();
    for (let m = u32(); m > 0; m--) {
      intervals.push({ rawSymbol, startDate: u32(), endDate: u32(), symbol: symbol() });
    }
  }
  return intervals;
}
