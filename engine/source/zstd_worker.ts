/**
 * Decompresses a file in a thread of its own: a worker that is told the file, fills the buffers it
 * is given, and says at the end what came of it. See {@link ZstdThread}.
 */
import { decompressZstd } from "../dbn/zstd.ts";
import { TruncatedError, UserError } from "../errors.ts";
import { openRaw, readPieces } from "./raw_file.ts";

/** What the worker is told: the file, then buffers to fill. */
export type ZstdOrder = { path: string } | { free: ArrayBuffer };

/** What it answers: a filled buffer, the end of the file, or why there is no more. */
export type ZstdAnswer =
  | { filled: ArrayBuffer; bytes: number; position: number }
  | { end: true }
  | { refused: string; isTruncated: boolean };

const free: ArrayBuffer[] = [];
let freed: (() => void) | null = null;

self.addEventListener("message", ({ data }: MessageEvent<ZstdOrder>) => {
  if ("path" in data) return void decompress(data.path);
  free.push(data.free);
  freed?.();
});

async function decompress(path: string): Promise<void> {
  let position = 0;
  let buffer = new Uint8Array(await nextFree());
  let filled = 0;
  const handOver = () => {
    if (filled > 0) {
      answer({ filled: buffer.buffer, bytes: filled, position }, [buffer.buffer]);
    }
    filled = 0;
  };
  try {
    const compressed = readPieces(
      await openRaw(path),
      new Uint8Array(0),
      (at) => position = at,
    );
    for await (const piece of decompressZstd(compressed, path)) {
      for (let at = 0; at < piece.length;) {
        const part = piece.subarray(at, at + buffer.length - filled);
        buffer.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < buffer.length) continue;
        handOver();
        buffer = new Uint8Array(await nextFree());
      }
    }
    handOver();
    answer({ end: true });
  } catch (error) {
    // Errors lose their class on the way between threads.
    if (!(error instanceof UserError)) throw error;
    handOver();
    answer({ refused: error.message, isTruncated: error instanceof TruncatedError });
  }
}

async function nextFree(): Promise<ArrayBuffer> {
  while (free.length === 0) await new Promise<void>((resolve) => freed = resolve);
  return free.pop()!;
}

function answer(message: ZstdAnswer, transfer: Transferable[] = []): void {
  (self as unknown as Worker).postMessage(message, transfer);
}
