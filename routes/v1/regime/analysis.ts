import type { Context } from "fresh";
import { admit } from "../../../server/websocket_upgrade.ts";
import { connections, serveAnalysis } from "../../../server/regime/analyses.ts";

/** An analysis: its progress and its result over a WebSocket, which cancels it by closing. */
export const handler = {
  GET(ctx: Context<unknown>): Response {
    return admit(ctx.req, ctx.info, {
      act: "start an analysis",
      many: "analyses",
      connections,
      serve: serveAnalysis,
    });
  },
};
