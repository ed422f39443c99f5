/** What trades are decided on and filled at: columns with a value for each snapshot, in order. */

/** The prices of snapshots. */
export interface PriceColumns {
  /** Event time, nanoseconds since midnight UTC of the date. */
  ts: Float64Array;
  /** best bid + best ask in whole ticks, and what is left in price_int. */
  touchTicks: Float64Array;
  touchRest: Float64Array;
  /** Best bid and best ask, ticks. */
  bid: Float64Array;
  ask: Float64Array;
  /** price_int units of a tick. */
  tickInt: number;
}

/**
 * Of an equity a tick is the step of the grid, and prices lie between: 100.01 dollars are 400.04 steps
 * of a quarter, which a double has nearly. So what is worked out from such is taken to the half price_int
 * that it is.
 *
 * @param ticks a price, a mid or a difference of them, ticks
 * @param tickInt price_int units of a tick
 * @returns the same in half price_int units, exactly
 */
export function halfPriceInts(ticks: number, tickInt: number): number {
  return Math.round(2 * ticks * tickInt);
}

/** The same in ticks, as near as a double has them. */
export function exactTicks(ticks: number, tickInt: number): number {
  return halfPriceInts(ticks, tickInt) / (2 * tickInt);
}

/** Where an order is filled: at the mid, or at the touch of the side that it takes. */
export type FillPrice = "mid" | "touch";

/** When a trade ends. */
export interface TradeRule {
  /** Distance of the target from the entry, ticks. */
  tpTicks: number;
  /** Distance of the stop from the entry, ticks. */
  slTicks: number;
  /** Snapshots after which a trade is closed. */
  maxHoldSnapshots: number;
  /** Event time after which it is closed instead, milliseconds; null counts snapshots. */
  maxHoldMs: number | null;
}

/** How trades are filled. */
export interface Execution {
  entry: FillPrice;
  exit: FillPrice;
  /** From a decision to its fill, for entry and exit alike: event time, milliseconds. */
  latencyMs: number;
  /** Lost at each fill besides, ticks. */
  slippageTicks: number;
  /** Paid at each fill and contract, dollars. */
  feePerSide: number;
}

/** Codes of outcomes: the first three are indices into OUTCOME_NAMES. */
export const TARGET = 0;
export const STOP = 1;
export const TIMEOUT = 2;
/** What the end of the data left open. */
export const CENSORED = 3;

/**
 * Follows a trade from the snapshot after its entry until its mid is at or beyond target or stop, or
 * it was held for as long as it may be. Decided in integers: the sum of the best prices against the
 * entry's, plus or minus twice the distance. The target is looked at first.
 *
 * @param prices of all snapshots
 * @param entry index of the snapshot at which it is entered
 * @param sign 1 for up, -1 for down
 * @param rule when it ends
 * @param length snapshots that are looked at, from the first on
 * @returns 4 × the index of the snapshot that decided + the code of the outcome; censored where
 * `length` cut it short
 */
export function firstPassage(
  { ts, touchTicks, touchRest }: PriceColumns,
  entry: number,
  sign: 1 | -1,
  { tpTicks, slTicks, maxHoldSnapshots, maxHoldMs }: TradeRule,
  length: number = ts.length,
): number {
  const ticks = touchTicks[entry]!;
  const rest = touchRest[entry]!;
  const target = 2 * tpTicks;
  const stop = -2 * slTicks;
  const held = maxHoldMs === null ? entry + maxHoldSnapshots : Infinity;
  const deadline = maxHoldMs === null ? Infinity : ts[entry]! + maxHoldMs * 1e6;
  const last = Math.min(length - 1, held);
  let i = entry + 1;
  for (; i <= last && ts[i]! <= deadline; i++) {
    // How far the sum of both prices has gone the trade's way: whole ticks, and less than one.
    const gained = sign * (touchTicks[i]! - ticks);
    const more = sign * (touchRest[i]! - rest);
    if (gained > target || (gained === target && more >= 0)) return 4 * i + TARGET;
    if (gained < stop || (gained === stop && more <= 0)) return 4 * i + STOP;
  }
  // The last snapshot may be the very one that ends the hold.
  const isWhole = maxHoldMs === null ? held < length : i < length || ts[i - 1] === deadline;
  return 4 * (i - 1) + (isWhole ? TIMEOUT : CENSORED);
}

/**
 * What both fills of a trade cost besides what their prices say, ticks.
 *
 * @param execution slippage and fee
 * @param tickValue dollars a tick and contract
 */
export function costTicks({ slippageTicks, feePerSide }: Execution, tickValue: number): number {
  return 2 * (slippageTicks + feePerSide / tickValue);
}
