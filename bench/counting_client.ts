import { clientFrame, OPCODE, upgradeRequest } from "./raw_websocket.ts";

const { TEXT, BINARY, CLOSE, PING, PONG } = OPCODE;

/** Of a text message so much is kept: a grid_update's time, and whether it is history, stand before. */
const KEPT_BYTES = 512;

const decoder = new TextDecoder();

/** What a client hears. */
export interface Hears {
  /**
   * A text message.
   *
   * @param text its beginning
   */
  onText(text: string): void;
  /**
   * A binary message.
   *
   * @param bytes its length
   */
  onBinary(bytes: number): void;
  /**
   * The end of the stream.
   *
   * @param why what the server said, or that it said nothing
   */
  onClose(why: string): void;
}

/**
 * A stream's client that looks at the frames' heads and counts: a thousand of them take little of
 * the machine that their server is measured on.
 *
 * @param url of the stream
 * @param hears what comes
 * @returns the connection, open as a WebSocket; closing it ends the client
 */
export async function countingClient(url: URL, hears: Hears): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname: url.hostname, port: Number(url.port) });
  await connection.write(new TextEncoder().encode(upgradeRequest(url)));
  void follow(connection, hears);
  return connection;
}

async function follow(connection: Deno.TcpConn, hears: Hears): Promise<void> {
  const buffer = new Uint8Array(1 << 15);
  const frames = new Frames(hears, (bytes) => void connection.write(bytes));
  let answer = "";
  try {
    for (;;) {
      const n = await connection.read(buffer);
      if (n === null) break;
      let from = 0;
      if (!answer.includes("\r\n\r\n")) {
        const before = answer.length;
        answer += decoder.decode(buffer.subarray(0, n));
        const end = answer.indexOf("\r\n\r\n");
        if (end < 0) continue;
        if (!answer.startsWith("HTTP/1.1 101")) return hears.onClose(answer.slice(9, end));
        from = end + 4 - before;
      }
      frames.take(buffer.subarray(from, n));
      if (frames.closed !== null) return hears.onClose(frames.closed);
    }
  } catch (error) {
    if (error instanceof Deno.errors.Interrupted || error instanceof Deno.errors.BadResource) {
      return;
    }
    return hears.onClose((error as Error).message);
  }
  hears.onClose("no close frame");
}

/** The frames of one server, cut anywhere. */
class Frames {
  /** Code and reason of the close frame; null before it. */
  closed: string | null = null;
  #opcode = 0;
  /** Bytes of the frame's head so far, and of its payload that are due. */
  readonly #head = new Uint8Array(10);
  #headBytes = 0;
  #payload = 0;
  #left = 0;
  readonly #kept = new Uint8Array(KEPT_BYTES);
  #keptBytes = 0;

  constructor(readonly hears: Hears, readonly send: (bytes: Uint8Array) => void) {}

  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#left === 0) {
        this.#head[this.#headBytes++] = bytes[at++]!;
        if (this.#headBytes === headBytes(this.#head, this.#headBytes)) this.#begin();
        continue;
      }
      const n = Math.min(this.#left, bytes.length - at);
      if (this.#opcode !== BINARY && this.#keptBytes < KEPT_BYTES) {
        const kept = bytes.subarray(at, at + Math.min(n, KEPT_BYTES - this.#keptBytes));
        this.#kept.set(kept, this.#keptBytes);
        this.#keptBytes += kept.length;
      }
      at += n;
      this.#left -= n;
      if (this.#left === 0) this.#end();
    }
  }

  #begin(): void {
    const view = new DataView(this.#head.buffer);
    const short = this.#head[1]! & 0x7f;
    this.#opcode = this.#head[0]! & 0x0f;
    this.#payload = short === 127
      ? Number(view.getBigUint64(2))
      : short === 126
      ? view.getUint16(2)
      : short;
    this.#left = this.#payload;
    this.#headBytes = 0;
    this.#keptBytes = 0;
    if (this.#left === 0) this.#end();
  }

  #end(): void {
    const kept = this.#kept.subarray(0, this.#keptBytes);
    if (this.#opcode === TEXT) this.hears.onText(decoder.decode(kept));
    else if (this.#opcode === BINARY) this.hears.onBinary(this.#payload);
    else if (this.#opcode === PING) this.send(clientFrame(PONG, kept));
    else if (this.#opcode === CLOSE) {
      this.closed = `${(kept[0]! << 8) | kept[1]!} ${decoder.decode(kept.subarray(2))}`;
    }
  }
}

/** Bytes of a frame's head, of which there are some. */
function headBytes(head: Uint8Array, known: number): number {
  if (known < 2) return 2;
  const short = head[1]! & 0x7f;
  return short === 127 ? 10 : short === 126 ? 4 : 2;
}
