/** The labels of a chart's value axis. */
import assert from "node:assert/strict";
import { paintChartLabels } from "../../../client/charts/chart_labels.ts";
import type { Theme } from "../../../client/heatmap/theme.ts";

const THEME = { dim: "dim", font: "sans" } as Theme;

Deno.test("labels of a chart stand at their values, and none reaches over the axis's edge", () => {
  const written: unknown[][] = [];
  const plot = {
    ctx: {
      fillText: (text: string, x: number, y: number, widest: number) =>
        written.push([text, x, y, x + widest]),
    } as unknown as CanvasRenderingContext2D,
    bbox: { left: 0, top: 8, width: 1000, height: 60 },
    valToPos: (value: number) => 300 - 100 * (value - 104),
  };
  const prices = [104, 104.0078125, 104.015625];
  paintChartLabels(plot, prices, (price) => price.toFixed(8), 72, THEME, 2);
  // The axis ends at 1000 + 2 * 72.
  assert.deepEqual(written, [
    ["104.00000000", 1012, 300, 1140],
    ["104.00781250", 1012, 299, 1140],
    ["104.01562500", 1012, 298, 1140],
  ]);
});
