import { PRELUDE_BYTES, STYPE_INSTRUMENT_ID } from "./constants.ts";
import { DbnError } from "./error.ts";

/** One stretch of days for which a requested symbol stood for another one. */
export interface MappingInterval {
  /** First day as the number yyyymmdd. */
  startDate: number;
  /** Day after the last one as the number yyyymmdd. */
  endDate: number;
  /** What the symbol was mapped to; in batch files the instrument_id in decimal. */
  symbol: string;
  /** Absolute byte of the symbol string in the file. */
  offset: number;
}

/** Everything that is known of one requested symbol. */
export interface SymbolMapping {
  /** The symbol as requested. */
  rawSymbol: string;
  /** What it was mapped to, by days. */
  intervals: MappingInterval[];
}

/** What a DBN file says of itself before its records. */
export interface Metadata {
  /** DBN version: 1, 2 or 3. */
  version: number;
  /** Dataset code, such as "GLBX.MDP3". */
  dataset: string;
  /** Schema number; 0xFFFF when records are of several kinds. */
  schema: number;
  /** Start of the requested range, nanoseconds since the epoch. */
  start: bigint;
  /** End of the requested range, exclusive, nanoseconds since the epoch; null when open. */
  end: bigint | null;
  /** Greatest number of records asked for; null without a limit. */
  limit: bigint | null;
  /** Symbology type of the request; 0xFF for none. */
  stypeIn: number;
  /** Symbology type the symbols were mapped to. */
  stypeOut: number;
  /** Whether each record ends with the time it was sent, 8 bytes. */
  tsOut: boolean;
  /** Symbols of the request. */
  symbols: string[];
  /** Symbols that were found for a part of the days. */
  partial: string[];
  /** Symbols that were not found. */
  notFound: string[];
  /** How symbols map to instruments, by days. */
  mappings: SymbolMapping[];
}

const NO_END = 0xffffffffffffffffn;

/**
 * The length of symbol strings in a version's metadata.
 *
 * @param version DBN version; from version 2 on the metadata says its own, usually this one.
 * @returns Bytes, with the NUL that ends the string.
 */
export function symbolBytesOf(version: number): number {
  return version === 1 ? 22 : 71;
}

/**
 * Reads the metadata of a DBN file. Whatever the bytes declare is checked against what is there
 * before anything is allocated for it.
 *
 * @param bytes The file from its first byte to the end of the metadata: prelude and metadata.
 * @param name What to call the input in messages.
 * @returns The metadata.
 * @throws DbnError with the byte position, when the metadata is too short for what it declares.
 */
export function parseMetadata(bytes: Uint8Array, name = "DBN input"): Metadata {
  const reader = new MetadataReader(bytes, name);
  const version = reader.u8(3);
  const at = version === 1 ? 58 : 50;
  const end = reader.u64(34);
  const limit = reader.u64(42);
  const fixed = {
    version,
    dataset: reader.text(PRELUDE_BYTES, 16),
    schema: reader.u16(24),
    start: reader.u64(26),
    end: end === NO_END ? null : end,
    limit: limit === 0n ? null : limit,
    stypeIn: reader.u8(at),
    stypeOut: reader.u8(at + 1),
    tsOut: reader.u8(at + 2) !== 0,
  };
  const symbolBytes = version === 1 ? symbolBytesOf(1) : reader.u16(53);
  // No version is written with less, and much less would make strings of many times the file.
  if (symbolBytes < symbolBytesOf(1)) {
    throw new DbnError(
      `${name}: symbol length ${symbolBytes} at byte 53 is less than the ${symbolBytesOf(1)} ` +
        `of the first version; the file is damaged`,
      { offset: 53 },
    );
  }
  reader.at = 108;
  reader.skip(reader.count(1, "bytes of schema definition"));
  return {
    ...fixed,
    symbols: reader.symbols(symbolBytes, "symbols"),
    partial: reader.symbols(symbolBytes, "partial symbols"),
    notFound: reader.symbols(symbolBytes, "symbols not found"),
    mappings: reader.mappings(symbolBytes),
  };
}

/**
 * Resolves which instruments the file's records are about on one day. A file requested by symbol
 * maps symbols to instrument_ids; one requested by instrument_id the other way round.
 *
 * @param metadata The file's metadata.
 * @param dt The requested date, "YYYY-MM-DD".
 * @param name What to call the input in messages.
 * @returns Ids by symbol, of intervals with start_date <= dt < end_date; empty symbols are left out.
 * One instrument may have been requested under several symbols.
 * @throws DbnError with the byte position, when an interval that applies names no instrument_id.
 */
