import { UserError } from "../errors.ts";

/** The service refused a request, could not be reached, or answered what cannot be understood. */
export class ServiceError extends UserError {
  override name = "ServiceError";

  /**
   * @param message what was asked, what came back and what to do, in one line
   * @param status HTTP status of the last answer; 0 when none came
   * @param options the cause, if there is one
   */
  constructor(message: string, readonly status: number, options?: ErrorOptions) {
    super(message, options);
  }

  /** Whether the service said that the request itself is wrong: nothing was done, and asking again is no use. */
  get refused(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 408 && this.status !== 429;
  }
}

/**
 * Finds what an error answer says. The service sends JSON with `detail`, a text or an object with a
 * `message`.
 *
 * @param body the answer's text
 * @returns its detail on one line, or the beginning of the text itself
 */
export function detailOf(body: string): string {
  return oneLine(detailIn(body) ?? body).slice(0, 500) || "no detail given";
}

function detailIn(body: string): string | undefined {
  try {
    const { detail } = Object(JSON.parse(body));
    const text = typeof detail === "string" ? detail : detail?.message ?? JSON.stringify(detail);
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
