import { TruncatedError, UserError } from "../errors.ts";
import type { ZstdAnswer, ZstdOrder } from "./zstd_worker.ts";

/** Buffers on their way between the threads: enough that neither waits for single ones. */
const BUFFERS = 4;
const BUFFER_BYTES = 1 << 19;

/**
 * A Zstandard file that another thread reads and decompresses, a few buffers ahead and no further:
 * on two cores a file takes as long as the slower of decompression and engine.
 */
export class ZstdThread {
  /** Bytes of the file on disk behind what was taken. */
  position = 0;
  readonly #worker: Worker;
  readonly #answers: ZstdAnswer[] = [];
  #waiting: PromiseWithResolvers<ZstdAnswer> | null = null;
  readonly #failed = Promise.withResolvers<never>();
  #taken: ArrayBuffer | null = null;

  /** @param path the file */
  constructor(path: string) {
    this.#worker = new Worker(new URL("./zstd_worker.ts", import.meta.url), { type: "module" });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<ZstdAnswer>) => {
      if (this.#waiting === null) this.#answers.push(data);
      else this.#waiting.resolve(data);
      this.#waiting = null;
    });
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#failed.reject(new Error(`${path}: decompression failed: ${event.message}`));
    });
    // Who takes the next bytes hears of it.
    this.#failed.promise.catch(() => {});
    this.#worker.postMessage({ path } satisfies ZstdOrder);
    for (let i = 0; i < BUFFERS; i++) this.#give(new ArrayBuffer(BUFFER_BYTES));
  }

  /**
   * Takes the next decompressed bytes; those taken before are overwritten.
   *
   * @returns the bytes, or null at the end of the file
   * @throws UserError when the file is no Zstandard, damaged, truncated or cannot be read; what was
   * complete has been taken then
   */
  async next(): Promise<Uint8Array | null> {
    if (this.#taken !== null) this.#give(this.#taken);
    this.#taken = null;
    const answer = this.#answers.shift() ?? await this.#nextAnswer();
    if ("refused" in answer) {
      throw new (answer.isTruncated ? TruncatedError : UserError)(answer.refused);
    }
    if ("end" in answer) return null;
    this.position = answer.position;
    this.#taken = answer.filled;
    return new Uint8Array(answer.filled, 0, answer.bytes);
  }

  /** Ends the thread. */
  close(): void {
    this.#worker.terminate();
  }

  #nextAnswer(): Promise<ZstdAnswer> {
    this.#waiting = Promise.withResolvers();
    return Promise.race([this.#waiting.promise, this.#failed.promise]);
  }

  #give(free: ArrayBuffer): void {
    this.#worker.postMessage({ free } satisfies ZstdOrder, [free]);
  }
}
