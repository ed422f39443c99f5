import type { Columns } from "../history/columns.ts";
import { BUYER, NOBODY, SELLER, type TradeHistory } from "../history/trade_history.ts";
import type { Surface } from "./painters.ts";
import { rowTop, type Viewport } from "./viewport.ts";

/** CSS pixels: of one contract, and the most there is. */
const LEAST_RADIUS = 2;
const MOST_RADIUS = 18;
/** Executions on one side at one price this close together are one bubble. */
const ROOM = 6;
/** Area grows with size: this many CSS pixels of radius for the root of a contract. */
const RADIUS_PER_ROOT = 1.5;

/** Radius of an execution in CSS pixels. */
export function tradeRadius(size: number): number {
  return Math.min(MOST_RADIUS, Math.max(LEAST_RADIUS, RADIUS_PER_ROOT * Math.sqrt(size)));
}

/**
 * Executions as bubbles at their price and time: who took is told by shape, hues have their own
 * meaning. What buyers took is filled; what sellers took is a
 * ring; the trade of an auction, which nobody took, is grey.
 *
 * @param least smallest execution that counts
 */
export function paintTrades(
  { context, theme, ratio }: Surface,
  trades: TradeHistory,
  columns: Columns,
  view: Viewport,
  least: number,
): void {
  const { fromMs, toMs } = columns;
  // A path for each side, by its number: filling many bubbles at once costs little more than one.
  const paths = [new Path2D(), new Path2D(), new Path2D()] as const;
  const blockMs = ROOM * ratio * columns.msPerColumn;
  trades.visit(fromMs, toMs, blockMs, least, (timeMs, tick, size, side) => {
    const x = columns.xOfTime(timeMs);
    if (x === null) return;
    const y = rowTop(view, tick) + view.rowHeight / 2;
    const radius = tradeRadius(size) * ratio;
    if (y < -radius || y > view.height + radius) return;
    const path = paths[side];
    path?.moveTo(x + radius, y);
    path?.arc(x, y, radius, 0, 2 * Math.PI);
  });
  const bubbles = (path: Path2D, fill: string, line: string, width: number) => {
    context.globalAlpha = 0.85;
    context.fillStyle = fill;
    context.fill(path);
    context.globalAlpha = 1;
    context.strokeStyle = line;
    context.lineWidth = width * ratio;
    context.stroke(path);
  };
  bubbles(paths[NOBODY], theme.dim, theme.ground, 1);
  bubbles(paths[SELLER], theme.ground, theme.spot, 1.5);
  bubbles(paths[BUYER], theme.spot, theme.ground, 1);
}
