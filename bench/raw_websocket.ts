import { Buffer } from "node:buffer";

/** Opcodes of frames (RFC 6455, 5.2). */
export const OPCODE = { TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 } as const;

/**
 * The request that opens a WebSocket, as it goes over the wire.
 *
 * @param url of the WebSocket
 */
export function upgradeRequest({ pathname, search, host }: URL): string {
  return [
    `GET ${pathname}${search} HTTP/1.1`,
    `Host: ${host}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "",
    "",
  ].join("\r\n");
}

/**
 * A client's frame, masked with zeros (RFC 6455, 5.2).
 *
 * @param opcode what it is
 * @param payload what it carries
 */
export function clientFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(payload.length < 126 ? 6 : 14));
  header.setUint8(0, 0x80 | opcode);
  if (payload.length < 126) header.setUint8(1, 0x80 | payload.length);
  else {
    header.setUint8(1, 0x80 | 127);
    header.setBigUint64(2, BigInt(payload.length));
  }
  return Buffer.concat([new Uint8Array(header.buffer), payload]);
}
