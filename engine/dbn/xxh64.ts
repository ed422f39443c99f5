/** Factors of the hash, and the first two as words of 32 bits. */
const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;
const [P1_LO, P1_HI] = [0x85ebca87, 0x9e3779b1];
const [P2_LO, P2_HI] = [0x27d4eb4f, 0xc2b2ae3d];

/** Bytes that go round at a time: 8 for each of four sums. */
const STRIPE = 32;

/**
 * The checksum that a Zstandard frame has of its content: the low half of its XXH64. Most of it goes
 * by words of 32 bits, some hundred megabytes a second, as bigints do not.
 * Sources: RFC 8878, section 3.1.1; https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md.
 *
 * @param content All bytes of the content.
 * @returns The checksum, a u32.
 */
export function checksumOf(content: Uint8Array): number {
  const { length } = content;
  const view = new DataView(content.buffer, content.byteOffset, length);
  const word = (at: number) => BigInt(view.getUint32(at, true));
  let at = 0;
  let hash = P5;
  if (length >= STRIPE) {
    const sums = new BigUint64Array([P1 + P2, P2, 0n, -P1]);
    const words = new Uint32Array(sums.buffer);
    for (; at + STRIPE <= length; at += STRIPE) {
      for (let i = 0; i < 8; i += 2) {
        const low = view.getUint32(at + i * 4, true);
        round(words, i, low, view.getUint32(at + i * 4 + 4, true));
      }
    }
    hash = [1n, 7n, 12n, 18n].reduce((sum, bits, i) => sum + rotated(sums[i]!, bits), 0n);
    for (const sum of sums) hash = (hash ^ mixed(sum)) * P1 + P4;
  }
  hash += BigInt(length);
  for (; at + 8 <= length; at += 8) {
    hash = rotated(hash ^ mixed(word(at) | word(at + 4) << 32n), 27n) * P1 + P4;
  }
  if (at + 4 <= length) {
    hash = rotated(hash ^ word(at) * P1, 23n) * P2 + P3;
    at += 4;
  }
  for (; at < length; at++) hash = rotated(hash ^ BigInt(content[at]!) * P5, 11n) * P1;
  hash = BigInt.asUintN(64, hash);
  hash = BigInt.asUintN(64, (hash ^ hash >> 33n) * P2);
  hash = BigInt.asUintN(64, (hash ^ hash >> 29n) * P3);
  return Number((hash ^ hash >> 32n) & 0xffffffffn);
}

function rotated(value: bigint, bits: bigint): bigint {
  const whole = BigInt.asUintN(64, value);
  return BigInt.asUintN(64, whole << bits) | whole >> 64n - bits;
}

function mixed(value: bigint): bigint {
  return BigInt.asUintN(64, rotated(value * P2, 31n) * P1);
}

/** The same as `mixed`, of a sum in two words and what is added to it. */
function round(sums: Uint32Array, at: number, low: number, high: number): void {
  const added = Math.imul(low, P2_LO) >>> 0;
  const sum = sums[at]! + added;
  const carried = sums[at + 1]! + highWord(low, high, P2_LO, P2_HI) + (sum > 0xffffffff ? 1 : 0);
  const turned = sum << 31 | (carried >>> 1 & 0x7fffffff);
  const turnedHigh = carried << 31 | (sum >>> 1 & 0x7fffffff);
  sums[at] = Math.imul(turned, P1_LO);
  sums[at + 1] = highWord(turned, turnedHigh, P1_LO, P1_HI);
}

/** Bits 32 to 63 of a product of two words each. */
function highWord(low: number, high: number, byLow: number, byHigh: number): number {
  const [a, b] = [low & 0xffff, low >>> 16];
  const [c, d] = [byLow & 0xffff, byLow >>> 16];
  const [bc, ad] = [b * c, a * d];
  const middle = (a * c >>> 16) + (bc & 0xffff) + (ad & 0xffff);
  const carried = b * d + (bc >>> 16) + (ad >>> 16) + (middle >>> 16);
  return (carried + Math.imul(high, byLow) + Math.imul(low, byHigh)) >>> 0;
}
