import { type Context, HttpError } from "fresh";
import { log } from "../server/log.ts";

/**
 * Logs what was asked and answered, and what a route failed on.
 *
 * @param ctx The request's context
 * @returns The route's answer
 */
export default async function logRequests(ctx: Context<unknown>): Promise<Response> {
  const asked = `${ctx.req.method} ${ctx.url.pathname}`;
  try {
    const response = await ctx.next();
    log("DEBUG", `${asked} ${response.status}`);
    return response;
  } catch (error) {
    if (error instanceof HttpError) log("DEBUG", `${asked} ${error.status}`);
    else log("ERROR", `${asked} failed: ${error instanceof Error ? error.stack : error}`);
    throw error;
  }
}
