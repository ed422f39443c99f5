/**
 * A market-by-order record as the engine takes it: plain numbers, 64-bit values in two words.
 * A source overwrites one such object for every record.
 */
export interface MboRecord {
  /** Character code of the action: A C M R T F N. */
  action: number;
  /** Character code of the side: A B N. */
  side: number;
  /** Flag mask. */
  flags: number;
  /** Contracts, u32. */
  size: number;
  /** Order id, both words signed. */
  idLo: number;
  idHi: number;
  /** price_int (1e-9 dollars), both words signed. */
  priceLo: number;
  priceHi: number;
  /** Event time, UTC nanoseconds since the epoch: both words signed. */
  tsLo: number;
  tsHi: number;
  /** Event time in nanoseconds since midnight UTC of the session's date, for differences. */
  readonly ts: number;
}

/**
 * Joins the words of a time or an order id.
 *
 * @param lo low word, signed or not
 * @param hi high word, signed or not
 * @returns the u64
 */
export function joinWords(lo: number, hi: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
}
