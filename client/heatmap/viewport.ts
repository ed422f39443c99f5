/** Rows between spot and an edge of the view at which the view moves on. */
export const FOLLOW_MARGIN = 10;

/** What prices a heatmap shows, in device pixels. Rows are fixed prices, highest on top. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  /** Height of a price row, a whole number. */
  readonly rowHeight: number;
  /** Price tick in the middle. */
  readonly anchor: number;
}

/** Number of rows at least partly in view. */
export function rowsInView(view: Viewport): number {
  return Math.ceil(view.height / view.rowHeight);
}

/** Price tick of the topmost row. */
export function topTick(view: Viewport): number {
  return view.anchor + Math.floor(view.height / view.rowHeight / 2);
}

/** Upper edge of a price tick's row; its middle is half a row lower. */
export function rowTop(view: Viewport, tick: number): number {
  return (topTick(view) - tick) * view.rowHeight;
}

/** Price tick of the row at a height. */
export function tickAt(view: Viewport, y: number): number {
  return topTick(view) - Math.floor(y / view.rowHeight);
}

/**
 * Where the view belongs once spot has moved.
 *
 * @returns the view's anchor, or spot when it is within `FOLLOW_MARGIN` rows of an edge or outside
 */
export function followSpot(view: Viewport, spotTick: number): number {
  const rows = Math.floor(view.height / view.rowHeight);
  const above = topTick(view) - spotTick;
  const below = rows - 1 - above;
  return Math.min(above, below) <= FOLLOW_MARGIN ? spotTick : view.anchor;
}
