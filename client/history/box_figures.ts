import { HALF_WIDTH } from "../../engine/wire/fields.ts";
import type { History } from "./history.ts";
import { rowOf } from "./volume_at_price.ts";
import type { Flow } from "./why.ts";

/** A part of the picture: after one moment up to another, between two prices, both included. */
export interface Box {
  /** Milliseconds since the epoch with their fraction. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Price ticks. */
  readonly low: number;
  readonly high: number;
}

/** A corner of a box: a moment and a price. */
export interface Corner {
  /** Milliseconds since the epoch with their fraction. */
  readonly timeMs: number;
  /** Price tick. */
  readonly tick: number;
}

/** What happened within a box. */
export interface BoxFigures extends Flow {
  /** From its lowest price to its highest. */
  readonly buckets: number;
  /** Event time, milliseconds. */
  readonly ms: number;
  /** Contracts or shares that were traded. */
  readonly traded: number;
  /** Share of the box that added, pulled and filled are known of, 0 to 1. */
  readonly known: number;
  /** Whether what was traded is known of all of it. */
  readonly tradesKnown: boolean;
}

/** The box between two corners, in whichever order they were marked. */
export function boxOf(one: Corner, other: Corner): Box {
  return {
    fromMs: Math.min(one.timeMs, other.timeMs),
    toMs: Math.max(one.timeMs, other.timeMs),
    low: Math.min(one.tick, other.tick),
    high: Math.max(one.tick, other.tick),
  };
}

/**
 * Measures a box. Contracts added, pulled and filled are differences of exact counts between grids:
 * at each price between the first and the last that have it, within a stretch that one run has
 * counted and of which nothing was left out. A moment is that of the last grid up to it.
 *
 * @param history what is kept
 */
export function measure(history: History, { fromMs, toMs, low, high }: Box): BoxFigures {
  const { order, readings, trades, volumes } = history;
  const first = Math.max(0, order.rankAt(fromMs));
  const last = Math.max(first, order.rankAt(toMs));
  const sum = { added: 0, pulled: 0, filled: 0 };
  let knownMs = 0;
  const timeOf = (rank: number) => history.time(order.at(rank));
  const rowAt = (rank: number, tick: number) => tick - history.spotTick(order.at(rank));
  const hasRow = (rank: number, tick: number) => Math.abs(rowAt(rank, tick)) <= HALF_WIDTH;
  const countAt = (rank: number, tick: number, name: keyof Flow) =>
    readings.cell(order.at(rank), rowAt(rank, tick) + HALF_WIDTH, `${name}_total`);
  for (let from = first; from <= last;) {
    const run = readings.run(order.at(from));
    let to = from;
    while (to < last && !order.begins(to + 1) && readings.run(order.at(to + 1)) === run) to++;
    for (let tick = low; tick <= high; tick++) {
      let start = from;
      while (start <= to && !hasRow(start, tick)) start++;
      if (start > to) continue;
      let end = to;
      while (!hasRow(end, tick)) end--;
      knownMs += timeOf(end) - timeOf(start);
      sum.added += countAt(end, tick, "added") - countAt(start, tick, "added");
      sum.pulled += countAt(end, tick, "pulled") - countAt(start, tick, "pulled");
      sum.filled += countAt(end, tick, "filled") - countAt(start, tick, "filled");
    }
    from = to + 1;
  }
  let traded = 0;
  trades.visitEach(fromMs, toMs, (_ms, tick, size) => {
    const row = rowOf(tick);
    if (row >= low && row <= high) traded += size;
  });
  const endMs = timeOf(last);
  // Of what came before the first grid that is kept nothing is known.
  const gridMs = endMs - (order.rankAt(fromMs) < 0 ? fromMs : timeOf(first));
  const rows = high - low + 1;
  return {
    ...sum,
    buckets: high - low,
    ms: toMs - fromMs,
    traded,
    known: gridMs === 0 ? 1 : knownMs / (gridMs * rows),
    tradesKnown: (volumes.toldSince(toMs) ?? Infinity) <= fromMs && fromMs >= trades.wholeFromMs,
  };
}
