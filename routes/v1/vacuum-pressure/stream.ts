import type { Context } from "fresh";
import { admit } from "../../../server/websocket_upgrade.ts";
import type { State } from "../../../server/service.ts";

/** The stream: grids of one session over a WebSocket. */
export const handler = {
  GET(ctx: Context<State>): Response {
    const { service } = ctx.state;
    return admit(service, ctx.req, ctx.info, {
      act: "open the stream",
      many: "streams",
      connections: service.streams.connections,
      serve: (...client) => service.streams.serve(...client),
    });
  },
};
