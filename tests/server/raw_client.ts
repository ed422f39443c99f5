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

/** Reads until the other side ends the connection; an abort counts as an end. */
export async function untilClosed(connection: Deno.TcpConn): Promise<void> {
  const bytes = new Uint8Array(1 << 16);
  try {
    while (await connection.read(bytes) !== null);
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
}
