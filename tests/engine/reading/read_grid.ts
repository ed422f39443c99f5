import type { GridFrame } from "../../../engine/grid_frame.ts";
import type { ReadGrid } from "../../../engine/reading/reading.ts";

/** A grid of the engine as a reading takes it; good until the next. */
export function readGrid(frame: GridFrame): ReadGrid {
  const { spot, bestBid, bestAsk, bidPresent, askPresent, bookValid, maybeBadBook } = frame;
  return {
    ns: frame.ts,
    ...{ spot, bestBid, bestAsk, bidPresent, askPresent, bookValid, maybeBadBook },
    pressure: frame.column("pressure_variant"),
    vacuum: frame.column("vacuum_variant"),
  };
}
