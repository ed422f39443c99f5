/** Damage to DBN files, of the kinds that reach every branch of a reader; seeded. */
import { HEADER, MBO } from "dbn-ts";
import type { Random } from "../../engine/source/simulator/random.ts";
import { join } from "../made_session.ts";

/** Bytes and words that sit at the edges of what a field can hold. */
const BYTES = [0, 1, 2, 3, 4, 13, 14, 15, 16, 0x7f, 0x80, 0xfe, 0xff];
const WORDS = [0, 1, 2, 3, 0x7f, 0xff, 0x100, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, -1 >>> 0];

/** Places of the header that say how the rest is read. */
const HEADER_BYTES = [0, 1, 2, 3, 24, 25, 50, 51, 52, 53, 54, 58, 59, 60];
const HEADER_WORDS = [4, 26, 30, 34, 38, 42, 50, 108, 112, 116];

/** Fields of an MBO record. */
const RECORD_BYTES = [HEADER.LENGTH, HEADER.RTYPE, MBO.FLAGS, MBO.ACTION, MBO.SIDE];
const RECORD_WORDS = [
  HEADER.INSTRUMENT_ID,
  HEADER.TS_EVENT,
  HEADER.TS_EVENT + 4,
  MBO.ORDER_ID,
  MBO.ORDER_ID + 4,
  MBO.PRICE,
  MBO.PRICE + 4,
  MBO.SIZE,
];
const LETTERS = [..."ACMRTFNB"].map((letter) => letter.charCodeAt(0));

type Mutation = (bytes: Uint8Array<ArrayBuffer>, random: Random) => Uint8Array<ArrayBuffer>;

/** Where the records begin, as the file itself says, or somewhere when it cannot be. */
function recordsAt(bytes: Uint8Array<ArrayBuffer>): number {
  if (bytes.length < 8) return 0;
  const said = 8 + new DataView(bytes.buffer).getUint32(4, true);
  return said <= bytes.length ? said : 0;
}

function recordAt(bytes: Uint8Array<ArrayBuffer>, random: Random): number {
  const first = recordsAt(bytes);
  return first + random.below(Math.max(1, (bytes.length - first) / MBO.BYTES)) * MBO.BYTES;
}

function setByte(bytes: Uint8Array<ArrayBuffer>, at: number, value: number): typeof bytes {
  if (at < bytes.length) bytes[at] = value;
  return bytes;
}

function setWord(bytes: Uint8Array<ArrayBuffer>, at: number, value: number): typeof bytes {
  if (at + 4 <= bytes.length) new DataView(bytes.buffer).setUint32(at, value, true);
  return bytes;
}

function pick<T>(values: readonly T[], random: Random): T {
  return values[random.below(values.length)]!;
}

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => setByte(bytes, pick(HEADER_BYTES, random), pick(BYTES, random)),
  (bytes, random) => setWord(bytes, pick(HEADER_WORDS, random), pick(WORDS, random)),
  // A count or a length anywhere in the metadata.
  (bytes, random) => setWord(bytes, random.below(recordsAt(bytes) + 1), pick(WORDS, random)),
  (bytes, random) =>
    setByte(bytes, recordAt(bytes, random) + pick(RECORD_BYTES, random), pick(BYTES, random)),
  (bytes, random) =>
    setByte(bytes, recordAt(bytes, random) + pick(RECORD_BYTES, random), random.below(256)),
  (bytes, random) =>
    setByte(
      bytes,
      recordAt(bytes, random) + pick([MBO.ACTION, MBO.SIDE], random),
      pick(LETTERS, random),
    ),
  (bytes, random) =>
    setWord(bytes, recordAt(bytes, random) + pick(RECORD_WORDS, random), pick(WORDS, random)),
  (bytes, random) =>
    setWord(
      bytes,
      recordAt(bytes, random) + pick(RECORD_WORDS, random),
      random.below(0x1_0000_0000),
    ),
  (bytes, random) => {
    const at = random.below(bytes.length);
    return setByte(bytes, at, bytes[at]! ^ (1 << random.below(8)));
  },
  (bytes, random) => setByte(bytes, random.below(bytes.length), random.below(256)),
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  // A piece goes missing, comes twice, or comes from elsewhere in the file.
  (bytes, random) => {
    const at = random.below(bytes.length);
    return join(bytes.subarray(0, at), bytes.subarray(at + random.below(200)));
  },
  (bytes, random) => {
    const at = random.below(bytes.length);
    return join(bytes.subarray(0, at), bytes.subarray(Math.max(0, at - random.below(200))));
  },
  (bytes, random) => {
    const from = recordAt(bytes, random);
    const to = recordAt(bytes, random);
    const moved = bytes.slice(from, from + MBO.BYTES);
    return join(bytes.subarray(0, to), moved, bytes.subarray(to));
  },
  (bytes, random) => {
    const at = random.below(bytes.length);
    for (let i = at; i < bytes.length && i < at + 64; i++) bytes[i] = random.below(256);
    return bytes;
  },
];

/**
 * Damages a file in one to four ways.
 *
 * @param seed a sound file, left as it is
 * @param random decides how
 * @returns the damaged file; never empty unless it was cut to nothing
 */
export function mutate(seed: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(seed);
  for (let left = 1 + random.below(4); left > 0 && bytes.length > 0; left--) {
    bytes = pick(MUTATIONS, random)(bytes, random);
  }
  return bytes;
}
