import type { Context } from "./context.ts";

/** Answers a request, or passes it on with `ctx.next()` and answers with what comes back. */
export type Middleware<State> = (ctx: Context<State>) => Response | Promise<Response>;

/**
 * Runs middlewares one inside the other, the route innermost. What is thrown inside reaches every
 * middleware around it.
 *
 * @param middlewares outermost first
 * @param route what answers when every middleware passes the request on
 * @param ctx the request's context
 * @returns the outermost answer
 */
export async function runMiddlewares<State>(
  middlewares: readonly Middleware<State>[],
  route: Middleware<State>,
  ctx: Context<State>,
): Promise<Response> {
  const [outermost, ...inner] = middlewares;
  if (outermost === undefined) return await route(ctx);
  ctx.next = () => runMiddlewares(inner, route, ctx);
  return await outermost(ctx);
}
