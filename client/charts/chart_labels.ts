import type uPlot from "uplot";
import { setFont } from "../heatmap/painters.ts";
import type { Theme } from "../heatmap/theme.ts";

/** CSS pixels. */
const FONT_SIZE = 11;
const GAP = 6;

/**
 * Writes the labels of a chart's value axis beside it. What has more digits than there is room for is
 * narrower, and whole.
 *
 * @param plot the chart
 * @param values what is labelled, lowest first
 * @param text writes a value
 * @param width of the axis, CSS pixels
 * @param ratio device pixels a CSS pixel
 */
export function paintChartLabels(
  plot: Pick<uPlot, "ctx" | "bbox" | "valToPos">,
  values: readonly number[],
  text: (value: number) => string,
  width: number,
  theme: Theme,
  ratio: number,
): void {
  const { ctx: context, bbox } = plot;
  setFont({ context, theme, ratio }, "left", FONT_SIZE);
  context.fillStyle = theme.dim;
  const left = bbox.left + bbox.width + GAP * ratio;
  for (const value of values) {
    const y = Math.round(plot.valToPos(value, "y", true));
    context.fillText(text(value), left, y, (width - GAP - 2) * ratio);
  }
}
