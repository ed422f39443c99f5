import { GRID_ROWS, HALF_WIDTH } from "../../engine/wire/fields.ts";
import type { History } from "../history/history.ts";
import { setFont, type Surface } from "./painters.ts";
import { rowTop, type Viewport } from "./viewport.ts";

/** CSS pixels. */
const EDGE = 8;
const FOOT = 22;

/**
 * Rest depth by price at one moment: bids to the left of the middle, asks to the right, in the
 * colour of their net force. A bar that fills its half is the deepest of the moment.
 *
 * @param view the heatmap's view; the profile has its height
 * @param width device pixels
 * @param grid the moment
 * @param ramp colour by the high byte of a cell (palette.ts)
 * @param show formats a depth
 */
export function paintProfile(
  surface: Surface,
  view: Viewport,
  width: number,
  history: History,
  grid: number,
  ramp: readonly string[],
  show: (depth: number) => string,
): void {
  const { context, theme, ratio } = surface;
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, width, view.height);
  const { readings } = history;
  const cells = history.cells.cells(grid);
  const spot = history.spotTick(grid);
  let deepest = 0;
  for (let row = 0; row < GRID_ROWS; row++) {
    deepest = Math.max(deepest, readings.cell(grid, row, "rest_depth"));
  }
  const middle = Math.round(width / 2);
  const room = middle - EDGE * ratio;
  const gap = view.rowHeight > 3 ? ratio : 0;
  for (let row = 0; row < GRID_ROWS; row++) {
    const depth = readings.cell(grid, row, "rest_depth");
    if (depth <= 0 || row === HALF_WIDTH) continue;
    const y = rowTop(view, spot + row - HALF_WIDTH);
    const length = Math.max(ratio, (depth / deepest) * room);
    context.fillStyle = ramp[(cells[row] ?? 0) >> 8] ?? theme.dim;
    context.fillRect(
      row < HALF_WIDTH ? middle - length : middle,
      y,
      length,
      Math.max(1, view.rowHeight - gap),
    );
  }
  context.fillStyle = theme.line;
  context.fillRect(middle, 0, ratio, view.height);
  const y = view.height - 12 * ratio;
  context.fillStyle = theme.ground;
  context.fillRect(0, view.height - FOOT * ratio, width, FOOT * ratio);
  context.fillStyle = theme.dim;
  setFont(surface, "left");
  context.fillText("bid", EDGE * ratio, y);
  setFont(surface, "right");
  context.fillText("ask", width - EDGE * ratio, y);
  setFont(surface, "center");
  context.fillText(show(deepest), middle, y);
}
