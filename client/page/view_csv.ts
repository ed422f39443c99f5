import { columnsInView, type Viewport } from "../heatmap/viewport.ts";
import { easternClock } from "../format.ts";
import type { History } from "../history/history.ts";
import { edgeOf } from "../history/edge.ts";

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
];

/**
 * The figures behind the charts: a row for each grid in view, every digit kept.
 *
 * @returns CSV with a header; an unknown mid is empty
 */
export function viewCsv(history: History, view: Viewport): string {
  const { readings, cells } = history;
  const { from, to } = columnsInView(view, history.first);
  const lines = [HEADER.join(",")];
  for (let column = from; column < to; column++) {
    const sums = readings.sums(column);
    const { net, bull, bear } = edgeOf(sums);
    const mid = readings.mid(column);
    lines.push([
      readings.tsNs(column),
      easternClock(cells.time(column)),
      readings.eventId(column),
      Number.isNaN(mid) ? "" : mid,
      net,
      bull,
      bear,
      sums.vacuumAbove,
      sums.pressureAbove,
      sums.pressureBelow,
      sums.vacuumBelow,
    ].join(","));
  }
  return `${lines.join("\n")}\n`;
}
