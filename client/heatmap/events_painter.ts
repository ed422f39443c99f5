import type { Columns } from "../history/columns.ts";
import type { EventHistory, PlacedEvent } from "../history/event_history.ts";
import type { Surface } from "./painters.ts";
import { rowTop, type Viewport } from "./viewport.ts";

/** CSS pixels: half the width of an arrow's head and of a reserve's diamond, and a line. */
const HALF = 4;
const LINE = 1.5;

/** How far from a place a mark may be that it belongs to, CSS pixels. */
const NEAR = 8;

/**
 * The marks at a place, or as good as there.
 *
 * @param columns the columns in view
 * @param at what is pointed at, a column and a price tick
 * @param ratio device pixels per CSS pixel
 * @returns them in the session's order
 */
export function eventsNear(
  events: EventHistory,
  columns: Columns,
  view: Viewport,
  at: { readonly x: number; readonly tick: number },
  ratio: number,
): PlacedEvent[] {
  const near: PlacedEvent[] = [];
  const rows = NEAR * ratio / view.rowHeight;
  events.visit(columns.fromMs, columns.toMs, (placed) => {
    const x = columns.xOfTime(placed.timeMs);
    const low = Math.min(placed.tick, placed.fromTick) - rows;
    const high = Math.max(placed.tick, placed.fromTick) + rows;
    const isNear = x !== null && Math.abs(x - at.x) <= NEAR * ratio && at.tick >= low &&
      at.tick <= high;
    if (isNear) near.push(placed);
  });
  return near;
}

/**
 * Sweeps and reserves at their prices and time, told by shape as executions are. A sweep is a line over
 * the prices that it took with a head where it ended, filled when a buyer swept, hollow when a seller
 * did. A reserve is a diamond at its price, filled for a bid, hollow for an ask, with a bar through it.
 *
 * @param columns the columns in view
 */
export function paintEvents(
  { context, theme, ratio }: Surface,
  events: EventHistory,
  columns: Columns,
  view: Viewport,
): void {
  const half = HALF * ratio;
  const lines = new Path2D();
  const filled = new Path2D();
  const hollow = new Path2D();
  events.visit(columns.fromMs, columns.toMs, ({ event, timeMs, tick, fromTick }) => {
    const x = columns.xOfTime(timeMs);
    if (x === null) return;
    const y = rowTop(view, tick) + view.rowHeight / 2;
    const shape = event.side === "B" ? filled : hollow;
    if (event.event === "sweep") {
      const from = rowTop(view, fromTick) + view.rowHeight / 2;
      if (Math.max(y, from) < -half || Math.min(y, from) > view.height + half) return;
      const up = y <= from ? -1 : 1;
      lines.moveTo(x, from);
      lines.lineTo(x, y);
      shape.moveTo(x, y + up * half);
      shape.lineTo(x + half, y - up * half);
      shape.lineTo(x - half, y - up * half);
      shape.closePath();
      return;
    }
    if (y < -half || y > view.height + half) return;
    shape.moveTo(x, y - half);
    shape.lineTo(x + half, y);
    shape.lineTo(x, y + half);
    shape.lineTo(x - half, y);
    shape.closePath();
    lines.moveTo(x - 2 * half, y);
    lines.lineTo(x + 2 * half, y);
  });
  const stroke = (path: Path2D, colour: string, width: number) => {
    context.strokeStyle = colour;
    context.lineWidth = width * ratio;
    context.stroke(path);
  };
  // The ground around them keeps them apart from any cell and bubble.
  context.lineJoin = "round";
  for (const path of [lines, filled, hollow]) stroke(path, theme.ground, LINE + 3);
  stroke(lines, theme.text, LINE);
  context.fillStyle = theme.ground;
  context.fill(hollow);
  context.fillStyle = theme.text;
  context.fill(filled);
  for (const path of [filled, hollow]) stroke(path, theme.text, LINE);
}
