import { type Context, HttpError } from "fresh";
import { log, traceOf } from "../server/log.ts";
import type { State } from "../server/service.ts";

/**
 * Logs what was asked and answered, and what a route failed on.
 *
 * @param ctx the request's context
 * @returns the route's answer
 */
export default async function logRequests(ctx: Context<State>): Promise<Response> {
  const asked = { method: ctx.req.method, path: ctx.url.pathname };
  try {
    const response = await ctx.next();
    log("DEBUG", "answered", { ...asked, status: response.status });
    return response;
  } catch (error) {
    if (error instanceof HttpError) log("DEBUG", "answered", { ...asked, status: error.status });
    else {
      ctx.state.service.metrics.errorsTotal.inc({ kind: "server" });
      log("ERROR", "request failed", { ...asked, error: traceOf(error) });
    }
    throw error;
  }
}
