import type { Context } from "fresh";
import { settings } from "../../../server/settings.ts";
import { isAllowedOrigin } from "../../../server/stream/origin.ts";
import { serveStream } from "../../../server/stream/streams.ts";

/** Seconds of silence after which a client is asked for a sign of life. */
const IDLE_SECONDS = 30;

/** The stream: grids of one session over a WebSocket. */
export const handler = {
  GET(ctx: Context<unknown>): Response {
    if (ctx.req.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return new Response("This address is a WebSocket: open it with one.\n", {
        status: 426,
        headers: { upgrade: "websocket" },
      });
    }
    if (!isAllowedOrigin(ctx.req, settings().allowOrigins)) {
      const origin = ctx.req.headers.get("origin");
      return new Response(`Origin ${origin} may not open the stream; see --allow-origin.\n`, {
        status: 403,
      });
    }
    const { socket, response } = Deno.upgradeWebSocket(ctx.req, { idleTimeout: IDLE_SECONDS });
    serveStream(socket, ctx.url.searchParams);
    return response;
  },
};
