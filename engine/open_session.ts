import { openOrigin, type Origin, originName } from "./source/origin.ts";
import type { Metadata } from "dbn-ts";
import type { Decoder } from "./dbn_input.ts";
import type { ProductType } from "./instrument.ts";
import { RecordSource, type SourceFilter } from "./record_source.ts";
import {
  dayBefore,
  midnightNs,
  type SessionCut,
  type SessionWindow,
  sessionWindow,
} from "./session.ts";
import { dataSourceOf } from "./source/data_source.ts";
import type { ByteSource, Filled } from "./source/byte_source.ts";
import { JoinedBytes } from "./source/joined_bytes.ts";
import { assertMapped, isLiveRecording } from "./source/mapped.ts";
import type { RawInput } from "./source/raw_input.ts";
import { assertUnchanged } from "./source/unchanged.ts";

/** What is replayed. */
export interface OpenSessionRequest {
  /** Where its bytes come from. */
  origin: Origin;
  productType: ProductType;
  symbol: string;
  /** Session date, YYYY-MM-DD. */
  dt: string;
  /** How the session is cut; default the UTC day. */
  cut?: SessionCut | undefined;
  /**
   * Where the bytes of the UTC day before come from, of a globex session: left out, the one file has
   * that day too.
   */
  before?: Origin | undefined;
  /** price_int units per tick. */
  tickInt: number;
  /** Size of the decoder's buffer in bytes; default 4,096 records. */
  capacity?: number;
  /** Ends the wait for the header of a recording that has none yet. */
  signal?: AbortSignal;
}

/** A time after all others. */
const NEVER_NS = 2n ** 64n - 1n;

/** A file of a session, its header read, and which of its records count. */
interface Part {
  origin: Origin;
  input: RawInput;
  filter: SourceFilter;
}

/**
 * The raw file of a session that is read, or the two of a globex session: bytes, decoder and kept
 * records.
 */
export class OpenSession {
  readonly bytes: ByteSource;
  readonly records: RecordSource;
  readonly #parts: readonly Part[];
  /** The file that is read. */
  #at = 0;

  private constructor(readonly request: OpenSessionRequest, parts: readonly [Part, ...Part[]]) {
    this.#parts = parts;
    const [{ input, filter }, second] = parts;
    this.bytes = second === undefined
      ? input.bytes
      : new JoinedBytes(input.bytes, second.input.bytes);
    this.records = new RecordSource(input.decoder, filter);
    for (const { input } of parts) input.asides = this.records;
  }

  /**
   * Opens a file, or both, and reads its header, and nothing after it.
   *
   * @param request the session
   * @throws UserError when a file cannot be read, is no MBO file, or does not hold the symbol
   */
  static async open(request: OpenSessionRequest): Promise<OpenSession> {
    const { origin, before, productType, dt, cut } = request;
    const window = sessionWindow(productType, dt, cut);
    if (before === undefined) {
      return new OpenSession(request, [await openPart(request, origin, dt, window)]);
    }
    const midnight = midnightNs(dt);
    const first = await openPart(request, before, dayBefore(dt), { ...window, endNs: midnight });
    try {
      const rest = { ...window, startNs: midnight };
      return new OpenSession(request, [first, await openPart(request, origin, dt, rest)]);
    } catch (error) {
      first.input.close();
      throw error;
    }
  }

  /** Gives the records of the file that is read. */
  get decoder(): Decoder {
    return this.records.decoder;
  }

  /** Whether the session has another file after the one that is read. */
  get hasMore(): boolean {
    return this.#at + 1 < this.#parts.length;
  }

  /**
   * Goes on in the session's next file, the one before being read to its end.
   *
   * @returns whether there is one
   */
  goOn(): boolean {
    const next = this.#parts[this.#at + 1];
    if (next === undefined) return false;
    this.#at++;
    (this.bytes as JoinedBytes).goOn();
    this.records.goOn(next.input.decoder, next.filter);
    return true;
  }

  /**
   * @throws UserError when a file is not the one that was opened: it was replaced, cut or written to
   */
  assertUnchanged(): void {
    for (const { origin, input } of this.#parts) assertUnchanged(origin, input.bytes.identity);
  }

  /** Gives the decoder more bytes; false at the end of the file, "later" where it may grow. */
  fill(): Filled | Promise<boolean> {
    return this.bytes.fill(this.decoder);
  }

  /**
   * Says that the bytes of the file have ended.
   *
   * @throws TruncatedError when something is left incomplete; UserError when the file was not of the
   * requested instrument
   */
  finish(): void {
    this.decoder.finish();
    this.records.finish();
  }

  /**
   * Goes on at a record further on in the file.
   *
   * @param offset byte of the decompressed file
   * @param records how many records come before it
   */
  async skipTo(offset: number, records: number): Promise<void> {
    await this.bytes.skipTo(offset);
    this.decoder.seek(offset, records);
  }

  /** Closes the file. */
  close(): void {
    this.bytes.close();
  }
}

/** Opens a file of a session, for records in a window. */
async function openPart(
  request: OpenSessionRequest,
  origin: Origin,
  dt: string,
  window: SessionWindow,
): Promise<Part> {
  const { symbol, tickInt, capacity, signal } = request;
  const input = await openOrigin(origin, { capacity, ahead: true, signal });
  const { metadata } = input;
  const name = originName(origin);
  try {
    const filter = {
      ...window,
      fileStartNs: metadata.start,
      coverageNs: coverageOf(metadata),
      symbol,
      instrumentIds: idsOf(metadata, name, symbol, dt),
      tickInt,
      isLive: window.startNs !== midnightNs(dt) && request.cut === "globex" ||
        isLiveRecording(metadata),
      midnightNs: midnightNs(request.dt),
      name,
    };
    return { origin, input, filter };
  } catch (error) {
    input.close();
    throw error;
  }
}

/**
 * From when on a file has all trades of a session. What a recording's header says of its beginning tells
 * nothing: its first snapshot does.
 */
function coverageOf(metadata: Metadata): bigint {
  if (dataSourceOf(metadata.dataset) === "simulator") return 0n;
  return isLiveRecording(metadata) ? NEVER_NS : metadata.start;
}

/** Ids of a symbol on a date; null when the header maps nothing at all. */
function idsOf(metadata: Metadata, name: string, symbol: string, dt: string): number[] | null {
  return metadata.mappings.length === 0 ? null : assertMapped(metadata, name, symbol, dt);
}
