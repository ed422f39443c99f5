/** Versions of DBN that there might ever be: the byte after "DBN". */
const MOST_VERSION = 31;

/**
 * Tells whether another file begins in place of a record: files that were put one after the other are
 * not one, for the second has mappings of its own.
 *
 * @param u8 Bytes that hold a record's first four.
 * @param at Index at which it begins.
 * @returns What begins there; null for a record.
 */
export function secondFileAt(u8: Uint8Array, at: number): "DBN" | "Zstandard" | null {
  const first = u8[at], second = u8[at + 1], third = u8[at + 2], fourth = u8[at + 3]!;
  if (first === 0x44 && second === 0x42 && third === 0x4e && fourth > 0) {
    return fourth <= MOST_VERSION ? "DBN" : null;
  }
  const isFrame = first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd;
  return isFrame ? "Zstandard" : null;
}
