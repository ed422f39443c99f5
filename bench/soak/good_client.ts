import { pause } from "./pause.ts";

/** What well-behaved clients have seen, added up. */
export interface Seen {
  grids: number;
  /** Grids that `lag` messages told of. */
  dropped: number;
  /** Grids neither sent nor told of, and grids out of order or unknown: has to stay 0. */
  lost: number;
  reordered: number;
  /** Sessions streamed to their end. */
  passes: number;
  /** Streams that ended in another way, by close code and reason. */
  broken: Record<string, number>;
}

/** How long a client waits before it comes again after a stream that was cut off, milliseconds. */
const RETRY_MS = 1_000;

/**
 * Streams a session to its end, again and again, and holds each grid against those of a plain run.
 *
 * @param url of the stream
 * @param expected event_id of every grid, in order
 * @param seen is added to
 * @param signal ends it
 */
export async function goodClient(
  url: string,
  expected: readonly number[],
  seen: Seen,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    if (!await onePass(url, expected, seen, signal)) await pause(RETRY_MS, signal);
  }
}

/** One session; whether it came to its end. */
function onePass(
  url: string,
  expected: readonly number[],
  seen: Seen,
  signal: AbortSignal,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  const stop = () => socket.close();
  signal.addEventListener("abort", stop);
  let at = 0;
  let missed = 0;
  let told = 0;
  let ended = false;
  socket.onmessage = ({ data }) => {
    if (typeof data !== "string") return;
    const message = JSON.parse(data);
    if (message.type === "lag") {
      told += message.dropped;
    } else if (message.type === "end") {
      ended = true;
    } else if (message.type === "grid_update") {
      const found = expected.indexOf(message.event_id, at);
      if (found < 0) seen.reordered++;
      else {
        missed += found - at;
        at = found + 1;
      }
      seen.grids++;
    }
  };
  socket.onclose = ({ code, reason }) => {
    signal.removeEventListener("abort", stop);
    if (ended) {
      seen.passes++;
      missed += expected.length - at;
      seen.lost += Math.abs(missed - told);
    } else if (!signal.aborted) {
      const how = `${code} ${reason}`.trim();
      seen.broken[how] = (seen.broken[how] ?? 0) + 1;
    }
    seen.dropped += told;
    resolve(ended);
  };
  return promise;
}
