import { knownSession } from "../server/default_session.ts";
import { misfitCounts } from "../server/metrics.ts";
import { readiness } from "../server/readiness.ts";
import { settings } from "../server/settings.ts";
import { connections } from "../server/stream/streams.ts";

/**
 * Says that the service is alive and what it serves: always 200 while it answers at all, and without
 * a look into any file. `ready` tells whether a stream opened now would be served; `/ready` answers by status.
 */
export const handler = {
  async GET(): Promise<Response> {
    const { productType, symbol, dt } = settings();
    const { source, problem } = readiness(await knownSession());
    return Response.json({
      status: "ok",
      service: "vacuum-pressure",
      product_type: productType,
      symbol,
      dt,
      data_source: source,
      ready: problem === null,
      streams: connections.taken,
      misfits: await misfitCounts(),
    }, { headers: { "cache-control": "no-store" } });
  },
};
