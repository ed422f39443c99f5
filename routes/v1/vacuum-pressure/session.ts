import type { Context } from "fresh";
import { sessionOutline } from "../../../server/session/session_outline.ts";
import type { State } from "../../../server/service.ts";

/** The outline of a session: where it has data, by the minute. */
export const handler = {
  async GET(ctx: Context<State>): Promise<Response> {
    const { status, body } = await sessionOutline(ctx.url.searchParams, ctx.state.service);
    return Response.json(body, { status, headers: { "cache-control": "no-store" } });
  },
};
