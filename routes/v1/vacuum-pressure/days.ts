import type { Context } from "fresh";
import type { State } from "../../../server/service.ts";

/** The days that can be served: those of the lake for the locked instrument. */
export const handler = {
  async GET(ctx: Context<State>): Promise<Response> {
    const body = await ctx.state.service.days.list();
    return Response.json(body, { headers: { "cache-control": "no-store" } });
  },
};
