/**
 * An error that a user caused and can mend: its message says what is wrong, where, and what to do,
 * in one line. Commands print it without a stack; streams send it as an `error` message.
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
