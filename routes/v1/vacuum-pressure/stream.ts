import type { Context } from "fresh";
import { admit } from "../../../server/websocket_upgrade.ts";
import { connections, serveStream } from "../../../server/stream/streams.ts";

/** The stream: grids of one session over a WebSocket. */
export const handler = {
  GET(ctx: Context<unknown>): Response {
    return admit(ctx.req, ctx.info, {
      act: "open the stream",
      many: "streams",
      connections,
      serve: serveStream,
    });
  },
};
