/**
 * Tells a request for a WebSocket from others.
 *
 * @param request the request
 * @returns whether it asks for an upgrade to one
 */
export function isUpgrade(request: Request): boolean {
  return request.headers.get("upgrade")?.toLowerCase() === "websocket";
}
