import { settings } from "./settings.ts";
import { isAllowedOrigin } from "./stream/origin.ts";
import type { Seats } from "./stream/seats.ts";

/** How long a socket has to open, milliseconds. */
const OPENING_MS = 5_000;

/** What a WebSocket of this server is for. */
export interface SocketPurpose {
  /** What a foreign page may not do, such as "open the stream". */
  readonly act: string;
  /** What is counted, such as "streams". */
  readonly many: string;
  /** Counts them; their limits are those of the settings. */
  readonly seats: Seats;
  /**
   * Serves a client; it takes a seat before it returns.
   *
   * @param socket the client, not open yet
   * @param query what it asks for
   * @param address where it comes from
   */
  serve(socket: WebSocket, query: URLSearchParams, address: string): void;
}

/**
 * Lets a client open a WebSocket, unless its page is a foreign one or too many are open.
 *
 * @param request the request
 * @param info its connection
 * @param purpose what the socket is for
 * @returns the upgrade, or why there is none: 426, 403, 429, 503
 */
export function admit(
  request: Request,
  { remoteAddr }: Pick<Deno.ServeHandlerInfo, "remoteAddr">,
  purpose: SocketPurpose,
): Response {
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    return say(426, "This address is a WebSocket: open it with one.", { upgrade: "websocket" });
  }
  const { act, many, seats } = purpose;
  const { allowOrigins, idleSeconds, ...limits } = settings();
  if (!isAllowedOrigin(request, allowOrigins)) {
    const origin = request.headers.get("origin");
    return say(403, `Origin ${origin} may not ${act}; see --allow-origin.`);
  }
  const address = "hostname" in remoteAddr ? remoteAddr.hostname : "";
  switch (seats.refusal(address, limits)) {
    case "address full":
      return say(429, `${address} has as many ${many} open as one address may; close one.`);
    case "too often":
      return say(429, `${address} opens ${many} too often; wait a moment.`, { "retry-after": "1" });
    case "server full":
      return say(503, `As many ${many} are open as there may be; try again.`, {
        "retry-after": "10",
      });
  }
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: idleSeconds });
  purpose.serve(socket, new URL(request.url).searchParams, address);
  return response;
}

/**
 * Waits until a client is gone. Of one that leaves before its socket opens nothing is ever heard:
 * it is given up after a while.
 *
 * @param socket the client, not open yet
 */
export function untilGone(socket: WebSocket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const giveUp = setTimeout(resolve, OPENING_MS);
  socket.addEventListener("open", () => clearTimeout(giveUp));
  socket.addEventListener("close", () => {
    clearTimeout(giveUp);
    resolve();
  });
  return promise;
}

function say(status: number, line: string, headers: Record<string, string> = {}): Response {
  return new Response(`${line}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", ...headers },
  });
}
