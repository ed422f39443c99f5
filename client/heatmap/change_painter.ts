import { depthChange, type Side, type Snapshot } from "../history/comparison.ts";
import type { History } from "../history/history.ts";
import { paintFoot, type Surface } from "./painters.ts";
import { barHeight, rowsInView, rowTop, topTick, type Viewport } from "./viewport.ts";

/** CSS pixels. */
const EDGE = 8;

const SIDES = ["bid_depth", "ask_depth"] as const satisfies readonly Side[];

/**
 * By how much the depth at each price differs from what it was at another moment: bids to the left of
 * the middle, asks to the right; filled where there is more, an outline where there is less. A price
 * that one of the moments does not have is left out.
 *
 * @param view the heatmap's view
 * @param width device pixels
 * @param before the moment compared with
 * @param grid the moment shown
 * @param show formats a depth
 */
export function paintProfileChange(
  surface: Surface,
  view: Viewport,
  width: number,
  before: Snapshot,
  history: History,
  grid: number,
  show: (depth: number) => string,
): void {
  const { context, theme, ratio } = surface;
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, width, view.height);
  const top = topTick(view);
  const rows = rowsInView(view);
  let most = 0;
  for (let i = 0; i < rows; i++) {
    for (const side of SIDES) {
      const change = Math.abs(depthChange(before, history, grid, top - i, side));
      if (change > most) most = change;
    }
  }
  const middle = Math.round(width / 2);
  const room = middle - EDGE * ratio;
  const height = barHeight(view, ratio);
  context.fillStyle = context.strokeStyle = theme.text;
  context.lineWidth = ratio;
  for (let i = 0; i < rows; i++) {
    const y = rowTop(view, top - i);
    for (const side of SIDES) {
      const change = depthChange(before, history, grid, top - i, side);
      if (!(change !== 0) || Number.isNaN(change)) continue;
      const length = Math.max(ratio, (Math.abs(change) / most) * room);
      const x = side === "bid_depth" ? middle - length : middle;
      if (change > 0) context.fillRect(x, y, length, height);
      else {
        const inset = ratio / 2;
        context.strokeRect(x + inset, y + inset, Math.max(0, length - ratio), height - ratio);
      }
    }
  }
  context.fillStyle = theme.line;
  context.fillRect(middle, 0, ratio, view.height);
  const names = [
    ["bid", EDGE * ratio, "left"],
    ["ask", width - EDGE * ratio, "right"],
  ] as const;
  paintFoot(surface, view, width, names, most > 0 ? `± ${show(most)}` : "");
}
