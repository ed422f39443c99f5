import { fadeAfter } from "./cell.ts";
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
  /** How long its grid is held where it is read, milliseconds. */
  readonly heldMs: number;
  /** Value of a column; null where the price lies beyond the grid of that moment. */
  value(field: CellField): number | null;
}

/**
 * Reads a cell.
 *
 * @param grid number of a grid that is kept
 * @param tick its price in buckets
 * @param bucketSize dollars per bucket
 * @param heldMs how long the grid is held there, milliseconds: forces and chains have faded by it
 */
export function cellReadingAt(
  history: History,
  grid: number,
  tick: number,
  bucketSize: number,
  heldMs: number,
): CellReading {
  const k = tick - history.spotTick(grid);
  const fade = fadeAfter(heldMs);
  const within = Math.abs(k) <= HALF_WIDTH;
  return {
    price: tick * bucketSize,
    k,
    timeMs: history.time(grid),
    heldMs,
    value(field) {
      if (!within) return null;
      const value = history.readings.cell(grid, k + HALF_WIDTH, field);
      return STAYS.has(field) ? value : value * fade;
    },
  };
}

/** What rests does not fade. */
const STAYS: ReadonlySet<CellField> = new Set([
  ...["rest_depth", "bid_depth", "ask_depth", "order_count"] as const,
  ...["added_total", "pulled_total", "filled_total"] as const,
]);
