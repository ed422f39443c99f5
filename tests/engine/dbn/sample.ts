import { Buffer } from "node:buffer";
import {
  DbnDecoder,
  type DbnDecoderOptions,
  encodeMbo,
  encodeMetadata,
  type MboFields,
  type Metadata,
  type MetadataInput,
  readMboFields,
  RTYPE_MBO,
} from "dbn-ts";

/** Ways to cut input: within a record header, around a record's 56 bytes, and not at all. */
export const CHUNK_SIZES = [1, 7, 55, 56, 57, Infinity];

/** Metadata of a small request: one instrument over two days, a second one, one not found. */
export const SAMPLE_METADATA: MetadataInput = {
  dataset: "GLBX.MDP3",
  schema: 0,
  start: 1770336000000000000n,
  end: 1770422400000000000n,
  limit: 9n,
  symbols: ["MNQH6", "MNQM6"],
  partial: ["MNQM6"],
  notFound: ["NOPE"],
  mappings: [
    {
      rawSymbol: "MNQH6",
      intervals: [
        { startDate: 20260205, endDate: 20260206, symbol: "7" },
        { startDate: 20260206, endDate: 20260207, symbol: "42005347" },
      ],
    },
    {
      rawSymbol: "MNQM6",
      intervals: [{ startDate: 20260206, endDate: 20260207, symbol: "42007021" }],
    },
  ],
};

/** An ordinary record, with what differs. */
export function mbo(fields: Partial<MboFields> = {}): MboFields {
  return {
    publisherId: 1,
    instrumentId: 42005347,
    tsEvent: 1770388200123456789n,
    orderId: 6412345678901n,
    price: 21500250000000n,
    size: 3,
    flags: 130,
    channelId: 5,
    action: 0x41,
    side: 0x42,
    tsRecv: 1770388200123999999n,
    tsInDelta: -17,
    sequence: 4000000000,
    ...fields,
  };
}

/** A record of a type the decoder knows nothing of, `words` times 4 bytes long. */
export function foreignRecord(words: number, rtype = 200): Uint8Array {
  const bytes = new Uint8Array(words * 4).fill(0xee);
  bytes.set([words, rtype]);
  return bytes;
}

/** Joins byte arrays. */
export function join(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A whole file: metadata of a version, then three MBO records with foreign ones between. */
export function sampleFile(version: number, tsOut = false): Uint8Array {
  const sentAt = tsOut ? 1770388200999999999n : undefined;
  return join(
    encodeMetadata({ ...SAMPLE_METADATA, version, tsOut }),
    encodeMbo(SAMPLE_RECORDS[0]!, sentAt),
    foreignRecord(4),
    encodeMbo(SAMPLE_RECORDS[1]!, sentAt),
    foreignRecord(255),
    encodeMbo(SAMPLE_RECORDS[2]!, sentAt),
  );
}

/** The MBO records of {@link sampleFile}. */
export const SAMPLE_RECORDS = [
  mbo(),
  mbo({ action: 0x43, price: -250000000n, orderId: 0xffffffffffffffffn }),
  mbo({ action: 0x52, side: 0x4e, price: 0x7fffffffffffffffn, size: 0, flags: 0xff }),
];

/** Cuts bytes into pieces. */
export function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What a decoder made of a file. */
export interface Decoded {
  metadata: Metadata | null;
  /** MBO records. */
  records: MboFields[];
  /** Absolute byte offset of each of them. */
  offsets: number[];
  /** Records of any type. */
  recordsRead: number;
  /** Why it stopped, when that was not the end of a complete file. */
  error: Error | null;
}

/** Decodes input given piece by piece, to its end or the first error. */
export function decode(pieces: Iterable<Uint8Array>, options: DbnDecoderOptions = {}): Decoded {
  const decoder = new DbnDecoder(options);
  const records: MboFields[] = [];
  const offsets: number[] = [];
  let error: Error | null = null;
  try {
    for (const piece of pieces) {
      for (let taken = 0; taken < piece.length;) {
        taken += decoder.push(piece.subarray(taken));
        for (let at = decoder.next(RTYPE_MBO); at >= 0; at = decoder.next(RTYPE_MBO)) {
          records.push(readMboFields(decoder.u8, at));
          offsets.push(decoder.offsetOf(at));
        }
      }
    }
    decoder.finish();
  } catch (thrown) {
    error = thrown as Error;
  }
  const { metadata, recordsRead } = decoder;
  return { metadata, records, offsets, recordsRead, error };
}
