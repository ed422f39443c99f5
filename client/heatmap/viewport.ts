import { GRID_ROWS } from "../../engine/wire/fields.ts";

/** Rows between spot and an edge of the view at which the view moves on. */
export const FOLLOW_MARGIN = 10;

/**
 * What part of the history a heatmap shows, in device pixels. Rows are fixed prices, highest on
 * top; the last column touches the right edge.
 */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  /** Height of a price row, a whole number. */
  readonly rowHeight: number;
  /** Width of a column, a whole number. */
  readonly columnWidth: number;
  /** Price tick in the middle. */
  readonly anchor: number;
  /** Number of the column after the last one shown. */
  readonly end: number;
}

/** A half-open range of columns: `from` up to but not including `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Row height at which a whole grid fits into a view of this height. */
export function fitRowHeight(height: number): number {
  return Math.max(2, Math.floor(height / GRID_ROWS));
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

/** Left edge of a column. */
export function columnLeft(view: Viewport, column: number): number {
  return view.width - (view.end - column) * view.columnWidth;
}

/**
 * The columns in view.
 *
 * @param first Oldest column there is.
 */
export function columnsInView(view: Viewport, first: number): Range {
  const room = Math.ceil(view.width / view.columnWidth);
  return { from: Math.min(view.end, Math.max(first, view.end - room)), to: view.end };
}

/**
 * Where the view belongs once spot has moved.
 *
 * @returns The view's anchor, or spot when it is within `FOLLOW_MARGIN` rows of an edge or outside.
 */
export function followSpot(view: Viewport, spotTick: number): number {
  const rows = Math.floor(view.height / view.rowHeight);
  const above = topTick(view) - spotTick;
  const below = rows - 1 - above;
  return Math.min(above, below) <= FOLLOW_MARGIN ? spotTick : view.anchor;
}
