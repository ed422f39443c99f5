import { HALF_WIDTH } from "../../engine/wire/fields.ts";
import { formatDuration, formatPercent } from "../format.ts";
import type { History } from "./history.ts";

/** How far back the recent past of a cell reaches, milliseconds. */
export const RECENT_MS = 10_000;

/** Contracts that came to a price, and that left it. */
export interface Flow {
  readonly added: number;
  readonly pulled: number;
  readonly filled: number;
}

/** A flow up to a moment. */
export interface FlowStep extends Flow {
  /** Event time, milliseconds since the epoch. */
  readonly timeMs: number;
}

/** Why a cell is what it is: what rests there, and what happened there. */
export interface Why {
  /** Orders that rest there. */
  readonly orders: number;
  /**
   * Over the last ten seconds, from the last grid at or before them, or since it is known where that
   * is less.
   */
  readonly recent: Flow;
  /** How far back `recent` reaches, milliseconds; 0 where nothing is known of before. */
  readonly recentMs: number;
  /** Since it came into view, as far back as is kept without a break. */
  readonly since: Flow;
  /** Event time from which on it is known, milliseconds since the epoch. */
  readonly sinceMs: number;
  /** The recent flow as it went on, from 0 at its beginning. */
  readonly steps: readonly FlowStep[];
}

const TOTALS = ["added_total", "pulled_total", "filled_total"] as const;

/**
 * Tells why a cell is what it is: differences of exact counts between moments that one run has counted,
 * with nothing left out in between.
 *
 * @param history what is kept
 * @param grid number of a grid that is kept
 * @param tick its price in buckets
 * @param heldMs how long the grid is held where it is pointed at, milliseconds: nothing fell meanwhile
 * @returns null where the price lies beyond the grid of that moment
 */
export function whyOf(history: History, grid: number, tick: number, heldMs = 0): Why | null {
  const { order, readings } = history;
  const rowOf = (number: number) => tick - history.spotTick(number) + HALF_WIDTH;
  const isInView = (number: number) => rowOf(number) >= 0 && rowOf(number) <= 2 * HALF_WIDTH;
  if (!isInView(grid)) return null;
  const totalsOf = (number: number): Flow => {
    const [added, pulled, filled] = TOTALS.map((name) =>
      readings.cell(number, rowOf(number), name)
    );
    return { added: added!, pulled: pulled!, filled: filled! };
  };
  const timeMs = history.time(grid) + heldMs;
  const run = readings.run(grid);
  let first = grid;
  let recentFirst = grid;
  const recent: number[] = [];
  for (let rank = order.rankOf(grid);; rank--) {
    const number = order.at(rank);
    if (!isInView(number) || readings.run(number) !== run) break;
    first = number;
    // Up to the first that reaches as far back.
    if (number === grid || timeMs - history.time(recentFirst) < RECENT_MS) {
      recentFirst = number;
      recent.push(number);
    }
    // Before it grids were left out.
    if (order.begins(rank)) break;
  }
  const end = totalsOf(grid);
  const from = totalsOf(recentFirst);
  const steps = recent.reverse().map((number) => ({
    timeMs: history.time(number),
    ...difference(totalsOf(number), from),
  }));
  if (heldMs > 0) steps.push({ timeMs, ...difference(end, from) });
  return {
    orders: readings.cell(grid, rowOf(grid), "order_count"),
    recent: difference(end, from),
    recentMs: timeMs - history.time(recentFirst),
    since: difference(end, totalsOf(first)),
    sinceMs: history.time(first),
    steps,
  };
}

/**
 * The span of a cell's recent past, in words.
 *
 * @param recentMs how far back it reaches, milliseconds
 * @returns null where nothing is known of before
 */
export function recentWords(recentMs: number): string | null {
  if (recentMs === 0) return null;
  return `last ${
    recentMs < 1_000 ? formatDuration(recentMs) : `${Math.round(recentMs / 1_000)} s`
  }`;
}

/**
 * How much of what left a price was taken off it, and not traded away.
 *
 * @param flow what left
 * @returns 0 to 1; null when nothing left
 */
export function pulledShare({ pulled, filled }: Flow): number | null {
  const left = pulled + filled;
  return left === 0 ? null : pulled / left;
}

/** How what left a price over its recent past left it; the shares are of 100. */
export function leftWords({ recent, recentMs }: Pick<Why, "recent" | "recentMs">): string {
  if (recentMs === 0) return "what left it is not known yet";
  const share = pulledShare(recent);
  if (share === null) return "nothing left it";
  const pulled = Math.round(share * 100) / 100;
  return `left by cancelling ${formatPercent(pulled)}, by trading ${formatPercent(1 - pulled)}`;
}

function difference(to: Flow, from: Flow): Flow {
  return {
    added: to.added - from.added,
    pulled: to.pulled - from.pulled,
    filled: to.filled - from.filled,
  };
}
