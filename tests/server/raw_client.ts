/** A client of the stream down to its bytes: it can lie in its headers, stop reading, or be dead. */

/** What a raw client says of itself; what is left out is as a browser on this machine has it. */
export interface RawHeaders {
  Host?: string;
  Origin?: string;
}

const STREAM = "/v1/vacuum-pressure/stream";

/** The request that opens a WebSocket, as bytes. */
function upgradeRequest(
  port: number,
  query: string,
  headers: RawHeaders,
  path: string,
): Uint8Array {
  const all = {
    Host: `127.0.0.1:${port}`,
    ...headers,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return new TextEncoder().encode([`GET ${path}?${query} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
}

/**
 * Asks for a stream and does not wait for the answer.
 *
 * @param port of the server
 * @param query of the stream
 * @param headers what it says of itself
 * @param path of another WebSocket than the stream
 */
export async function ask(
  port: number,
  query = "",
  headers: RawHeaders = {},
  path = STREAM,
): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(upgradeRequest(port, query, headers, path));
  return connection;
}

/** An upgrade that was asked for. */
export interface RawUpgrade extends Disposable {
  readonly connection: Deno.TcpConn;
  /** HTTP status of the answer: 101 when the stream is open. */
  readonly status: number;
  /** The answer as far as it came in one piece. */
  readonly answer: string;
}

/**
 * Asks for a stream and reads nothing after the answer's first piece.
 *
 * @param port of the server
 * @param query of the stream
 * @param headers what it says of itself
 * @param path of another WebSocket than the stream
 */
export async function upgrade(
  port: number,
  query = "",
  headers: RawHeaders = {},
  path = STREAM,
): Promise<RawUpgrade> {
  const connection = await ask(port, query, headers, path);
  const bytes = new Uint8Array(1024);
  const n = await connection.read(bytes);
  const answer = new TextDecoder().decode(bytes.subarray(0, n ?? 0));
  return {
    connection,
    status: Number(answer.split(" ")[1]),
    answer,
    [Symbol.dispose]: () => connection.close(),
  };
}

/** Opcodes of frames (RFC 6455, 5.2). */
export const OPCODE = { CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 } as const;

/** How a frame differs from a whole, masked one. */
export interface FrameFaults {
  /** More frames of its message follow. */
  isFragment?: boolean;
  /** Its payload is not masked. */
  isUnmasked?: boolean;
  /** Reserved bits, as they stand in the first byte. */
  reserved?: number;
  /** A length that it claims, in place of that of its payload. */
  claims?: number;
}

/**
 * A client's frame, masked with zeros.
 *
 * @param opcode what it is
 * @param payload what it carries
 * @param faults how it differs from a good one
 */
export function frame(
  opcode: number,
  payload: string | Uint8Array = "",
  { isFragment = false, isUnmasked = false, reserved = 0, claims }: FrameFaults = {},
): Uint8Array<ArrayBuffer> {
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const length = claims ?? bytes.length;
  const head = [(isFragment ? 0 : 0x80) | reserved | opcode];
  const masked = isUnmasked ? 0 : 0x80;
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  head.push(masked | (lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127));
  for (let i = lengthBytes - 1; i >= 0; i--) head.push(Math.floor(length / 256 ** i) % 256);
  if (!isUnmasked) head.push(0, 0, 0, 0);
  return new Uint8Array([...head, ...bytes]);
}

/** A frame of the server. */
export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Uint8Array;
}

/** Cuts what a server sent into its frames; what is no whole frame is left out. */
export function framesOf(bytes: Uint8Array): ServerFrame[] {
  const frames: ServerFrame[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 2 <= bytes.length;) {
    const short = bytes[at + 1]!;
    const headBytes = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (at + headBytes > bytes.length) break;
    const length = short === 127
      ? Number(view.getBigUint64(at + 2))
      : short === 126
      ? view.getUint16(at + 2)
      : short;
    const from = at + headBytes;
    if (from + length > bytes.length) break;
    frames.push({ opcode: bytes[at]! & 0x0f, payload: bytes.subarray(from, from + length) });
    at = from + length;
  }
  return frames;
}

/** The code of a close frame; null when there is none. */
export function closeCodeOf(frames: readonly ServerFrame[]): number | null {
  const close = frames.find(({ opcode }) => opcode === OPCODE.CLOSE);
  if (close === undefined) return null;
  return (close.payload[0]! << 8) | close.payload[1]!;
}

/**
 * Opens a WebSocket, sends bytes, and reads all that comes until the server ends the connection.
 *
 * @param port of the server
 * @param query of the stream
 * @param sends pieces, one write each; what cannot be sent any more is left
 * @param path of another WebSocket than the stream
 * @returns the frames that came
 */
export async function framesAfter(
  port: number,
  query: string,
  sends: Iterable<Uint8Array>,
  path = STREAM,
): Promise<ServerFrame[]> {
  using connection = await ask(port, query, {}, path);
  const write = async () => {
    for (const bytes of sends) await connection.write(bytes);
  };
  const writing = write().catch(() => {});
  const parts: Uint8Array[] = [];
  const buffer = new Uint8Array(1 << 16);
  try {
    for (let n = await connection.read(buffer); n; n = await connection.read(buffer)) {
      parts.push(buffer.slice(0, n));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  await writing;
  const all = new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
  const head = new TextDecoder("latin1").decode(all).indexOf("\r\n\r\n");
  return framesOf(all.subarray(head + 4));
}

/**
 * Sends a request as it is written and reads the answer to its end.
 *
 * @param port of the server
 * @param lines of the request's head
 */
export async function answerTo(port: number, ...lines: string[]): Promise<string> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode([...lines, "", ""].join("\r\n")));
  return await new Response(connection.readable).text();
}

/** Reads until the other side ends the connection; an abort counts as an end. */
export async function untilClosed(connection: Deno.TcpConn): Promise<void> {
  const bytes = new Uint8Array(1 << 16);
  try {
    while (await connection.read(bytes) !== null);
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
}
