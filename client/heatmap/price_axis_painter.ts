import { priceDecimals } from "../format.ts";
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
  /** Best bid and best ask, off the rows too; NaN where there is none. */
  readonly bid: number;
  readonly ask: number;
  /** The rows that have them. */
  readonly bidRow: number;
  readonly askRow: number;
  /** Price pointed at, or null. */
  readonly pointed: number | null;
  /** Prices that have a line in the heatmap, those that come first before others; NaN is none. */
  readonly levels: readonly number[];
}

/**
 * Prices down the axis, best bid, best ask and what is pointed at marked.
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
  const label = (at: number, shown = decimals) => {
    const digits = (at * tick).toFixed(shown);
    // What rounds to 0 has no sign.
    return Number(digits) === 0 ? digits.replace("-", "") : digits;
  };
  const middle = (at: number) => rowTop(view, at) + view.rowHeight / 2;
  const right = width - EDGE * ratio;
  // What has more digits than there is room for is narrower, and whole.
  const write = (text: string, y: number) => context.fillText(text, right, y, right - 2 * ratio);
  context.fillStyle = theme.panel;
  context.fillRect(0, 0, width, view.height);
  setFont(surface, "right");
  const { bidY, askY, pointedY } = markPlaces(
    middle(marks.bidRow),
    middle(marks.askRow),
    marks.pointed === null ? null : middle(marks.pointed),
    view.height,
    LABEL_HEIGHT * ratio,
  );
  const covered = (y: number, by: number | null) =>
    by !== null && Math.abs(y - by) < LABEL_HEIGHT * ratio;
  const taken = [bidY, askY, pointedY];
  const levels = marks.levels.filter((at) => {
    const y = middle(at);
    const hasRoom = y >= 0 && y <= view.height && !taken.some((by) => covered(y, by));
    if (hasRoom) taken.push(y);
    return hasRoom;
  });
  const step = priceStep(tick, view.rowHeight, LABEL_ROOM * ratio);
  for (const at of priceTicks(topTick(view), rowsInView(view), step)) {
    const y = middle(at);
    if (y < EDGE * ratio || y > view.height - EDGE * ratio) continue;
    context.fillStyle = theme.line;
    context.fillRect(0, Math.round(y), 4 * ratio, ratio);
    if (taken.some((by) => covered(y, by))) continue;
    context.fillStyle = theme.dim;
    write(label(at), y);
  }
  for (const at of levels) {
    const y = middle(at);
    context.fillStyle = theme.dim;
    context.fillRect(0, Math.round(y), 6 * ratio, ratio);
    context.fillStyle = theme.text;
    write(label(at), y);
  }
  const mark = (y: number, text: string, ground: string, ink: string) => {
    context.fillStyle = ground;
    context.fillRect(0, Math.round(y - 9 * ratio), width, LABEL_HEIGHT * ratio);
    context.fillStyle = ink;
    write(text, y);
  };
  for (const [y, at] of [[askY, marks.ask], [bidY, marks.bid]] as const) {
    if (y !== null) {
      mark(y, label(at, priceDecimals(at * tick, decimals)), theme.spot, theme.ground);
    }
  }
  if (askY !== null && bidY !== null && Math.abs(bidY - askY) <= LABEL_HEIGHT * ratio) {
    context.fillStyle = theme.panel;
    context.fillRect(0, Math.round((askY + bidY) / 2), width, ratio);
  }
  if (marks.pointed !== null && pointedY !== null) {
    mark(pointedY, label(marks.pointed), theme.line, theme.text);
  }
}

/** Where the labels of what is marked have their middles; null for what is not marked. */
export interface MarkPlaces {
  readonly bidY: number | null;
  readonly askY: number | null;
  readonly pointedY: number | null;
}

/**
 * Places the labels: each at its price, but none on another. The ask lies over the bid, unless the
 * book is crossed, and both stay at the edge that they lie beyond; what is pointed at makes room for
 * them.
 *
 * @param bid where the best bid's row has its middle; NaN where there is none
 * @param ask likewise
 * @param pointed likewise; null where nothing is
 * @param height of the axis
 * @param label height of a label
 */
export function markPlaces(
  bid: number,
  ask: number,
  pointed: number | null,
  height: number,
  label: number,
): MarkPlaces {
  const within = (y: number, over: number, under: number) =>
    Math.min(height - label * (under + 0.5), Math.max(label * (over + 0.5), y));
  const hasBoth = !Number.isNaN(bid) && !Number.isNaN(ask);
  const isCrossed = bid < ask;
  const placed = (y: number, isUpper: boolean) => {
    const other = hasBoth ? 1 : 0;
    return Number.isNaN(y) ? null : within(y, isUpper ? 0 : other, isUpper ? other : 0);
  };
  let askY = placed(ask, !isCrossed);
  let bidY = placed(bid, isCrossed);
  if (askY !== null && bidY !== null && Math.abs(bidY - askY) < label) {
    const middle = within((bid + ask) / 2, 0.5, 0.5);
    const half = isCrossed ? -label / 2 : label / 2;
    askY = middle - half;
    bidY = middle + half;
  }
  if (pointed === null || pointed === bid || pointed === ask) return { bidY, askY, pointedY: null };
  const covered = (y: number | null) => y !== null && Math.abs(pointed - y) < label;
  if (!covered(askY) && !covered(bidY)) return { bidY, askY, pointedY: pointed };
  const above = Math.min(askY ?? Infinity, bidY ?? Infinity) - label;
  const below = Math.max(askY ?? -Infinity, bidY ?? -Infinity) + label;
  return { bidY, askY, pointedY: pointed - above < below - pointed ? above : below };
}
