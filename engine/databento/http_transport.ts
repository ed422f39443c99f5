import { UserError } from "../errors.ts";
import { type Clock, systemClock } from "./clock.ts";
import { DEFAULT_RETRY, isTransient, retryAfterMs, retryDelay, type RetryPolicy } from "./retry.ts";
import { detailOf, ServiceError } from "./service_error.ts";

/** Where the historical service is. */
export const SERVICE_URL = "https://hist.databento.com";

/** How long a connection may be silent before it is given up, milliseconds. */
const STALL_MS = 120_000;

/** Longest wait that a service may ask for before the next try, milliseconds. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** How requests are sent; all but the key has a default. */
export interface HttpTransportOptions {
  /** API key, sent as the user of basic authentication and shown nowhere. */
  key: string;
  /** Scheme, host and port; default {@link SERVICE_URL}. */
  baseUrl?: string;
  /** Sends a request; default the global fetch. */
  fetch?: typeof fetch;
  clock?: Clock;
  /** A number in [0, 1) for the jitter of waits; default Math.random. */
  random?: () => number;
  retry?: RetryPolicy;
  /** How long a connection may be silent, milliseconds. */
  stallMs?: number;
  /** Is told each warning that an answer carries in X-Warning. */
  onWarning?: (text: string) => void;
  /** Is told why a request is tried again, and when. */
  onRetry?: (text: string) => void;
}

/** An answer with status 2xx, its body still to be read. */
export interface Answer {
  status: number;
  headers: Headers;
  /** The body as it arrives; to be read to its end or left by leaving the loop. */
  body: AsyncIterable<Uint8Array>;
}

/** One request, as often as it takes. */
export interface Call<T> {
  /** What it is called in messages, such as "batch.list_jobs". */
  name: string;
  /** Path and query on the service's host. */
  path: string;
  /** Method, headers and body of the next try. */
  init: () => RequestInit;
  /** Takes the answer; what the connection throws in it leads to another try. */
  read: (answer: Answer) => Promise<T>;
  /** Which statuses are tried again, 0 standing for a lost connection; default the transient ones. */
  retryOn?: (status: number) => boolean;
  /** A figure that grows while tries get on: those that take it further than before do not count. */
  progress?: () => number;
  signal?: AbortSignal | undefined;
}

/**
 * The connection failed before the answer was complete. A reader of an answer may throw it too: the
 * request is sent again then.
 */
export class ConnectionLost extends Error {}

/**
 * Sends requests to the service: authentication, warnings, retries with back-off and jitter,
 * connections that fall silent. Knows nothing of what is asked.
 */
export class HttpTransport {
  readonly #options: Required<Omit<HttpTransportOptions, "key">>;
  readonly #authorization: string;
  readonly #secrets: readonly string[];

