import { DbnDecoder } from "../dbn/decoder.ts";
import { instrumentIds } from "../dbn/metadata.ts";
import { UserError } from "../errors.ts";
import type { ProductType } from "../instrument.ts";
import { sessionWindow } from "../session.ts";
import { type ByteSource, openByteSource } from "./byte_source.ts";
import { RecordSource } from "./record_source.ts";

/** What is replayed. */
export interface ReplayRequest {
  /** The raw file. */
  path: string;
  productType: ProductType;
  symbol: string;
  /** Session date, YYYY-MM-DD. */
  dt: string;
  /** Size of the decoder's buffer in bytes; default 4,096 records. */
  capacity?: number;
}

/** A raw file under replay: its bytes, decoder and kept records. */
export class Replay {
  private constructor(
    readonly request: ReplayRequest,
    readonly bytes: ByteSource,
    readonly decoder: DbnDecoder,
    readonly records: RecordSource,
  ) {}

  /**
   * Opens a file and reads its header, and nothing after it.
   *
   * @param request the session
   * @throws UserError when the file cannot be read, is no MBO file, or does not hold the symbol
   */
  static async open(request: ReplayRequest): Promise<Replay> {
    const { path, productType, symbol, dt, capacity } = request;
    const window = sessionWindow(productType, dt);
    const decoder = new DbnDecoder({ name: path, ...(capacity === undefined ? {} : { capacity }) });
    const bytes = openByteSource(path, true);
    try {
      while (decoder.metadata === null) {
        if (!await bytes.fill(decoder)) decoder.finish();
      }
      const records = new RecordSource(decoder, {
        instrumentIds: idsOf(decoder, path, symbol, dt),
        startNs: window.startNs,
        endNs: window.endNs,
        midnightNs: midnightNs(dt),
        name: path,
      });
      return new Replay(request, bytes, decoder, records);
    } catch (error) {
      bytes.close();
      throw error;
    }
  }

  /** Gives the decoder more bytes; false at the end of the file. */
  fill(): boolean | Promise<boolean> {
    return this.bytes.fill(this.decoder);
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

/** Midnight UTC of a date, nanoseconds since the epoch: the origin of `ts` in the engine. */
export function midnightNs(dt: string): bigint {
  return BigInt(Date.parse(`${dt}T00:00:00Z`)) * 1_000_000n;
}

/** Ids of a symbol on a date; null when the file maps nothing at all. */
function idsOf(decoder: DbnDecoder, path: string, symbol: string, dt: string): number[] | null {
  const metadata = decoder.metadata!;
  if (metadata.mappings.length === 0) return null;
  const mapped = instrumentIds(metadata, dt, path);
  const ids = mapped.get(symbol);
  if (ids !== undefined) return ids;
  const listed = mapped.size === 0 ? "no symbol" : [...mapped.keys()].sort().join(", ");
  throw new UserError(
    `${path}: symbol ${symbol} is not in its mapping for ${dt}, which has ${listed}; ` +
      `lock one of them in instrument.yaml or choose another file`,
  );
}
