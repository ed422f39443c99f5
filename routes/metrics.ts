import { registry } from "../server/metrics.ts";

/** Figures of the running server, in Prometheus text format. */
export const handler = {
  async GET(): Promise<Response> {
    return new Response(await registry.metrics(), {
      headers: { "content-type": registry.contentType, "cache-control": "no-store" },
    });
  },
};
