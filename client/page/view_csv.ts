import { easternClock } from "../format.ts";
import type { Columns } from "../history/columns.ts";
import type { History } from "../history/history.ts";
import { edgeOf } from "../history/edge.ts";
import { readingOfBook } from "../history/state_changes.ts";

/** Columns of the table: a row for each grid. */
const HEADER = [
  "ts_ns",
  "time_new_york",
  "event_id",
  "mid_price",
  "net_edge",
  "bull_edge",
  "bear_edge",
  "vacuum_above",
  "pressure_above",
  "pressure_below",
  "vacuum_below",
  "state",
];

/** Decimals of a mid: half of a billionth. What a double has beyond is of no price. */
const MID_DIGITS = 10;

/**
 * The figures behind the charts: a row for each grid in view, every digit kept.
 *
 * @returns CSV with a header; an unknown mid or state is empty
 */
export function viewCsv(history: History, columns: Columns): string {
  const { order, readings, flows } = history;
  const { fromRank, toRank } = columns;
  const lines = [HEADER.join(",")];
  for (let rank = fromRank; rank < toRank; rank++) {
    const grid = order.at(rank);
    const sums = readings.sums(grid);
    const { net, bull, bear } = edgeOf(sums);
    const mid = readings.mid(grid);
    lines.push([
      readings.tsNs(grid),
      easternClock(history.time(grid)),
      readings.eventId(grid),
      Number.isNaN(mid) ? "" : Number(mid.toFixed(MID_DIGITS)),
      net,
      bull,
      bear,
      sums.vacAbove,
      sums.pressAbove,
      sums.pressBelow,
      sums.vacBelow,
      readingOfBook(history, grid, flows.reading(grid))?.state ?? "",
    ].join(","));
  }
  return `${lines.join("\n")}\n`;
}
