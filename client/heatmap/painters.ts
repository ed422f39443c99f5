import { easternTime } from "../format.ts";
import type { Theme } from "../theme.ts";
import type { ColumnHistory } from "./history.ts";
import { priceStep, priceTicks } from "./price_axis.ts";
import { timeTicks } from "./time_axis.ts";
import {
  columnLeft,
  columnsInView,
  rowsInView,
  rowTop,
  topTick,
  type Viewport,
} from "./viewport.ts";

/** CSS pixels. */
const TIME_LABEL_ROOM = 96;
const PRICE_LABEL_ROOM = 32;
const FONT_SIZE = 12;

/** A canvas and what is needed to paint on it. */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly theme: Theme;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

/** The way of spot through the columns, on a dark edge that sets it off. */
export function paintTrail(surface: Surface, history: ColumnHistory, view: Viewport): void {
  const { context, theme, ratio } = surface;
  const { from, to } = columnsInView(view, history.first);
  if (from === to) return;
  context.beginPath();
  for (let column = from; column < to; column++) {
    const x = columnLeft(view, column) + view.columnWidth / 2;
    const y = rowTop(view, history.spotTick(column)) + view.rowHeight / 2;
    if (column === from) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.lineJoin = "round";
  context.strokeStyle = theme.ground;
  context.lineWidth = 3.5 * ratio;
  context.stroke();
  context.strokeStyle = theme.spot;
  context.lineWidth = 1.5 * ratio;
  context.stroke();
}

/** Times of day in New York along the lower edge. */
export function paintTimeAxis(surface: Surface, history: ColumnHistory, view: Viewport): void {
  const { context, theme, ratio } = surface;
  const { from, to } = columnsInView(view, history.first);
  const room = Math.ceil((TIME_LABEL_ROOM * ratio) / view.columnWidth);
  setFont(surface, "center");
  const y = view.height - 12 * ratio;
  const half = 26 * ratio;
  for (const { column, timeMs } of timeTicks(from, to, (at) => history.time(at), room)) {
    const x = columnLeft(view, column);
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

/**
 * Prices down the axis, spot marked.
 *
 * @param view The heatmap's view; the axis has its height.
 * @param width Width of the axis in device pixels.
 * @param spotTick Latest spot in ticks.
 * @param tick Dollars per tick.
 * @param decimals Decimals of a price.
 */
export function paintPriceAxis(
  surface: Surface,
  view: Viewport,
  width: number,
  spotTick: number,
  tick: number,
  decimals: number,
): void {
  const { context, theme, ratio } = surface;
  const label = (at: number) => (at * tick).toFixed(decimals);
  const middle = (at: number) => rowTop(view, at) + view.rowHeight / 2;
  const right = width - 8 * ratio;
  context.fillStyle = theme.panel;
  context.fillRect(0, 0, width, view.height);
  setFont(surface, "right");
  const spotY = middle(spotTick);
  const step = priceStep(tick, view.rowHeight, PRICE_LABEL_ROOM * ratio);
  for (const at of priceTicks(topTick(view), rowsInView(view), step)) {
    const y = middle(at);
    if (y < 8 * ratio || y > view.height - 8 * ratio) continue;
    context.fillStyle = theme.line;
    context.fillRect(0, Math.round(y), 4 * ratio, ratio);
    if (Math.abs(y - spotY) < 18 * ratio) continue;
    context.fillStyle = theme.dim;
    context.fillText(label(at), right, y);
  }
  context.fillStyle = theme.spot;
  context.fillRect(0, Math.round(spotY - 9 * ratio), width, 18 * ratio);
  context.fillStyle = theme.ground;
  context.fillText(label(spotTick), right, spotY);
}

function setFont({ context, theme, ratio }: Surface, align: CanvasTextAlign): void {
  context.font = `${FONT_SIZE * ratio}px ${theme.font}`;
  context.textAlign = align;
  context.textBaseline = "middle";
}
