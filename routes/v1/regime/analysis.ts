import type { Context } from "fresh";
import { admit } from "../../../server/websocket_upgrade.ts";
import type { State } from "../../../server/service.ts";

/** An analysis: its progress and its result over a WebSocket, which cancels it by closing. */
export const handler = {
  GET(ctx: Context<State>): Response {
    const { service } = ctx.state;
    return admit(service, ctx.req, ctx.info, {
      act: "start an analysis",
      many: "analyses",
      connections: service.analyses.connections,
      serve: (...client) => service.analyses.serve(...client),
    });
  },
};
