import { setFont, type Surface } from "./painters.ts";
import { priceStep, priceTicks } from "./price_axis.ts";
import { rowsInView, rowTop, topTick, type Viewport } from "./viewport.ts";

/** CSS pixels. */
const LABEL_ROOM = 32;
const LABEL_HEIGHT = 18;
const EDGE = 8;

/** Prices of the instrument shown. */
export interface PriceScale {
  /** Dollars per row. */
  readonly tick: number;
  readonly decimals: number;
}

/** What is marked on the axis besides its labels, in ticks. */
export interface PriceMarks {
  readonly spot: number;
  /** Price pointed at, or null. */
  readonly pointed: number | null;
}

/**
 * Prices down the axis, spot and what is pointed at marked.
 *
 * @param view the heatmap's view; the axis has its height
 * @param width width of the axis in device pixels
 */
export function paintPriceAxis(
  surface: Surface,
  view: Viewport,
  width: number,
  marks: PriceMarks,
  { tick, decimals }: PriceScale,
): void {
  const { context, theme, ratio } = surface;
  const label = (at: number) => (at * tick).toFixed(decimals);
  const middle = (at: number) => rowTop(view, at) + view.rowHeight / 2;
  const right = width - EDGE * ratio;
  context.fillStyle = theme.panel;
  context.fillRect(0, 0, width, view.height);
  setFont(surface, "right");
  const spotY = clamp(middle(marks.spot), view.height, ratio);
  const pointedY = pointedPlace(marks, middle, spotY, LABEL_HEIGHT * ratio);
  const step = priceStep(tick, view.rowHeight, LABEL_ROOM * ratio);
  const covered = (y: number, by: number | null) =>
    by !== null && Math.abs(y - by) < LABEL_HEIGHT * ratio;
  for (const at of priceTicks(topTick(view), rowsInView(view), step)) {
    const y = middle(at);
    if (y < EDGE * ratio || y > view.height - EDGE * ratio) continue;
    context.fillStyle = theme.line;
    context.fillRect(0, Math.round(y), 4 * ratio, ratio);
    if (covered(y, spotY) || covered(y, pointedY)) continue;
    context.fillStyle = theme.dim;
    context.fillText(label(at), right, y);
  }
  const mark = (y: number, text: string, ground: string, ink: string) => {
    context.fillStyle = ground;
    context.fillRect(0, Math.round(y - 9 * ratio), width, LABEL_HEIGHT * ratio);
    context.fillStyle = ink;
    context.fillText(text, right, y);
  };
  mark(spotY, label(marks.spot), theme.spot, theme.ground);
  if (marks.pointed !== null && pointedY !== null) {
    mark(pointedY, label(marks.pointed), theme.line, theme.text);
  }
}

/** What is pointed at is marked beside spot where both marks would lie on each other. */
function pointedPlace(
  { spot, pointed }: PriceMarks,
  middle: (tick: number) => number,
  spotY: number,
  labelHeight: number,
): number | null {
  if (pointed === null || pointed === spot) return null;
  const y = middle(pointed);
  if (Math.abs(y - spotY) >= labelHeight) return y;
  return pointed > spot ? spotY - labelHeight : spotY + labelHeight;
}

/** Spot stays marked at the edge that it lies beyond. */
function clamp(y: number, height: number, ratio: number): number {
  return Math.min(height - 9 * ratio, Math.max(9 * ratio, y));
}
