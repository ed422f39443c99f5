/** Where and how an input is wrong, as far as it is known. */
export interface DbnErrorDetails extends ErrorOptions {
  /** Byte of the input at which it was noticed: of the compressed one where that is Zstandard's. */
  offset?: number;
  /** How many complete records came before. */
  record?: number;
  /** Whether everything before `offset` is sound: the input ends too early, or is several. */
  isTruncated?: boolean;
}

/**
 * What is wrong with an input, or with what was to be encoded. The message says what, where, and
 * what can be done about it, in one line.
 */
export class DbnError extends Error {
  override name = "DbnError";
  /** Byte of the input at which it was noticed; null where it is about none. */
  readonly offset: number | null;
  /** How many complete records came before; null where records were not reached. */
  readonly record: number | null;
  /** Whether everything before `offset` is sound: the input ends too early, or is several. */
  readonly isTruncated: boolean;

  /**
   * @param message What is wrong, in one line.
   * @param details Where, and how.
   */
  constructor(message: string, { offset, record, isTruncated, ...rest }: DbnErrorDetails = {}) {
    super(message, rest);
    this.offset = offset ?? null;
    this.record = record ?? null;
    this.isTruncated = isTruncated ?? false;
  }
}
