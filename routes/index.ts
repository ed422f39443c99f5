import type { Context } from "fresh";

/** `/` leads to the page and keeps what was asked of it. */
export const handler = {
  GET(ctx: Context<unknown>): Response {
    return ctx.redirect(`/vacuum-pressure${ctx.url.search}`);
  },
};
