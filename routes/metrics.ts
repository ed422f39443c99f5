import type { Context } from "fresh";
import type { State } from "../server/service.ts";

/** Figures of the running server, in Prometheus text format. */
export const handler = {
  async GET({ state }: Context<State>): Promise<Response> {
    const { registry } = state.service.metrics;
    return new Response(await registry.metrics(), {
      headers: { "content-type": registry.contentType, "cache-control": "no-store" },
    });
  },
};
