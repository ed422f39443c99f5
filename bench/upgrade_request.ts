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