  /**
   * @param options key, and what differs from the defaults
   * @throws UserError when the key cannot be one
   */
  constructor({ key, ...options }: HttpTransportOptions) {
    if (!/^[\x21-\x39\x3b-\x7e]+$/.test(key)) {
      throw new UserError(
        "the Databento API key is empty or has characters that no key has; " +
          "set DATABENTO_API_KEY to the key as the portal shows it",
      );
    }
    const credentials = btoa(`${key}:`);
    this.#authorization = `Basic ${credentials}`;
    this.#secrets = [key, credentials];
    this.#options = {
      baseUrl: SERVICE_URL,
      fetch: (input, init) => fetch(input, init),
      clock: systemClock,
      random: Math.random,
      retry: DEFAULT_RETRY,
      stallMs: STALL_MS,
      onWarning: () => {},
      onRetry: () => {},
      ...options,
    };
  }

  /** Time as requests see it. */
  get clock(): Clock {
    return this.#options.clock;
  }

  /**
   * Sends a request until it is answered, refused, or tried often enough.
   *
   * @param call the request
   * @returns what its reader makes of the answer
   * @throws ServiceError when it is refused or there is no getting through; the signal's reason when
   * aborted; what the reader throws
   */
  async request<T>(call: Call<T>): Promise<T> {
    const { clock, random, retry, onRetry } = this.#options;
    const retryOn = call.retryOn ?? ((status) => status === 0 || isTransient(status));
    let reached = call.progress?.() ?? 0;
    for (let tries = 1;; tries++) {
      const failed = await this.#try(call);
      if ("value" in failed) return failed.value;
      const { error, retryAfter } = failed;
      const progress = call.progress?.() ?? 0;
      if (progress > reached) tries = 1;
      reached = Math.max(reached, progress);
      if (!retryOn(error.status) || tries >= retry.attempts) throw error;
      if (retryAfter > LONGEST_RETRY_AFTER_MS) {
        const hours = Math.ceil(retryAfter / 3_600_000);
        const message =
          `${error.message}; it wants to be asked again in ${hours} hours: run again then`;
        throw new ServiceError(message, error.status);
      }
      const wait = retryDelay(retry, tries, random(), retryAfter);
      onRetry(`${error.message}; trying again in ${(wait / 1_000).toFixed(1)} s`);
      await clock.sleep(wait, call.signal);
    }
  }

  async #try<T>(
    call: Call<T>,
  ): Promise<{ value: T } | { error: ServiceError; retryAfter: number }> {
    const { clock } = this.#options;
    const over = new AbortController();
    try {
      const answer = await this.#send(call, over.signal);
      this.#warn(answer.headers);
      if (answer.status >= 200 && answer.status < 300) return { value: await call.read(answer) };
      const said = this.#redact(detailOf(await textOf(answer.body)));
      return {
        error: new ServiceError(refusal(call.name, answer.status, said), answer.status),
        retryAfter: retryAfterMs(answer.headers.get("retry-after"), clock.now()),
      };
    } catch (error) {
      call.signal?.throwIfAborted();
      if (error instanceof ServiceError) {
        throw new ServiceError(`${call.name}: ${this.#redact(error.message)}`, error.status);
      }
      if (!(error instanceof ConnectionLost)) throw error;
      const message = `${call.name}: ${this.#redact(error.message)}`;
      return { error: new ServiceError(message, 0, { cause: error.cause }), retryAfter: 0 };
    } finally {
      // Its reader may have left it unread.
      over.abort();
    }
  }

  /** Sends once. A silence of the connection, before or within the body, is a lost connection. */
  async #send({ path, init, signal, name }: Call<unknown>, over: AbortSignal): Promise<Answer> {
    const { baseUrl, stallMs } = this.#options;
    const stalled = new AbortController();
    const expire = () => stalled.abort(new Error(`no byte for ${stallMs / 1_000} s`));
    let timer = setTimeout(expire, stallMs);
    const { headers, ...rest } = init();
    over.addEventListener("abort", () => clearTimeout(timer));
    const signals = [stalled.signal, over, ...(signal ? [signal] : [])];
    try {
      const response = await this.#options.fetch(`${baseUrl}${path}`, {
        ...rest,
        // It would be asked elsewhere, and in another way.
        redirect: "manual",
        headers: { ...headers, authorization: this.#authorization },
        signal: AbortSignal.any(signals),
      });
      const body = async function* () {
        try {
          for await (const chunk of response.body ?? []) {
            // A reader that takes its time is no silence of the connection.
            clearTimeout(timer);
            yield chunk;
            timer = setTimeout(expire, stallMs);
          }
        } catch (error) {
          throw new ConnectionLost(`the connection was lost: ${messageOf(error)}`, {
            cause: error,
          });
        } finally {
          clearTimeout(timer);
        }
      };
      return { status: response.status, headers: response.headers, body: body() };
    } catch (error) {
      clearTimeout(timer);
      if ((error as Error).name === "NotCapable") {
        // Its user and password, should it have them, are nobody's to see.
        const where = URL.canParse(baseUrl) ? new URL(baseUrl).origin : "the service";
        throw new UserError(`${name}: this task may not connect to ${where}`);
      }
      if (!(error instanceof TypeError) && !stalled.signal.aborted) throw error;
      throw new ConnectionLost(`no connection: ${messageOf(error)}`, { cause: error });
    }
  }

  /** X-Warning holds a JSON array of texts. */
  #warn(headers: Headers): void {
    const header = headers.get("x-warning");
    if (header === null) return;
    let texts: unknown = header;
    try {
      texts = JSON.parse(header);
    } catch {
      // Not what it is said to be: shown as it is.
    }
    for (const text of [texts].flat()) this.#options.onWarning(this.#redact(`${text}`));
  }

  #redact(text: string): string {
    return this.#secrets.reduce((clean, secret) => clean.replaceAll(secret, "(key)"), text);
  }
}

/**
 * @param body a body as it arrives
 * @returns all of it as text
 */
export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

function refusal(name: string, status: number, said: string): string {
  const advice = status === 401 ? "; check DATABENTO_API_KEY" : "";
  return `${name}: the service answers ${status}: ${said}${advice}`;
}

/** What an error says, and what is behind it. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `${error}`;
  return error.cause instanceof Error
    ? `${error.message}: ${messageOf(error.cause)}`
    : error.message;
}
