/** An error that answers a request with a status: thrown by handlers, shown by `_error.tsx`. */
export class HttpError extends Error {
  override name = "HttpError";

  /**
   * @param status HTTP status code, 400 to 599
   * @param message what went wrong, for the page; empty when the status says enough
   */
  constructor(readonly status: number, message?: string) {
    super(message);
  }
}
