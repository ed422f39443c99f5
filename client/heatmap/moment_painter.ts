import type { Box } from "../history/box_figures.ts";
import type { Columns } from "../history/columns.ts";
import { setFont, type Surface } from "./painters.ts";
import { rowTop, type Viewport } from "./viewport.ts";

/** A moment that has a line and a flag. */
export interface Flag {
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  /** A letter or a number or two. */
  readonly label: string;
}

/** CSS pixels: of a flag, and from the lower edge, where the times are. */
const FLAG_WIDTH = 18;
const FLAG_HEIGHT = 16;
const FOOT = 24;
/** Of the box that is measured. */
const BOX_ALPHA = 0.1;

/** Lines at moments, with a flag at the foot of each. */
export function paintFlags(
  surface: Surface,
  columns: Columns,
  view: Viewport,
  flags: readonly Flag[],
): void {
  const { context, theme, ratio } = surface;
  for (const { timeMs, label } of flags) {
    const x = columns.xOfTime(timeMs);
    if (x === null || x < 0 || x >= view.width) continue;
    const width = FLAG_WIDTH * ratio;
    const left = Math.min(x, view.width - width);
    const top = view.height - (FOOT + FLAG_HEIGHT) * ratio;
    context.fillStyle = theme.text;
    context.fillRect(x, 0, ratio, view.height - FOOT * ratio);
    context.fillRect(left, top, width, FLAG_HEIGHT * ratio);
    context.fillStyle = theme.ground;
    setFont(surface, "center", 11);
    context.fillText(label, left + width / 2, top + (FLAG_HEIGHT / 2) * ratio);
  }
}

/** The box that is measured, as far as it is in view. */
export function paintBox(surface: Surface, columns: Columns, view: Viewport, box: Box): void {
  const { context, theme, ratio } = surface;
  const xOf = (timeMs: number) =>
    columns.xOfTime(timeMs) ?? (timeMs < columns.fromMs ? -ratio : view.width);
  const left = Math.max(-ratio, xOf(box.fromMs));
  const right = Math.min(view.width, xOf(box.toMs)) + ratio;
  const top = Math.max(-ratio, rowTop(view, box.high));
  const bottom = Math.min(view.height + ratio, rowTop(view, box.low) + view.rowHeight);
  if (left >= view.width || right <= 0 || bottom <= top) return;
  context.globalAlpha = BOX_ALPHA;
  context.fillStyle = theme.text;
  context.fillRect(left, top, right - left, bottom - top);
  context.globalAlpha = 1;
  context.strokeStyle = theme.text;
  context.lineWidth = ratio;
  context.strokeRect(left + ratio / 2, top + ratio / 2, right - left - ratio, bottom - top - ratio);
}
