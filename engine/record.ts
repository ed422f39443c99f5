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
  /** price_int (1e-9 dollars), low word signed or not, high word signed. */
  priceLo: number;
  priceHi: number;
  /** Event time, UTC nanoseconds since the epoch: low and high word, unsigned. */
  tsLo: number;
  tsHi: number;
  /** Event time in nanoseconds since midnight UTC of the session's date, for differences. */
  ts: number;
}
