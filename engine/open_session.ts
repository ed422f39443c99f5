import { openOrigin, type Origin, originName } from "./source/origin.ts";
import type { Metadata } from "dbn-ts";
import type { Decoder } from "./dbn_input.ts";
import type { ProductType } from "./instrument.ts";
import { RecordSource } from "./record_source.ts";
import { midnightNs, sessionWindow } from "./session.ts";
import type { ByteSource, Filled } from "./source/byte_source.ts";
import { assertMapped, isLiveRecording } from "./source/mapped.ts";

/** What is replayed. */
export interface OpenSessionRequest {
  /** Where its bytes come from. */
  origin: Origin;
  productType: ProductType;
  symbol: string;
  /** Session date, YYYY-MM-DD. */
  dt: string;
  /** price_int units per tick. */
  tickInt: number;
  /** Size of the decoder's buffer in bytes; default 4,096 records. */
  capacity?: number;
  /** Ends the wait for the header of a recording that has none yet. */
  signal?: AbortSignal;
}

/** A raw file that is read: its bytes, decoder and kept records. */
export class OpenSession {
  private constructor(
    readonly request: OpenSessionRequest,
    readonly bytes: ByteSource,
    readonly decoder: Decoder,
    readonly records: RecordSource,
  ) {}

  /**
   * Opens a file and reads its header, and nothing after it.
   *
   * @param request the session
   * @throws UserError when the file cannot be read, is no MBO file, or does not hold the symbol
   */
  static async open(request: OpenSessionRequest): Promise<OpenSession> {
    const { origin, productType, symbol, dt, tickInt, capacity, signal } = request;
    const input = await openOrigin(origin, { capacity, ahead: true, signal });
    const { metadata, decoder, bytes } = input;
    try {
      const records = new RecordSource(decoder, {
        ...sessionWindow(productType, dt),
        fileStartNs: metadata.start,
        symbol,
        instrumentIds: idsOf(metadata, originName(origin), symbol, dt),
        tickInt,
        isLive: isLiveRecording(metadata),
        midnightNs: midnightNs(dt),
        name: originName(origin),
      });
      input.asides = records;
      return new OpenSession(request, bytes, decoder, records);
    } catch (error) {
      input.close();
      throw error;
    }
  }

  /** Gives the decoder more bytes; false at the end of the file, "later" where it may grow. */
  fill(): Filled | Promise<boolean> {
    return this.bytes.fill(this.decoder);
  }

  /**
   * Says that the bytes have ended.
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

/** Ids of a symbol on a date; null when the header maps nothing at all. */
function idsOf(metadata: Metadata, name: string, symbol: string, dt: string): number[] | null {
  return metadata.mappings.length === 0 ? null : assertMapped(metadata, name, symbol, dt);
}
