import { easternTime } from "../format.ts";
import type { Theme } from "./theme.ts";
import type { Target } from "./crosshair.ts";
import type { CellHistory } from "../history/cell_history.ts";
import { timeBreaks, timeTicks } from "./time_axis.ts";
import { columnMiddle, columnsInView, rowTop, type Viewport } from "./viewport.ts";

/** CSS pixels. */
const TIME_LABEL_ROOM = 96;
const FONT_SIZE = 12;
const DASH = 3;

/** A canvas and what is needed to paint on it. */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly theme: Theme;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

/** The way of spot through the columns, on a dark edge that sets it off. */
export function paintTrail(surface: Surface, history: CellHistory, view: Viewport): void {
  const { context, theme, ratio } = surface;
  const { from, to } = columnsInView(view, history.first);
  if (from === to) return;
  context.beginPath();
  const middle = view.rowHeight / 2;
  let y = NaN;
  // One point a group: of its columns the last one is the one that is painted.
  for (let column = lastOfGroup(view, from); from < to; column += view.stride) {
    const at = Math.min(column, to - 1);
    const x = columnMiddle(view, at);
    const next = rowTop(view, history.spotTick(at)) + middle;
    if (Number.isNaN(y)) context.moveTo(x, next);
    else if (next !== y) {
      // Spot holds until it changes: steps, not slopes.
      context.lineTo(x, y);
      context.lineTo(x, next);
    }
    y = next;
    if (at === to - 1) {
      context.lineTo(x + view.groupWidth / 2, y);
      break;
    }
  }
  context.lineJoin = "round";
  context.strokeStyle = theme.ground;
  context.lineWidth = 3.5 * ratio;
  context.stroke();
  context.strokeStyle = theme.spot;
  context.lineWidth = 1.5 * ratio;
  context.stroke();
}

/** Times of day in New York along the lower edge, and a line where time breaks off. */
export function paintTimeAxis(surface: Surface, history: CellHistory, view: Viewport): void {
  const { context, theme, ratio } = surface;
  const { from, to } = columnsInView(view, history.first);
  const timeOf = (column: number) => history.time(column);
  context.fillStyle = theme.warning;
  for (const column of timeBreaks(from, to, timeOf)) {
    const left = columnMiddle(view, column) - view.groupWidth / 2;
    context.fillRect(Math.round(left), 0, ratio, view.height);
  }
  const room = Math.ceil((TIME_LABEL_ROOM * ratio * view.stride) / view.groupWidth);
  setFont(surface, "center");
  const y = view.height - 12 * ratio;
  const half = 26 * ratio;
  for (const { column, timeMs } of timeTicks(from, to, timeOf, room)) {
    const x = columnMiddle(view, column) - view.groupWidth / 2;
    if (x < half || x > view.width - half) continue;
    const text = easternTime(timeMs).clock;
    context.fillStyle = theme.dim;
    context.fillRect(Math.round(x), view.height - 3 * ratio, ratio, 3 * ratio);
    // The ground around the letters keeps them legible on any cell.
    context.strokeStyle = theme.ground;
    context.lineWidth = 4 * ratio;
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }
}

/** Dashed lines through what is pointed at. */
export function paintCrosshair(surface: Surface, view: Viewport, target: Target): void {
  const { context, theme, ratio } = surface;
  const x = Math.floor(columnMiddle(view, target.column)) + 0.5;
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, view.height);
  if (target.tick !== null) {
    const y = Math.floor(rowTop(view, target.tick) + view.rowHeight / 2) + 0.5;
    context.moveTo(0, y);
    context.lineTo(view.width, y);
  }
  context.setLineDash([DASH * ratio, DASH * ratio]);
  context.strokeStyle = theme.dim;
  context.lineWidth = ratio;
  context.stroke();
  context.setLineDash([]);
}

/** The page's font on a canvas, in the middle of its line. */
export function setFont(
  { context, theme, ratio }: Surface,
  align: CanvasTextAlign,
  size: number = FONT_SIZE,
): void {
  context.font = `${size * ratio}px ${theme.font}`;
  context.textAlign = align;
  context.textBaseline = "middle";
}

function lastOfGroup({ stride }: Viewport, column: number): number {
  return (Math.floor(column / stride) + 1) * stride - 1;
}
