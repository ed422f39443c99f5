import { settings } from "../server/settings.ts";

/** Says that the service runs, and what it serves. */
export const handler = {
  GET(): Response {
    const { productType, symbol, dt, dataSource } = settings();
    return Response.json({
      status: "ok",
      service: "vacuum-pressure",
      product_type: productType,
      symbol,
      dt,
      data_source: dataSource,
    }, { headers: { "cache-control": "no-store" } });
  },
};
