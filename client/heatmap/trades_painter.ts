import { BUYER, SELLER, type TradesRing } from "../trades_ring.ts";
import type { Surface } from "./painters.ts";
import { columnMiddle, columnsInView, rowTop, type Viewport } from "./viewport.ts";

/** CSS pixels: of one contract, and the most there is. */
const LEAST_RADIUS = 2;
const MOST_RADIUS = 18;
/** Area grows with size: this many CSS pixels of radius for the root of a contract. */
const RADIUS_PER_ROOT = 1.5;

/** Radius of an execution in CSS pixels. */
export function tradeRadius(size: number): number {
  return Math.min(MOST_RADIUS, Math.max(LEAST_RADIUS, RADIUS_PER_ROOT * Math.sqrt(size)));
}

/**
 * Executions as bubbles at their price and time. What buyers took is filled; what sellers took is a
 * ring; the trade of an auction, which nobody took, is grey.
 *
 * @param first Oldest column there is.
 * @param least Smallest size shown.
 */
export function paintTrades(
  { context, theme, ratio }: Surface,
  trades: TradesRing,
  view: Viewport,
  first: number,
  least: number,
): void {
  const { from, to } = columnsInView(view, first);
  trades.visit(from, to, view.stride, least, (column, tick, size, side) => {
    const x = columnMiddle(view, column);
    const y = rowTop(view, tick) + view.rowHeight / 2;
    const radius = tradeRadius(size) * ratio;
    if (y < -radius || y > view.height + radius) return;
    const colour = side === BUYER ? theme.pressure : side === SELLER ? theme.vacuum : theme.dim;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.globalAlpha = 0.85;
    context.fillStyle = side === SELLER ? theme.ground : colour;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = side === SELLER ? colour : theme.spot;
    context.lineWidth = (side === SELLER ? 2 : 1) * ratio;
    context.stroke();
  });
}
