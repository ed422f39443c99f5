import { CENSORED } from "./prices.ts";
import type { TradeColumns } from "./trade_columns.ts";

/** How trades overlap in time; numbers that add up over days. */
export interface Overlap {
  /** Time that trades were held, each counted, nanoseconds. */
  heldNs: number;
  /** Time in which at least one was, nanoseconds. */
  busyNs: number;
  /** Which of them are left when those are skipped that begin while one of them is open. */
  apart: Uint8Array<ArrayBuffer>;
}

/**
 * @param trades in order of their signals
 * @param signals indices of the snapshots at which they were decided
 * @param ts event time of every snapshot, nanoseconds
 */
export function overlapOf(
  { entry, exit, outcome }: TradeColumns,
  signals: Int32Array,
  ts: Float64Array,
): Overlap {
  let heldNs = 0;
  let busyNs = 0;
  let busyUntil = -Infinity;
  let free = 0;
  const apart = new Uint8Array(signals.length);
  signals.forEach((signal, i) => {
    if (entry[i]! < 0) return;
    const [from, to] = [ts[entry[i]!]!, ts[exit[i]!]!];
    heldNs += to - from;
    busyNs += Math.max(0, to - Math.max(from, busyUntil));
    busyUntil = Math.max(busyUntil, to);
    if (signal < free) return;
    apart[i] = 1;
    // What is still open at the end of the data leaves no room for another.
    free = outcome[i] === CENSORED ? Infinity : exit[i]!;
  });
  return { heldNs, busyNs, apart };
}
