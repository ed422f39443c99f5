import { HALF_WIDTH } from "../../engine/wire/fields.ts";
import type { CellField } from "./reading_history.ts";
import type { History } from "./history.ts";

/** What the crosshair reads out of one cell. */
export interface CellReading {
  /** Dollars. */
  readonly price: number;
  /** Bucket from spot. */
  readonly k: number;
  /** Event time, milliseconds since the epoch. */
  readonly timeMs: number;
  /** Value of a column; null where the price lies beyond the grid of that moment. */
  value(field: CellField): number | null;
}

/**
 * Reads a cell.
 *
 * @param grid number of a grid that is kept
 * @param tick its price in buckets
 * @param bucketSize dollars per bucket
 */
export function cellReadingAt(
  history: History,
  grid: number,
  tick: number,
  bucketSize: number,
): CellReading {
  const k = tick - history.spotTick(grid);
  const within = Math.abs(k) <= HALF_WIDTH;
  return {
    price: tick * bucketSize,
    k,
    timeMs: history.time(grid),
    value: (field) => within ? history.readings.cell(grid, k + HALF_WIDTH, field) : null,
  };
}
