import type { Context } from "fresh";
import { serveAnalysis } from "../../../server/regime/analyses.ts";
import { settings } from "../../../server/settings.ts";
import { isAllowedOrigin } from "../../../server/stream/origin.ts";

/** An analysis: its progress and its result over a WebSocket, which cancels it by closing. */
export const handler = {
  GET(ctx: Context<unknown>): Response {
    if (ctx.req.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return say(426, "This address is a WebSocket: open it with one.", { upgrade: "websocket" });
    }
    const { allowOrigins, idleSeconds } = settings();
    if (!isAllowedOrigin(ctx.req, allowOrigins)) {
      const origin = ctx.req.headers.get("origin");
      return say(403, `Origin ${origin} may not start an analysis; see --allow-origin.`);
    }
    const { socket, response } = Deno.upgradeWebSocket(ctx.req, { idleTimeout: idleSeconds });
    serveAnalysis(socket, ctx.url.searchParams);
    return response;
  },
};

function say(status: number, line: string, headers: Record<string, string> = {}): Response {
  return new Response(`${line}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", ...headers },
  });
}
