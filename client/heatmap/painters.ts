import { easternClock, easternTime, formatDuration } from "../format.ts";
import type { Columns } from "../history/columns.ts";
import type { History } from "../history/history.ts";
import type { Target } from "./crosshair.ts";
import type { Theme } from "./theme.ts";
import { timeTicks } from "./time_axis.ts";
import { rowTop, type Viewport } from "./viewport.ts";

/** CSS pixels. */
const TIME_LABEL_ROOM = 96;
const FONT_SIZE = 12;
const DASH = 3;
/** Of a strip beside the heatmap: two lines at its foot. */
const FOOT = 34;
const FOOT_FONT = 11;
/** Of a gap in the feed, over the strip of any break. */
const GAP_ALPHA = 0.25;
/** CSS pixels that the words of a break take. */
const BREAK_TEXT = 16;

/** A canvas and what is needed to paint on it. */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly theme: Theme;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

/**
 * Best bid and best ask as two step lines through the columns; what lies between them is the ground.
 * Breaks interrupt them.
 */
export function paintTouch(
  surface: Surface,
  history: History,
  { grids, width }: Columns,
  view: Viewport,
): void {
  const { context, theme, ratio } = surface;
  const middle = view.rowHeight / 2;
  const spread = new Path2D();
  const bids = new StepLine();
  const asks = new StepLine();
  for (let x = 0; x < width;) {
    const grid = grids[x]!;
    const from = x;
    while (x < width && grids[x] === grid) x++;
    const bid = grid < 0 ? NaN : rowTop(view, history.bidTick(grid)) + middle;
    const ask = grid < 0 ? NaN : rowTop(view, history.askTick(grid)) + middle;
    bids.add(from, x, bid);
    asks.add(from, x, ask);
    if (bid > ask) spread.rect(from, ask, x - from, bid - ask);
  }
  context.fillStyle = theme.ground;
  context.fill(spread);
  context.lineJoin = "round";
  context.lineWidth = 3 * ratio;
  context.strokeStyle = theme.ground;
  const lines = [bids.end(), asks.end()];
  for (const line of lines) context.stroke(line);
  context.lineWidth = ratio;
  context.strokeStyle = theme.spot;
  for (const line of lines) context.stroke(line);
}

/** A line that holds until it changes: steps, not slopes. */
class StepLine {
  readonly path = new Path2D();
  #y = NaN;
  #to = 0;

  /** Goes on from one column to another at a height; NaN interrupts it. */
  add(from: number, to: number, y: number): void {
    if (y !== this.#y) {
      if (!Number.isNaN(this.#y)) this.path.lineTo(from, this.#y);
      if (Number.isNaN(this.#y)) this.path.moveTo(from, y);
      else if (!Number.isNaN(y)) this.path.lineTo(from, y);
      this.#y = y;
    }
    this.#to = to;
  }

  /** Ends where it has come to. */
  end(): Path2D {
    if (!Number.isNaN(this.#y)) this.path.lineTo(this.#to, this.#y);
    return this.path;
  }
}

/** Veils what is later than the grid that came last: it is there, but it is not now. */
export function paintVeil(surface: Surface, from: number, view: Viewport): void {
  const { context, theme } = surface;
  if (from >= view.width) return;
  const left = Math.max(0, from);
  context.globalAlpha = 0.6;
  context.fillStyle = theme.ground;
  context.fillRect(left, 0, view.width - left, view.height);
  context.globalAlpha = 1;
}

/** A band in place of what was left out, between amber lines; of a gap in the feed it is tinted. */
export function paintBreak(
  { context, theme, ratio }: Surface,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  isGap: boolean,
): void {
  context.fillStyle = theme.panel;
  context.fillRect(x, y, width, height);
  context.fillStyle = theme.warning;
  if (isGap) {
    context.globalAlpha = GAP_ALPHA;
    context.fillRect(x, y, width, height);
    context.globalAlpha = 1;
  }
  const line = Math.min(ratio, width);
  context.fillRect(x, y, line, height);
  context.fillRect(x + width - line, y, line, height);
}

/** Where grids were left out: a blank strip with the length of what is missing, and who left it out. */
export function paintBreaks(
  surface: Surface,
  columns: Columns,
  view: Viewport,
  hasGap: (fromMs: number, toMs: number) => boolean,
): void {
  const { context, ratio } = surface;
  columns.visitBreaks((x, width, fromMs, toMs) => {
    const isGap = hasGap(fromMs, toMs);
    paintBreak(surface, { x, y: 0, width, height: view.height }, isGap);
    // One that is narrower than a line of text has no words.
    if (width < BREAK_TEXT * ratio) return;
    context.save();
    context.translate(x + width / 2, view.height / 2);
    context.rotate(-Math.PI / 2);
    setFont(surface, "center");
    const length = formatDuration(toMs - fromMs);
    context.fillText(isGap ? `gap in the feed, ${length}` : `${length} left out`, 0, 0);
    context.restore();
  });
}

/** Times of day in New York along the lower edge. */
export function paintTimeAxis(surface: Surface, columns: Columns, view: Viewport): void {
  const { context, theme, ratio } = surface;
  const room = TIME_LABEL_ROOM * ratio;
  const leastMs = columns.axis === "time" ? room * columns.msPerColumn : 0;
  setFont(surface, "center");
  const y = view.height - 12 * ratio;
  const half = 38 * ratio;
  for (const { column, timeMs } of timeTicks(columns.times, room, leastMs)) {
    if (column < half || column > view.width - half) continue;
    const text = timeMs % 1000 === 0 ? easternTime(timeMs).clock : easternClock(timeMs);
    context.fillStyle = theme.dim;
    context.fillRect(column, view.height - 3 * ratio, ratio, 3 * ratio);
    // The ground around the letters keeps them legible on any cell.
    context.strokeStyle = theme.ground;
    context.lineWidth = 4 * ratio;
    context.strokeText(text, column, y);
    context.fillText(text, column, y);
  }
}

/** Dashed lines through what is pointed at. */
export function paintCrosshair(surface: Surface, view: Viewport, target: Target): void {
  const { context, theme, ratio } = surface;
  const x = target.x + 0.5;
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

/** What stands at the foot of a strip beside the heatmap, and where, device pixels. */
export type FootName = readonly [name: string, x: number, align: CanvasTextAlign];

/** The names of what a strip beside the heatmap shows, and below them its largest figure, whole. */
export function paintFoot(
  surface: Surface,
  view: Viewport,
  width: number,
  names: readonly FootName[],
  figure: string,
): void {
  const { context, theme, ratio } = surface;
  const top = view.height - FOOT * ratio;
  context.fillStyle = theme.ground;
  context.fillRect(0, top, width, FOOT * ratio);
  context.fillStyle = theme.dim;
  for (const [name, x, align] of names) {
    setFont(surface, align, FOOT_FONT);
    context.fillText(name, x, top + 10 * ratio);
  }
  setFont(surface, "center", FOOT_FONT);
  context.fillText(figure, width / 2, top + 25 * ratio, width - 2 * ratio);
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
