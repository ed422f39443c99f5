/** Rows between spot and an edge of the view at which the view moves on. */
export const FOLLOW_MARGIN = 10;

/**
 * What part of the history a heatmap shows, in device pixels. Rows are fixed prices, highest on
 * top. Columns stand in groups of `stride`, each as wide as `groupWidth`: one column each while
 * there is room, several where the view is zoomed out. The last group touches the right edge.
 */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  /** Height of a price row, a whole number. */
  readonly rowHeight: number;
  /** Width of a group of columns, a whole number. */
  readonly groupWidth: number;
  /** Columns in a group, a power of two; more than one only where groups are a pixel wide. */
  readonly stride: number;
  /** Price tick in the middle. */
  readonly anchor: number;
  /** Number of the column after the last one shown. */
  readonly end: number;
}

/** A half-open range of columns or groups: `from` up to but not including `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
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

/** Number of the group after the last one shown. */
export function endGroup(view: Viewport): number {
  return Math.ceil(view.end / view.stride);
}

/** Left edge of a group. */
export function groupLeft(view: Viewport, group: number): number {
  return view.width - (endGroup(view) - group) * view.groupWidth;
}

/** Middle of a column, or of the group that it is part of. */
export function columnMiddle(view: Viewport, column: number): number {
  return groupLeft(view, Math.floor(column / view.stride)) + view.groupWidth / 2;
}

/**
 * The columns in view.
 *
 * @param first oldest column there is
 */
export function columnsInView(view: Viewport, first: number): Range {
  const room = Math.ceil(view.width / view.groupWidth);
  const from = (endGroup(view) - room) * view.stride;
  return { from: Math.min(view.end, Math.max(first, from)), to: view.end };
}

/**
 * The column at a place: of a group the last one, which is the one that is painted.
 *
 * @param first oldest column there is
 * @returns null where there is none
 */
export function columnAt(view: Viewport, x: number, first: number): number | null {
  const group = endGroup(view) - Math.ceil((view.width - x) / view.groupWidth);
  const column = Math.min(view.end, (group + 1) * view.stride) - 1;
  return x >= 0 && x < view.width && column >= first ? column : null;
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
