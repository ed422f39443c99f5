/** Breaks in the charts: where the heatmap has them, those of the feed tinted. */
import assert from "node:assert/strict";
import { breaksOf, paintChartBreaks } from "../../../client/charts/chart_breaks.ts";
import { Columns } from "../../../client/history/columns.ts";
import { History } from "../../../client/history/history.ts";
import type { Theme } from "../../../client/heatmap/theme.ts";
import { tell } from "../told_states.ts";

const THEME = { panel: "panel", warning: "warning" } as Theme;

function viewOf(history: History, msPerColumn: number) {
  const columns = new Columns();
  columns.layOut(history.order, {
    ...{ width: 12, msPerColumn, axis: "time", breakWidth: 3, offset: 1 },
    anchor: history.now,
  });
  return breaksOf(history, columns);
}

Deno.test("a chart has a band for each break in view, and tells a gap of the feed from the rest", () => {
  const history = new History(16);
  tell(history, 100, null);
  history.noteGap(105, 300);
  tell(history, 310, null);
  history.breakOff("lag");
  tell(history, 500, null);
  assert.deepEqual(viewOf(history, 10), [
    { x: 4, width: 3, isGap: true },
    { x: 8, width: 3, isGap: false },
  ]);
  // At any zoom.
  assert.deepEqual(viewOf(history, 150), [
    { x: 8, width: 1, isGap: true },
    { x: 10, width: 1, isGap: false },
  ]);
});

Deno.test("the band of a break lies on its columns, within the chart", () => {
  const drawn: unknown[][] = [];
  const context = {
    ...{ fillStyle: "", globalAlpha: 1 },
    fillRect(...box: number[]) {
      drawn.push([this.fillStyle, this.globalAlpha, ...box]);
    },
  };
  const plot = {
    ctx: context as unknown as CanvasRenderingContext2D,
    bbox: { left: 0, top: 8, width: 100, height: 60 },
    valToPos: (x: number) => 10 * x,
  };
  const band = (x: number, width: number, isGap: boolean) => {
    drawn.length = 0;
    paintChartBreaks(plot, [{ x, width, isGap }], THEME, 2);
    return drawn.map((call) => call.join(" "));
  };
  assert.deepEqual(band(4, 3, false), [
    ...["panel 1 40 8 30 60", "warning 1 40 8 2 60", "warning 1 68 8 2 60"],
  ]);
  const [ground, tint] = band(8, 3, true);
  assert.equal(ground, "panel 1 80 8 20 60");
  assert.match(tint!, /^warning 0\.\d+ 80 8 20 60$/);
});
