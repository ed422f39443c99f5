import type uPlot from "uplot";

/**
 * Path of a line through its points, for uPlot: rounded to whole device pixels, as uPlot's own is,
 * but without the points within a run at one height, which most are in a chart this low. The picture
 * is the same.
 *
 * @param plot the chart; its scales are linear
 * @param series index of the line's data
 * @param from first point
 * @param to last point
 */
export function linePath(
  plot: uPlot,
  series: number,
  from: number,
  to: number,
): uPlot.Series.Paths {
  const stroke = new Path2D();
  const xs = plot.data[0];
  const ys = plot.data[series];
  const x = pixelsOf(plot, "x");
  const y = pixelsOf(plot, "y");
  if (ys !== undefined && x !== null && y !== null) drawRuns(stroke, xs, ys, { from, to, x, y });
  return { stroke, fill: null, clip: null, band: null, gaps: [], flags: 0 };
}

/** The part of a path that lines are drawn with. */
export type Pen = Pick<Path2D, "moveTo" | "lineTo">;

/** Canvas pixels of values on a linear scale. */
export interface Pixels {
  /** Of the value 0. */
  readonly origin: number;
  readonly perUnit: number;
}

/** Points to draw, both ends included, and where. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly x: Pixels;
  readonly y: Pixels;
}

/**
 * Draws the line through some points, the ends of each run at one height alone. A value that is NaN
 * is a gap.
 */
export function drawRuns(
  pen: Pen,
  xs: ArrayLike<number>,
  ys: ArrayLike<number | null | undefined>,
  { from, to, x, y }: Stretch,
): void {
  let lastY = NaN;
  // Whether the last point is still to be drawn: it goes on at the height of the one before.
  let held = false;
  const xAt = (point: number) => Math.round(x.origin + (xs[point] ?? NaN) * x.perUnit);
  for (let i = from; i <= to; i++) {
    const at = Math.round(y.origin + (ys[i] ?? NaN) * y.perUnit);
    if (at === lastY) {
      held = true;
      continue;
    }
    if (held) pen.lineTo(xAt(i - 1), lastY);
    held = false;
    if (!Number.isNaN(at)) {
      if (Number.isNaN(lastY)) pen.moveTo(xAt(i), at);
      else pen.lineTo(xAt(i), at);
    }
    lastY = at;
  }
  if (held) pen.lineTo(xAt(to), lastY);
}

function pixelsOf(plot: uPlot, scale: "x" | "y"): Pixels | null {
  const { min, max } = plot.scales[scale] ?? {};
  if (min == null || max == null) return null;
  const low = plot.valToPos(min, scale, true);
  const perUnit = (plot.valToPos(max, scale, true) - low) / (max - min);
  return { origin: low - min * perUnit, perUnit };
}
