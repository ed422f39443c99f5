import { defaultSession } from "../server/default_session.ts";
import { settings } from "../server/settings.ts";

/** Says that the service runs, and what it serves: `data_source` is null when there is no data. */
export const handler = {
  async GET(): Promise<Response> {
    const { productType, symbol, dt } = settings();
    const { source } = await defaultSession();
    return Response.json({
      status: "ok",
      service: "vacuum-pressure",
      product_type: productType,
      symbol,
      dt,
      data_source: source,
    }, { headers: { "cache-control": "no-store" } });
  },
};
