import type { Context } from "fresh";
import { readiness } from "../server/readiness.ts";
import type { State } from "../server/service.ts";

/**
 * Says that the service is alive and what it serves: always 200 while it answers at all, and without
 * a look into any file. `ready` tells whether a stream opened now would be served; `/ready` answers by status.
 */
export const handler = {
  async GET({ state: { service } }: Context<State>): Promise<Response> {
    const { productType, symbol, dt } = service.settings;
    const { source, problem } = readiness(service, await service.defaultSession.known());
    return Response.json({
      status: "ok",
      service: "vacuum-pressure",
      product_type: productType,
      symbol,
      dt,
      data_source: source,
      ready: problem === null,
      streams: service.streams.connections.taken,
      misfits: await service.metrics.misfitCounts(),
    }, { headers: { "cache-control": "no-store" } });
  },
};
