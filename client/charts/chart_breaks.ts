import type uPlot from "uplot";
import { paintBreak } from "../heatmap/painters.ts";
import type { Theme } from "../heatmap/theme.ts";
import type { Columns } from "../history/columns.ts";
import type { History } from "../history/history.ts";

/** A break in the columns in view. */
export interface ChartBreak {
  /** Its first column, from the left edge, and how many it takes. */
  readonly x: number;
  readonly width: number;
  /** Whether the feed left something out. */
  readonly isGap: boolean;
}

/** The breaks in view. */
export function breaksOf(history: History, columns: Columns): ChartBreak[] {
  const breaks: ChartBreak[] = [];
  columns.visitBreaks((x, width, fromMs, toMs) => {
    breaks.push({ x, width, isGap: history.hasGap(fromMs, toMs) });
  });
  return breaks;
}

/**
 * Paints the bands of breaks over a chart's grid, as the heatmap has them.
 *
 * @param plot the chart; its x counts columns
 * @param ratio device pixels a CSS pixel
 */
export function paintChartBreaks(
  plot: Pick<uPlot, "ctx" | "bbox" | "valToPos">,
  breaks: readonly ChartBreak[],
  theme: Theme,
  ratio: number,
): void {
  const { ctx: context, bbox } = plot;
  for (const { x, width, isGap } of breaks) {
    const from = Math.max(bbox.left, Math.round(plot.valToPos(x, "x", true)));
    const to = Math.min(bbox.left + bbox.width, Math.round(plot.valToPos(x + width, "x", true)));
    const band = { x: from, y: bbox.top, width: to - from, height: bbox.height };
    paintBreak({ context, theme, ratio }, band, isGap);
  }
}