export function instrumentIds(
  metadata: Metadata,
  dt: string,
  name = "DBN input",
): Map<string, number[]> {
  const date = Number(dt.replaceAll("-", ""));
  const isInverse = metadata.stypeIn === STYPE_INSTRUMENT_ID &&
    metadata.stypeOut !== STYPE_INSTRUMENT_ID;
  const ids = new Map<string, Set<number>>();
  for (const { rawSymbol, intervals } of metadata.mappings) {
    for (const { startDate, endDate, symbol: mapped, offset } of intervals) {
      if (date < startDate || date >= endDate || mapped === "") continue;
      const [symbol, number] = isInverse ? [mapped, rawSymbol] : [rawSymbol, mapped];
      const id = /^\d+$/.test(number) ? Number(number) : NaN;
      if (!(id <= 0xffffffff)) {
        throw new DbnError(
          `${name}: ${rawSymbol} maps to ${JSON.stringify(mapped)} at byte ${offset}, and ` +
            `${JSON.stringify(number)} is no instrument_id; request the file with one of its ` +
            `symbologies instrument_id`,
          { offset },
        );
      }
      const known = ids.get(symbol);
      if (known === undefined) ids.set(symbol, new Set([id]));
      else known.add(id);
    }
  }
  return new Map(Array.from(ids, ([symbol, set]) => [symbol, [...set]]));
}

/** Bounds-checked little-endian reads; every position is the absolute byte of the file. */
class MetadataReader {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #name: string;
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#name = name;
  }

  u8(at: number): number {
    return this.#view.getUint8(this.#need(at, 1));
  }

  u16(at: number): number {
    return this.#view.getUint16(this.#need(at, 2), true);
  }

  u64(at: number): bigint {
    return this.#view.getBigUint64(this.#need(at, 8), true);
  }

  /** Text of a fixed-length field, up to its first NUL. */
  text(at: number, length: number): string {
    const field = this.#bytes.subarray(this.#need(at, length), at + length);
    const nul = field.indexOf(0);
    try {
      return this.#utf8.decode(nul < 0 ? field : field.subarray(0, nul));
    } catch {
      throw new DbnError(`${this.#name}: the text at byte ${at} is not UTF-8`, { offset: at });
    }
  }

  skip(bytes: number): void {
    this.at = this.#need(this.at, bytes) + bytes;
  }

  /** Reads a u32 count of items of at least `itemBytes` each, which must have room. */
  count(itemBytes: number, what: string): number {
    const at = this.#need(this.at, 4);
    const count = this.#view.getUint32(at, true);
    this.at += 4;
    const left = this.#bytes.length - this.at;
    if (count * itemBytes > left) {
      throw new DbnError(
        `${this.#name}: ${count} ${what} declared at byte ${at} need ${count * itemBytes} bytes, ` +
          `but ${left} are left of the metadata`,
        { offset: at },
      );
    }
    return count;
  }

  symbols(symbolBytes: number, what: string): string[] {
    const symbols: string[] = [];
    for (let n = this.count(symbolBytes, what); n > 0; n--) symbols.push(this.#symbol(symbolBytes));
    return symbols;
  }

  mappings(symbolBytes: number): SymbolMapping[] {
    const mappings: SymbolMapping[] = [];
    for (let n = this.count(symbolBytes + 4, "symbol mappings"); n > 0; n--) {
      const rawSymbol = this.#symbol(symbolBytes);
      const intervals: MappingInterval[] = [];
      for (let m = this.count(symbolBytes + 8, "mapping intervals"); m > 0; m--) {
        const startDate = this.#view.getUint32(this.at, true);
        const endDate = this.#view.getUint32(this.at + 4, true);
        this.at += 8;
        const offset = this.at;
        intervals.push({ startDate, endDate, symbol: this.#symbol(symbolBytes), offset });
      }
      mappings.push({ rawSymbol, intervals });
    }
    return mappings;
  }

  #symbol(symbolBytes: number): string {
    const symbol = this.text(this.at, symbolBytes);
    this.at += symbolBytes;
    return symbol;
  }

  #need(at: number, bytes: number): number {
    if (at + bytes > this.#bytes.length) {
      throw new DbnError(
        `${this.#name}: the metadata ends at byte ${this.#bytes.length}, ` +
          `within a field of ${bytes} bytes at byte ${at}`,
        { offset: at },
      );
    }
    return at;
  }
}
