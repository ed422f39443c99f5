import { type ClientSocket, DenoSocket } from "./client_socket.ts";
import type { Service } from "./service.ts";
import { isAllowedOrigin } from "./stream/origin.ts";
import type { ConnectionLimits } from "./connection_limits.ts";

/** A key that opens a WebSocket: 16 bytes (RFC 6455, 4.1). */
const KEY = /^[+/0-9A-Za-z]{22}==$/;

const VERSION = "13";

/** What a WebSocket of this server is for. */
export interface SocketPurpose {
  /** What a foreign page may not do, such as "open the stream". */
  readonly act: string;
  /** What is counted, such as "streams". */
  readonly many: string;
  /** Counts them; their limits are those of the settings. */
  readonly connections: ConnectionLimits;
  /**
   * Serves a client; it takes a place before it returns.
   *
   * @param socket the client
   * @param query what it asks for
   * @param address where it comes from
   */
  serve(socket: ClientSocket, query: URLSearchParams, address: string): void;
}

/** Makes a request's connection a WebSocket: what this server's own listener gives with a request. */
export interface Upgrader {
  /**
   * @param serve is given the client, open, unless it has left
   * @returns the answer to hand back
   */
  upgrade(serve: (socket: ClientSocket) => void): Response;
}

/**
 * Lets a client open a WebSocket, unless its page is a foreign one or too many are open.
 *
 * @param service the server
 * @param request the request
 * @param info its connection; that of a listener which is not this server's own is Deno's to upgrade
 * @param purpose what the socket is for
 * @returns the upgrade, or why there is none: 426, 403, 400, 429, 503
 */
export function admit(
  { settings, metrics }: Pick<Service, "settings" | "metrics">,
  request: Request,
  info: Pick<Deno.ServeHandlerInfo, "remoteAddr"> & Partial<Upgrader>,
  purpose: SocketPurpose,
): Response {
  const { headers } = request;
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") {
    return say(426, "This address is a WebSocket: open it with one.", { upgrade: "websocket" });
  }
  const { act, many, connections } = purpose;
  const { allowOrigins, idleSeconds, ...limits } = settings;
  if (!isAllowedOrigin(request, allowOrigins)) {
    const origin = headers.get("origin");
    return say(403, `Origin ${origin} may not ${act}; see --allow-origin.`);
  }
  const wrong = whatIsWrong(request);
  if (wrong !== null) {
    metrics.errorsTotal.inc({ kind: "request" });
    return say(400, wrong, { "sec-websocket-version": VERSION });
  }
  const { remoteAddr } = info;
  const address = "hostname" in remoteAddr ? remoteAddr.hostname : "";
  switch (connections.refusal(address, limits)) {
    case "address full":
      return say(429, `${address} has as many ${many} open as one address may; close one.`);
    case "too often":
      return say(429, `${address} opens ${many} too often; wait a moment.`, { "retry-after": "1" });
    case "server full":
      return say(503, `Too many ${many} are open; try again later.`, {
        "retry-after": "10",
      });
  }
  const { searchParams } = new URL(request.url);
  const serve = (socket: ClientSocket) => purpose.serve(socket, searchParams, address);
  if (info.upgrade !== undefined) return info.upgrade(serve);
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: idleSeconds });
  serve(new DenoSocket(socket));
  return response;
}

/** Why a request cannot be upgraded; null when it can. */
function whatIsWrong({ method, headers }: Request): string | null {
  if (method !== "GET") return "A WebSocket is opened with GET.";
  if (!/\bupgrade\b/i.test(headers.get("connection") ?? "")) {
    return "A WebSocket is opened with the header Connection: Upgrade.";
  }
  if (headers.get("sec-websocket-version") !== VERSION) {
    return `A WebSocket is opened with the header Sec-WebSocket-Version: ${VERSION}.`;
  }
  if (!KEY.test(headers.get("sec-websocket-key") ?? "")) {
    return "A WebSocket is opened with the header Sec-WebSocket-Key: 16 bytes in base64.";
  }
  return null;
}

function say(status: number, line: string, headers: Record<string, string> = {}): Response {
  return new Response(`${line}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", ...headers },
  });
}
