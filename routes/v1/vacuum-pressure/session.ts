import type { Context } from "fresh";
import { sessionOutline } from "../../../server/session/session_outline.ts";
import { settings } from "../../../server/settings.ts";

/** The outline of a session: where it has data, by the minute. */
export const handler = {
  async GET(ctx: Context<unknown>): Promise<Response> {
    const { status, body } = await sessionOutline(ctx.url.searchParams, settings());
    return Response.json(body, { status, headers: { "cache-control": "no-store" } });
  },
};
