import { GRID_ROWS, HALF_WIDTH } from "../../engine/wire/fields.ts";
import { fadedCell, NET_BINS, netBinOfCell } from "../history/cell.ts";
import type { History } from "../history/history.ts";
import { paintFoot, type Surface } from "./painters.ts";
import { barHeight, rowTop, type Viewport } from "./viewport.ts";

/** CSS pixels. */
const EDGE = 8;

/**
 * What rests at each price at one moment, bids to the left of the middle, asks to the right, in the
 * colour of the bucket's net force. A bar that fills its half is the deepest of the moment.
 *
 * @param view the heatmap's view; the profile has its height
 * @param width device pixels
 * @param grid the moment
 * @param ramp colour by the bin of the net force, and of those traded (palette.ts)
 * @param fade bins that the forces have faded by (cell.ts)
 * @param show formats a depth
 */
export function paintProfile(
  surface: Surface,
  view: Viewport,
  width: number,
  history: History,
  grid: number,
  ramp: readonly string[],
  fade: number,
  show: (depth: number) => string,
): void {
  const { context, theme, ratio } = surface;
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, width, view.height);
  const cells = history.cells.cells(grid);
  const traded = history.cells.traded(grid);
  const spot = history.spotTick(grid);
  const deepest = deepestOf(history, grid);
  const middle = Math.round(width / 2);
  const room = middle - EDGE * ratio;
  const height = barHeight(view, ratio);
  for (let row = 0; row < GRID_ROWS; row++) {
    const y = rowTop(view, spot + row - HALF_WIDTH);
    if (y <= -view.rowHeight || y >= view.height) continue;
    const bin = netBinOfCell(fadedCell(cells[row]!, fade)) + NET_BINS;
    context.fillStyle = ramp[bin + traded[row]! * 2 * NET_BINS] ?? theme.dim;
    for (const side of ["bid_depth", "ask_depth"] as const) {
      const depth = history.readings.cell(grid, row, side);
      if (depth <= 0) continue;
      const length = Math.max(ratio, (depth / deepest) * room);
      context.fillRect(side === "bid_depth" ? middle - length : middle, y, length, height);
    }
  }
  context.fillStyle = theme.line;
  context.fillRect(middle, 0, ratio, view.height);
  const names = [
    ["bid", EDGE * ratio, "left"],
    ["ask", width - EDGE * ratio, "right"],
  ] as const;
  paintFoot(surface, view, width, names, show(deepest));
}

/** The most that rests on one side of a bucket. */
function deepestOf({ readings }: History, grid: number): number {
  let deepest = 0;
  for (let row = 0; row < GRID_ROWS; row++) {
    const bids = readings.cell(grid, row, "bid_depth");
    deepest = Math.max(deepest, bids, readings.cell(grid, row, "ask_depth"));
  }
  return deepest;
}
