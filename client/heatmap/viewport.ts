/** What prices a heatmap shows, in device pixels. Rows are fixed prices, highest on top. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  /** Height of a price row, a whole number. */
  readonly rowHeight: number;
  /** Price tick in the middle: parts of a tick are whole pixels (`onPixel`). */
  readonly anchor: number;
}

/** Number of rows at least partly in view. */
export function rowsInView(view: Viewport): number {
  return Math.ceil((view.height + hiddenAbove(view)) / view.rowHeight);
}

/** Price tick of the topmost row; a part of it may lie above the view. */
export function topTick(view: Viewport): number {
  return Math.ceil(topOf(view));
}

/** Pixels of the topmost row that lie above the view. */
export function hiddenAbove(view: Viewport): number {
  return Math.round((topTick(view) - topOf(view)) * view.rowHeight);
}

/** Upper edge of a price tick's row; its middle is half a row lower. */
export function rowTop(view: Viewport, tick: number): number {
  return Math.round((topOf(view) - tick) * view.rowHeight);
}

/**
 * Height of a bar that fills its row: less a line to the next where rows are high enough for one.
 *
 * @param ratio device pixels per CSS pixel
 */
export function barHeight({ rowHeight }: Viewport, ratio: number): number {
  return Math.max(1, rowHeight - (rowHeight > 3 ? ratio : 0));
}

/** Price tick of the row at a height. */
export function tickAt(view: Viewport, y: number): number {
  return topTick(view) - Math.floor((y + hiddenAbove(view)) / view.rowHeight);
}

/** The place nearest to a price at which rows begin on whole pixels. */
export function onPixel(tick: number, rowHeight: number): number {
  return Math.round(tick * rowHeight) / rowHeight;
}

function topOf({ anchor, height, rowHeight }: Viewport): number {
  const top = anchor + Math.floor(height / rowHeight / 2);
  // A third of 30 is a whole number again.
  return Math.abs(top - Math.round(top)) < 1e-6 ? Math.round(top) : top;
}
