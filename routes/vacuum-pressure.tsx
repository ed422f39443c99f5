import type { PageProps } from "fresh";
import VacuumPressure from "../islands/VacuumPressure.tsx";
import type { State } from "../server/service.ts";

/** The page: one island, told what the server streams when its address asks for nothing else. */
export default function VacuumPressurePage({ url, state }: PageProps<unknown, State>) {
  const { instrument, productType, symbol, dt, startTime, throttleMs, speed } =
    state.service.settings;
  const defaults = {
    product_type: productType,
    symbol,
    dt,
    start_time: startTime,
    throttle_ms: throttleMs,
    speed,
    tick_size: instrument.tick_size,
    bucket_size_dollars: instrument.bucket_size_dollars,
    contract_multiplier: instrument.contract_multiplier,
    price_decimals: instrument.price_decimals,
  };
  return <VacuumPressure defaults={defaults} query={url.search} />;
}
