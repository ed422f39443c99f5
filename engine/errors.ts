/**
 * An error that a user caused and can mend: its message says what is wrong, where, and what to do,
 * in one line. Commands print it without a stack; streams send it as an `error` message. What it
 * names in backticks is a parameter, as `start_time`: who reads it knows it as a flag or in a query.
 */
export class UserError extends Error {
  override name = "UserError";
}

/**
 * An input that ends before it is complete: what came before is whole, and whoever asks for it may
 * have that.
 */
export class TruncatedError extends UserError {
  override name = "TruncatedError";
}

/** The lake has no file of a session at all. */
export class NoRawFile extends UserError {
  override name = "NoRawFile";

  /**
   * @param message what is missing, where, and what to do
   * @param dt session date, YYYY-MM-DD
   * @param productType what was asked for; only futures can be simulated
   * @param symbol of what was asked for, or its product; only contracts can be simulated
   */
  constructor(
    message: string,
    readonly dt: string,
    readonly productType: string,
    readonly symbol?: string,
  ) {
    super(message);
  }
}

/** The lake has more than one file of a session, and none of them is the one by rule. */
export class SeveralFiles extends UserError {
  override name = "SeveralFiles";

  /**
   * @param dir folder that they are in
   * @param names of the files, at least two
   * @param dt session date, YYYY-MM-DD
   */
  constructor(readonly dir: string, readonly names: readonly string[], dt: string) {
    super(`Several files hold ${dt} in ${dir}: ${names.join(", ")}; leave one of them there`);
  }
}

/**
 * @param error what the system refused with
 * @returns what it says, without the call and the path that are appended to it
 */
export function systemReason(error: unknown): string {
  return (error as Error).message.replace(/(\(os error \d+\)): .*$/s, "$1");
}
