import { GRID_ROWS, HALF_WIDTH } from "../../engine/wire/fields.ts";
import { edgeOf, type Reading } from "./edge.ts";
import { type GridSummary, summaryAt } from "./grid_summary.ts";
import type { History } from "./history.ts";

/** The sides of the book. */
export type Side = "bid_depth" | "ask_depth";

/** What is kept of a moment to compare others with, however long that takes. */
export interface Snapshot {
  readonly summary: GridSummary;
  /** Price of spot in ticks. */
  readonly spotTick: number;
  /** Depth of each bucket by side, lowest price first. */
  readonly depths: Readonly<Record<Side, Float64Array>>;
}

/**
 * Keeps a moment.
 *
 * @param grid number of a grid that is kept
 * @param bucketSize dollars per bucket
 */
export function snapshotOf(history: History, grid: number, bucketSize: number): Snapshot {
  const depthsOf = (side: Side) =>
    Float64Array.from({ length: GRID_ROWS }, (_, row) => history.readings.cell(grid, row, side));
  return {
    summary: summaryAt(history, grid, bucketSize),
    spotTick: history.spotTick(grid),
    depths: { bid_depth: depthsOf("bid_depth"), ask_depth: depthsOf("ask_depth") },
  };
}

/**
 * By how much the depth at a price differs from what it was.
 *
 * @param before the moment compared with
 * @param grid number of a grid that is kept
 * @param tick price in ticks
 * @returns NaN where one of the two moments does not have the price
 */
export function depthChange(
  before: Snapshot,
  history: History,
  grid: number,
  tick: number,
  side: Side,
): number {
  const row = tick - history.spotTick(grid) + HALF_WIDTH;
  const rowBefore = tick - before.spotTick + HALF_WIDTH;
  if (row < 0 || row >= GRID_ROWS || rowBefore < 0 || rowBefore >= GRID_ROWS) return NaN;
  return history.readings.cell(grid, row, side) - before.depths[side][rowBefore]!;
}

/** By how much each figure of a reading differs from those of another. */
export function readingChange(before: Reading, now: Reading): Reading {
  const sums = { ...now.sums };
  for (const name of Object.keys(sums) as (keyof typeof sums)[]) {
    sums[name] = now.sums[name] - before.sums[name];
  }
  const { bull, bear, net } = edgeOf(sums);
  return { sums, bull, bear, net, conviction: now.conviction - before.conviction };
}
