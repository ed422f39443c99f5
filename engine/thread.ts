/** Work in threads of their own: orders go in; what is said meanwhile, and a result, come back. */
import { TruncatedError, UserError } from "./errors.ts";

/** A user's error on its way between threads, where errors lose their class. */
export interface Refusal {
  isTruncated: boolean;
  message: string;
}

/** What a worker posts. */
type Posted<Said, Result> = { said: Said } | { result: Result } | { refused: Refusal };

/** Says something to who started the thread. */
export type Say<Said> = (said: Said, transfer?: Transferable[]) => void;

/**
 * A thread: the script calls {@link followOrders} with the same types. Dispose of it, which ends it.
 */
export class Thread<Order, Said, Result> implements Disposable {
  /**
   * What came of the orders. It is rejected with a UserError when the worker throws one, and with
   * another error when the thread fails.
   */
  readonly result: Promise<Result>;
  readonly #worker: Worker;

  /**
   * @param script the worker's
   * @param work what it does, for an error: "the analysis"
   * @param hear is called with what it says
   */
  constructor(script: URL, work: string, hear: (said: Said) => void) {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.result = promise;
    // A failure that nobody waits for is told to who asks.
    promise.catch(() => {});
    this.#worker = new Worker(script, { type: "module" });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<Posted<Said, Result>>) => {
      if ("said" in data) hear(data.said);
      else if ("result" in data) resolve(data.result);
      else reject(errorOf(data.refused));
    });
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      reject(new Error(`${work} failed: ${event.message}`));
    });
  }

  /**
   * Orders something.
   *
   * @param order what
   * @param transfer buffers of it that go to the other thread
   */
  tell(order: Order, transfer: Transferable[] = []): void {
    this.#worker.postMessage(order, transfer);
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}

/**
 * What a worker does, once: it follows each order as it comes.
 *
 * @param follow does what is ordered; what it returns, unless undefined, is the thread's result
 */
export function followOrders<Order, Said, Result>(
  follow: (order: Order, say: Say<Said>) => Result | undefined | Promise<Result | undefined>,
): void {
  const post = (message: Posted<Said, Result>, transfer: Transferable[] = []) =>
    (self as unknown as Worker).postMessage(message, transfer);
  const say: Say<Said> = (said, transfer) => post({ said }, transfer);
  self.addEventListener("message", async ({ data }: MessageEvent<Order>) => {
    try {
      const result = await follow(data, say);
      if (result !== undefined) post({ result });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      post({ refused: refusalOf(error) });
    }
  });
}

/**
 * @param error a user's
 * @returns it as it goes between threads
 */
export function refusalOf(error: UserError): Refusal {
  return { isTruncated: error instanceof TruncatedError, message: error.message };
}

/**
 * @param refusal of another thread
 * @returns the error that it was
 */
export function errorOf({ isTruncated, message }: Refusal): UserError {
  return new (isTruncated ? TruncatedError : UserError)(message);
}
