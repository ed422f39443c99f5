import type { Context } from "fresh";
import type { State } from "../../../../server/service.ts";

/** The JSON output of an analysis that this server has made, while it keeps it: `<id>.json`. */
export const handler = {
  GET(ctx: Context<State>): Response {
    const result = ctx.state.service.analyses.result(ctx.params["name"]!.replace(/\.json$/, ""));
    const headers = { "cache-control": "no-store" };
    if (result === undefined) {
      const error = "no such result: the last ones alone are kept; analyse again";
      return Response.json({ error }, { status: 404, headers });
    }
    return new Response(`${JSON.stringify(result, null, 2)}\n`, {
      headers: { ...headers, "content-type": "application/json" },
    });
  },
};
