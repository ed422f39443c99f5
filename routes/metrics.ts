import type { Context } from "fresh";
import type { State } from "../server/service.ts";

/** Figures of the running server, in Prometheus text format. */
export const handler = {
  async GET({ state }: Context<State>): Promise<Response> {
    const { service } = state;
    const { registry } = service.metrics;
    const news = await service.feedNews();
    if (news !== null) service.metrics.feed.note(news, Date.now());
    return new Response(await registry.metrics(), {
      headers: { "content-type": registry.contentType, "cache-control": "no-store" },
    });
  },
};
