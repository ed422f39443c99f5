/** DBN as the engine reads it: what `dbn-ts` finds wrong with a file is for its user to mend. */
import {
  type Admit,
  DbnDecoder,
  type DbnDecoderOptions,
  DbnError,
  decompressZstd as decompress,
  instrumentIds as idsOf,
  type Metadata,
  SCHEMA_MBO,
  SCHEMA_MIXED,
} from "dbn-ts";
import { TruncatedError, UserError } from "./errors.ts";

/**
 * The package's decoder, of order books unless it is told otherwise.
 *
 * Its methods throw UserError where the package's throw DbnError, TruncatedError where what came
 * before is whole.
 */
export class Decoder extends DbnDecoder {
  /** @param options as the package's, but for the schemas: mbo and mixed by default */
  constructor(options: DbnDecoderOptions = {}) {
    super({ schemas: [SCHEMA_MBO, SCHEMA_MIXED], ...options });
  }

  override wrote(n: number): void {
    try {
      super.wrote(n);
    } catch (error) {
      throw asUserError(error);
    }
  }

  override next(rtype: number): number {
    try {
      return super.next(rtype);
    } catch (error) {
      throw asUserError(error);
    }
  }

  override pass(): boolean {
    try {
      return super.pass();
    } catch (error) {
      throw asUserError(error);
    }
  }

  override seek(offset: number, records: number): void {
    try {
      super.seek(offset, records);
    } catch (error) {
      throw asUserError(error);
    }
  }

  override finish(): void {
    try {
      super.finish();
    } catch (error) {
      throw asUserError(error);
    }
  }
}

/**
 * Decompresses a Zstandard file as a stream.
 *
 * @param file the compressed bytes, cut anywhere
 * @param name what to call it in messages
 * @param admit waits until a frame with a window of so many bytes may be decompressed
 * @returns the decompressed bytes in pieces of up to 256 KiB
 * @throws UserError as the package does; TruncatedError when the file is truncated. What was
 * complete has been delivered then
 */
export async function* decompressZstd(
  file: AsyncIterable<Uint8Array>,
  name: string,
  admit?: Admit,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* decompress(file, { name, admit });
  } catch (error) {
    throw asUserError(error);
  }
}

/**
 * @param metadata what the file says of itself
 * @param dt the date, YYYY-MM-DD
 * @param name what to call the file in messages
 * @returns instrument_ids by symbol on that date
 * @throws UserError when a symbol is mapped to no instrument_id
 */
export function instrumentIds(metadata: Metadata, dt: string, name: string): Map<string, number[]> {
  try {
    return idsOf(metadata, dt, name);
  } catch (error) {
    throw asUserError(error);
  }
}

function asUserError(error: unknown): unknown {
  if (!(error instanceof DbnError)) return error;
  return new (error.isTruncated ? TruncatedError : UserError)(error.message, { cause: error });
}
