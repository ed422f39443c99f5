import { errorOf, Thread } from "../thread.ts";
import type { ZstdAnswer, ZstdOrder } from "./zstd_worker.ts";

/** Buffers on their way between the threads: enough that neither waits for single ones. */
const BUFFERS = 4;
const BUFFER_BYTES = 1 << 19;

/**
 * The thread that decompresses for all who ask, while there is one. A stream's end or refusal is said
 * of it by its number: the thread itself has no result, and goes on with the others.
 */
class SharedThread {
  readonly #thread: Thread<ZstdOrder, ZstdAnswer, never>;
  readonly #streams = new Map<number, ZstdThread>();
  #next = 0;

  constructor() {
    this.#thread = new Thread(
      new URL("./zstd_worker.ts", import.meta.url),
      "decompression",
      (answer) => this.#streams.get(answer.stream)?.receive(answer),
    );
    this.#thread.result.catch(({ message }) => {
      if (shared === this) shared = null;
      for (const [stream, thread] of this.#streams) thread.receive({ stream, crashed: message });
    });
  }

  open(thread: ZstdThread): number {
    this.#streams.set(++this.#next, thread);
    return this.#next;
  }

  tell(order: ZstdOrder, transfer: Transferable[] = []): void {
    this.#thread.tell(order, transfer);
  }

  /** Ends a stream, and the thread with the last one. */
  close(stream: number): void {
    if (!this.#streams.delete(stream)) return;
    const isLast = this.#streams.size === 0;
    if (isLast && shared === this) shared = null;
    this.tell({ stream, close: true, isLast });
  }
}

let shared: SharedThread | null = null;

/**
 * A Zstandard file that another thread reads and decompresses, a few buffers ahead and no further: on
 * two cores a file takes as long as the slower of decompression and engine. One thread does it for all
 * files of the process, so that a run costs its window and 2 MB.
 */
export class ZstdThread {
  /** Bytes of the file on disk behind what was taken. */
  position = 0;
  readonly #path: string;
  readonly #thread = shared ??= new SharedThread();
  readonly #stream: number;
  readonly #answers: ZstdAnswer[] = [];
  #waiting: PromiseWithResolvers<ZstdAnswer> | null = null;
  #taken: ArrayBuffer | null = null;
  /** What came last, after which there is nothing to wait for. */
  #last: ZstdAnswer | null = null;

  /** @param path the file */
  constructor(path: string) {
    this.#path = path;
    this.#stream = this.#thread.open(this);
    this.#thread.tell({ stream: this.#stream, path });
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
    const answer = this.#answers.shift() ?? this.#last ?? await this.#nextAnswer();
    if (!("filled" in answer)) this.#last = answer;
    if ("crashed" in answer) throw new Error(`${this.#path}: ${answer.crashed}`);
    if ("refused" in answer) throw errorOf(answer.refused);
    if ("end" in answer) return null;
    this.position = answer.position;
    this.#taken = answer.filled;
    return new Uint8Array(answer.filled, 0, answer.bytes);
  }

  /** Takes what the thread answers. */
  receive(answer: ZstdAnswer): void {
    if (this.#waiting === null) this.#answers.push(answer);
    else this.#waiting.resolve(answer);
    this.#waiting = null;
  }

  /** Ends it, and who waits for its bytes with it. */
  close(): void {
    this.#thread.close(this.#stream);
    this.receive({ stream: this.#stream, crashed: "its file was closed" });
  }

  #nextAnswer(): Promise<ZstdAnswer> {
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  #give(free: ArrayBuffer): void {
    this.#thread.tell({ stream: this.#stream, free }, [free]);
  }
}
