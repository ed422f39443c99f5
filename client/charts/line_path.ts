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
  return { ...NO_PATHS, stroke: pathOf(plot, series, { from, to }, drawRuns) };
}

/** The same in steps: each value is held up to where the next begins. */
export function stepPath(
  plot: uPlot,
  series: number,
  from: number,
  to: number,
): uPlot.Series.Paths {
  return { ...NO_PATHS, stroke: pathOf(plot, series, { from, to }, drawSteps) };
}

/** The area between a line and 0. */
export function areaPath(
  plot: uPlot,
  series: number,
  from: number,
  to: number,
): uPlot.Series.Paths {
  return { ...NO_PATHS, fill: pathOf(plot, series, { from, to }, drawArea) };
}

const NO_PATHS = { stroke: null, fill: null, clip: null, band: null, gaps: [], flags: 0 };

/** Draws a series' points with a pen of its own. */
function pathOf(
  plot: uPlot,
  series: number,
  points: Pick<Stretch, "from" | "to">,
  draw: (
    path: Path2D,
    xs: ArrayLike<number>,
    ys: ArrayLike<number | null | undefined>,
    stretch: Stretch,
  ) => void,
): Path2D {
  const path = new Path2D();
  const xs = plot.data[0];
  const ys = plot.data[series];
  const x = pixelsOf(plot, "x");
  const y = pixelsOf(plot, plot.series[series]?.scale ?? "y");
  if (ys !== undefined && x !== null && y !== null) draw(path, xs, ys, { ...points, x, y });
  return path;
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

/** Draws a line in steps, with neither a rise nor a hold across a gap. */
export function drawSteps(
  pen: Pen,
  xs: ArrayLike<number>,
  ys: ArrayLike<number | null | undefined>,
  { from, to, x, y }: Stretch,
): void {
  let lastY = NaN;
  const edge = (point: number) => Math.round(x.origin + ((xs[point] ?? NaN) - 0.5) * x.perUnit);
  for (let i = from; i <= to; i++) {
    const at = Math.round(y.origin + (ys[i] ?? NaN) * y.perUnit);
    if (at === lastY) continue;
    if (!Number.isNaN(lastY)) pen.lineTo(edge(i), lastY);
    if (Number.isNaN(at)) {
      lastY = at;
      continue;
    }
    if (Number.isNaN(lastY)) pen.moveTo(edge(i), at);
    else pen.lineTo(edge(i), at);
    lastY = at;
  }
  if (!Number.isNaN(lastY)) pen.lineTo(edge(to) + Math.round(x.perUnit), lastY);
}

/** Fills the area between a line and 0, in columns; nothing where there is no value. */
export function drawArea(
  pen: Pick<Path2D, "rect">,
  xs: ArrayLike<number>,
  ys: ArrayLike<number | null | undefined>,
  { from, to, x, y }: Stretch,
): void {
  const edge = (point: number) => Math.round(x.origin + ((xs[point] ?? NaN) - 0.5) * x.perUnit);
  const zero = Math.round(y.origin);
  let begins = from;
  for (let i = from; i <= to; i++) {
    const at = Math.round(y.origin + (ys[i] ?? NaN) * y.perUnit);
    const next = i === to ? NaN : Math.round(y.origin + (ys[i + 1] ?? NaN) * y.perUnit);
    if (at === next) continue;
    if (!Number.isNaN(at) && at !== zero) {
      const end = i === to ? edge(i) + Math.round(x.perUnit) : edge(i + 1);
      pen.rect(edge(begins), Math.min(at, zero), end - edge(begins), Math.abs(at - zero));
    }
    begins = i + 1;
  }
}

function pixelsOf(plot: uPlot, scale: string): Pixels | null {
  const { min, max } = plot.scales[scale] ?? {};
  if (min == null || max == null) return null;
  const low = plot.valToPos(min, scale, true);
  const perUnit = (plot.valToPos(max, scale, true) - low) / (max - min);
  return { origin: low - min * perUnit, perUnit };
}
