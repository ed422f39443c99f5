import type { History } from "../history/history.ts";
import { setFont, type Surface } from "./painters.ts";
import { rowTop, type Viewport } from "./viewport.ts";

/** The prices of the session's trades that have a line, and what they are called. */
export const SESSION_PRICES = [["high", "high"], ["low", "low"], ["vwap", "mean"]] as const;

/** CSS pixels: of a label, and from one to the next. */
const FONT = 11;
const APART = 44;
const EDGE = 8;
const HALO = 4;

/**
 * Lines for the session's high, low and volume-weighted mean as they are at a moment, where they are
 * known, and for prices that the reader has marked.
 *
 * @param grid the moment
 * @param lines price ticks that are marked
 * @param show formats a price in ticks
 */
export function paintLevels(
  surface: Surface,
  view: Viewport,
  history: History,
  grid: number,
  lines: readonly number[],
  show: (tick: number) => string,
): void {
  const { theme, ratio } = surface;
  let right = view.width - EDGE * ratio;
  for (const [price, name] of SESSION_PRICES) {
    const y = heightOf(view, history.sessionTick(grid, price));
    // Beside each other: they may be close.
    if (y !== null) paintLevel(surface, view, y, name, theme.dim, right, "right", [1, 3]);
    right -= APART * ratio;
  }
  for (const tick of lines) {
    const y = heightOf(view, tick);
    if (y === null) continue;
    paintLevel(surface, view, y, show(tick), theme.text, EDGE * ratio, "left", [8, 3]);
  }
}

/** Where a price has its middle; null where it is not in view, or none. */
function heightOf(view: Viewport, tick: number): number | null {
  const y = Math.floor(rowTop(view, tick) + view.rowHeight / 2) + 0.5;
  return y >= 0 && y <= view.height ? y : null;
}

function paintLevel(
  surface: Surface,
  view: Viewport,
  y: number,
  label: string,
  colour: string,
  x: number,
  align: CanvasTextAlign,
  dash: readonly [number, number],
): void {
  const { context, theme, ratio } = surface;
  context.beginPath();
  context.moveTo(0, y);
  context.lineTo(view.width, y);
  context.setLineDash([dash[0] * ratio, dash[1] * ratio]);
  context.strokeStyle = colour;
  context.lineWidth = ratio;
  context.stroke();
  context.setLineDash([]);
  setFont(surface, align, FONT);
  // Below a line that is at the top there is room for its name.
  const above = y > 2 * FONT * ratio ? -FONT * 0.7 : FONT * 0.8;
  context.strokeStyle = theme.ground;
  context.lineWidth = HALO * ratio;
  context.strokeText(label, x, y + above * ratio);
  context.fillStyle = colour;
  context.fillText(label, x, y + above * ratio);
}
