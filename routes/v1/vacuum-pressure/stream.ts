import type { Context } from "fresh";
import { settings } from "../../../server/settings.ts";
import { isAllowedOrigin } from "../../../server/stream/origin.ts";
import { seats, serveStream } from "../../../server/stream/streams.ts";

/** The stream: grids of one session over a WebSocket. */
export const handler = {
  GET(ctx: Context<unknown>): Response {
    if (ctx.req.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return say(426, "This address is a WebSocket: open it with one.", { upgrade: "websocket" });
    }
    const { allowOrigins, idleSeconds, ...limits } = settings();
    if (!isAllowedOrigin(ctx.req, allowOrigins)) {
      const origin = ctx.req.headers.get("origin");
      return say(403, `Origin ${origin} may not open the stream; see --allow-origin.`);
    }
    const { remoteAddr } = ctx.info;
    const address = "hostname" in remoteAddr ? remoteAddr.hostname : "";
    switch (seats.refusal(address, limits)) {
      case "address full":
        return say(429, `${address} has as many streams open as one address may; close one.`);
      case "too often":
        return say(429, `${address} opens streams too often; wait a moment.`, {
          "retry-after": "1",
        });
      case "server full":
        return say(503, "As many streams are open as there may be; try again.", {
          "retry-after": "10",
        });
    }
    const { socket, response } = Deno.upgradeWebSocket(ctx.req, { idleTimeout: idleSeconds });
    serveStream(socket, ctx.url.searchParams, address);
    return response;
  },
};

function say(status: number, line: string, headers: Record<string, string> = {}): Response {
  return new Response(`${line}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", ...headers },
  });
}
