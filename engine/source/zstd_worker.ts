/**
 * Decompresses files in a thread of its own, any number of them side by side: a worker that is told a
 * file, fills the buffers it is given for it, and says at the end what came of it. See {@link ZstdThread}.
 */
import { decompressZstd } from "../dbn_input.ts";
import { UserError } from "../errors.ts";
import { followOrders, type Refusal, refusalOf, type Say } from "../thread.ts";
import { ContentWatch } from "./content_watch.ts";
import { openRaw, readPieces } from "./raw_file.ts";

/**
 * What the worker is told of a stream: its file, then buffers to fill, then that nobody wants more; and
 * with the last one of all, that there will be no other.
 */
export type ZstdOrder =
  & { stream: number }
  & ({ path: string } | { free: ArrayBuffer } | { close: true; isLast: boolean });

/** What it says of one: a filled buffer, the end of the file, or why there is no more. */
type OfStream =
  | { filled: ArrayBuffer; bytes: number; position: number }
  | { end: true }
  | { refused: Refusal }
  | { crashed: string };

/** What it says. */
export type ZstdAnswer = { stream: number } & OfStream;

/** Windows above this take turns, bytes: a few of them would take all memory. */
const LARGE_WINDOW_BYTES = 8 << 20;
/** So many streams with a large window are decompressed at a time. */
const LARGE_AT_ONCE = 2;

/** How long one waits for its turn before it is refused, milliseconds. */
const MOST_WAIT_MS = 30_000;

/** A stream was closed by who reads it. */
class Closed extends Error {}

class Stream {
  readonly #free: ArrayBuffer[] = [];
  #freed: PromiseWithResolvers<void> | null = null;
  #isClosed = false;
  #isLarge = false;

  constructor(readonly id: number, readonly path: string, readonly say: Say<ZstdAnswer>) {}

  take(order: ZstdOrder): void {
    if ("free" in order) this.#free.push(order.free);
    else {
      this.#isClosed = true;
      large.giveUp(this, new Closed());
    }
    this.#freed?.resolve();
  }

  async decompress(): Promise<void> {
    const { path } = this;
    let position = 0;
    try {
      let buffer = new Uint8Array(await this.#nextFree());
      let filled = 0;
      const handOver = () => {
        if (filled > 0) {
          this.#answer({ filled: buffer.buffer, bytes: filled, position }, [buffer.buffer]);
        }
        filled = 0;
      };
      try {
        const file = await openRaw(path);
        try {
          const compressed = readPieces(file, new Uint8Array(0), (at) => position = at);
          const watch = new ContentWatch(path);
          const admit = async (windowBytes: number) => {
            await watch.part(position);
            if (this.#isClosed) throw new Closed();
            await this.#admit(windowBytes);
          };
          for await (const piece of decompressZstd(compressed, path, admit)) {
            watch.gave(position);
            for (let at = 0; at < piece.length;) {
              const part = piece.subarray(at, at + buffer.length - filled);
              buffer.set(part, filled);
              filled += part.length;
              at += part.length;
              if (filled < buffer.length) continue;
              handOver();
              buffer = new Uint8Array(await this.#nextFree());
            }
          }
        } finally {
          // The thread goes on with others.
          file.handle.close();
        }
        handOver();
        this.#answer({ end: true });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        handOver();
        this.#answer({ refused: refusalOf(error) });
      }
    } catch (error) {
      if (!(error instanceof Closed)) this.#answer({ crashed: `decompression failed: ${error}` });
    } finally {
      if (this.#isLarge) large.give();
    }
  }

  /** Waits until a frame may be decompressed, whose window is so large. */
  async #admit(windowBytes: number): Promise<void> {
    if (windowBytes <= LARGE_WINDOW_BYTES || this.#isLarge) return;
    await large.take(this);
    this.#isLarge = true;
    if (this.#isClosed) throw new Closed();
  }

  async #nextFree(): Promise<ArrayBuffer> {
    for (;;) {
      if (this.#isClosed) throw new Closed();
      const free = this.#free.pop();
      if (free !== undefined) return free;
      this.#freed = Promise.withResolvers();
      await this.#freed.promise;
    }
  }

  #answer(answer: OfStream, transfer?: Transferable[]): void {
    this.say({ stream: this.id, ...answer }, transfer);
  }
}

/** A stream that waits for its turn. */
interface Waiting {
  stream: Stream;
  turn: PromiseWithResolvers<void>;
}

/** Turns of those with a large window, first come, first served. */
const large = {
  taken: 0,
  waiting: [] as Waiting[],
  async take(stream: Stream): Promise<void> {
    if (this.taken < LARGE_AT_ONCE) {
      this.taken++;
      return;
    }
    const turn = Promise.withResolvers<void>();
    this.waiting.push({ stream, turn });
    const giveUp = setTimeout(() => {
      this.giveUp(
        stream,
        new UserError(
          `${stream.path}: its Zstandard window is above 8 MiB, and ${LARGE_AT_ONCE} others such ` +
            `are being read; try again later, or compress it anew without --long`,
        ),
      );
    }, MOST_WAIT_MS);
    try {
      await turn.promise;
    } finally {
      clearTimeout(giveUp);
    }
  },
  give(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.taken--;
    else next.turn.resolve();
  },
  /** Takes one that waits out of the line. */
  giveUp(stream: Stream, why: Error): void {
    const at = this.waiting.findIndex((waiting) => waiting.stream === stream);
    if (at >= 0) this.waiting.splice(at, 1)[0]!.turn.reject(why);
  },
};

const streams = new Map<number, Stream>();
let isLast = false;

/**
 * Ends the thread when there is nothing more to do. One that is ended from without loses the memory of
 * what it decompresses.
 */
function endIfDone(): void {
  if (isLast && streams.size === 0) self.close();
}

followOrders<ZstdOrder, ZstdAnswer, never>((order, say) => {
  const { stream: id } = order;
  if (!("path" in order)) {
    streams.get(id)?.take(order);
    if (!("close" in order)) return;
    isLast ||= order.isLast;
    endIfDone();
    return;
  }
  const stream = new Stream(id, order.path, say);
  streams.set(id, stream);
  void stream.decompress().finally(() => {
    streams.delete(id);
    endIfDone();
  });
});
