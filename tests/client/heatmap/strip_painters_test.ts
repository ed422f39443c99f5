/** What the strips beside the heatmap and the marks over it paint. */
import assert from "node:assert/strict";
import { paintProfileChange } from "../../../client/heatmap/change_painter.ts";
import { paintBox, paintFlags } from "../../../client/heatmap/moment_painter.ts";
import type { Surface } from "../../../client/heatmap/painters.ts";
import type { Theme } from "../../../client/heatmap/theme.ts";
import { paintPriceAxis } from "../../../client/heatmap/price_axis_painter.ts";
import { paintVolume } from "../../../client/heatmap/volume_painter.ts";
import { Columns } from "../../../client/history/columns.ts";
import { snapshotOf } from "../../../client/history/comparison.ts";
import { GridOrder } from "../../../client/history/grid_order.ts";
import { History } from "../../../client/history/history.ts";
import { instrumentOf } from "../../../client/stream/instrument.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";
import { gridHead, MNQ } from "../mnq.ts";

const SPOT = 100_000;
const VIEW = { width: 100, height: 400, rowHeight: 10, anchor: SPOT };

type Drawn = [kind: "fill" | "stroke" | "text", ...unknown[]];

/** A surface that notes what is drawn on it. */
function recorder() {
  const drawn: Drawn[] = [];
  const context = {
    fillRect: (...box: number[]) => drawn.push(["fill", ...box]),
    strokeRect: (...box: number[]) => drawn.push(["stroke", ...box]),
    fillText: (text: string, x: number, _: number, widest?: number) =>
      drawn.push(widest === undefined ? ["text", text] : ["text", text, x - widest]),
  };
  const surface: Surface = {
    context: context as unknown as CanvasRenderingContext2D,
    theme: {} as Theme,
    ratio: 1,
  };
  return { drawn, surface };
}

Deno.test("paintVolume() has a bar for each price that was traded, the most in view as wide as there is room", () => {
  const { drawn, surface } = recorder();
  const volumes: Record<number, number> = { [SPOT]: 40, [SPOT + 2]: 10, [SPOT + 900]: 1_000 };
  const traded = { at: (tick: number) => volumes[tick] ?? 0, fromMs: 0, hasHoles: false };
  paintVolume(surface, VIEW, 44, traded, String);
  const bars = drawn.filter(([kind, , , , height]) => kind === "fill" && height === 9);
  assert.deepEqual(bars, [["fill", 0, 180, 10, 9], ["fill", 0, 200, 40, 9]]);
  // The figure keeps to the strip, 43 wide, whatever its digits: here to 41 around 21.5.
  assert.deepEqual(drawn.filter(([kind]) => kind === "text"), [
    ["text", "traded"],
    ["text", "40", 21.5 - 41],
  ]);
});

Deno.test("paintVolume() has none where it is not known", () => {
  const { drawn, surface } = recorder();
  paintVolume(surface, VIEW, 44, null, String);
  assert.deepEqual(drawn.filter(([kind, , , , height]) => kind === "fill" && height === 9), []);
});

Deno.test("no price on the axis reaches over its left edge, however many digits it has", () => {
  const { drawn, surface } = recorder();
  const touch = { bid: SPOT - 1, ask: SPOT, bidRow: SPOT - 1, askRow: SPOT };
  const marks = { ...touch, pointed: SPOT + 9, levels: [SPOT - 9.5] };
  paintPriceAxis(surface, VIEW, 72, marks, { tick: 0.0000005, decimals: 7 });
  const texts = drawn.filter(([kind]) => kind === "text");
  assert.ok(texts.some(([, text]) => text === "0.0500000"));
  for (const [, text, left] of texts) assert.equal(left, 2, `${text}`);
});

Deno.test("the axis has best bid and best ask to the cent where a row has several prices, and no minus zero", () => {
  const { drawn, surface } = recorder();
  const marks = { bid: 9.4, ask: 14.64, bidRow: 9, askRow: 15, pointed: null, levels: [-0.004] };
  paintPriceAxis(surface, { ...VIEW, anchor: 0 }, 72, marks, { tick: 0.5, decimals: 2 });
  const texts = drawn.filter(([kind]) => kind === "text").map(([, text]) => text);
  for (const text of ["4.70", "7.32", "0.00"]) assert.ok(texts.includes(text), text);
  assert.ok(!texts.includes("-0.00"));
  // A price between two cents stands whole.
  drawn.length = 0;
  const touch = { ...marks, bid: 9.45, ask: 14.6425, levels: [] };
  paintPriceAxis(surface, { ...VIEW, anchor: 0 }, 72, touch, { tick: 0.5, decimals: 2 });
  const whole = drawn.filter(([kind]) => kind === "text").map(([, text]) => text);
  for (const text of ["4.725", "7.32125"]) assert.ok(whole.includes(text), text);
});

Deno.test("paintProfileChange() fills what is more, outlines what is less, bids left and asks right", () => {
  const history = new History(4);
  const record = (event: number, bid: number, ask: number) => {
    const column = (k: number, depth: number) => {
      const values = new Float64Array(GRID_ROWS);
      values[k + HALF_WIDTH] = depth;
      return values;
    };
    const columns = { bid_depth: column(-1, bid), ask_depth: column(1, ask) };
    history.record(gridHead(1n, event), { columns }, instrumentOf(MNQ), []);
  };
  record(1, 10, 30);
  const before = snapshotOf(history, history.now, 0.25);
  record(2, 30, 20);
  const { drawn, surface } = recorder();
  paintProfileChange(surface, VIEW, 116, before, history, history.now, String);
  // 50 pixels for the largest change, which is 20.
  const bars = drawn.filter(([kind, , , , height]) =>
    kind === "stroke" || kind === "fill" && height === 9
  );
  assert.deepEqual(bars, [["stroke", 58.5, 190.5, 24, 8], ["fill", 8, 210, 50, 9]]);
  assert.ok(drawn.some(([kind, text]) => kind === "text" && text === "± 20"));
});

function columnsOf() {
  const order = new GridOrder(8);
  for (const ms of [900, 1_000, 1_050, 1_099]) order.place(BigInt(ms) * 1_000_000n, ms);
  const columns = new Columns();
  columns.layOut(order, {
    ...{ width: 100, msPerColumn: 1, axis: "time", breakWidth: 3, offset: 1 },
    anchor: order.now,
  });
  return columns;
}

Deno.test("paintFlags() has a line and a label for each moment in view", () => {
  const { drawn, surface } = recorder();
  const flags = [[1_020, "1"], [1_095, "A"], [5_000, "2"], [950, "3"]] as const;
  const all = flags.map(([timeMs, label]) => ({ timeMs, label }));
  paintFlags(surface, columnsOf(), VIEW, all);
  assert.deepEqual(drawn, [
    ["fill", 20, 0, 1, 376],
    ["fill", 20, 360, 18, 16],
    ["text", "1"],
    ["fill", 95, 0, 1, 376],
    // It stays within the view.
    ["fill", 82, 360, 18, 16],
    ["text", "A"],
  ]);
});

Deno.test("paintBox() frames the box from its first column to its last, its rows whole", () => {
  const { drawn, surface } = recorder();
  const box = { fromMs: 1_010, toMs: 1_030, low: SPOT - 1, high: SPOT + 1 };
  paintBox(surface, columnsOf(), VIEW, box);
  assert.deepEqual(drawn, [["fill", 10, 190, 21, 30], ["stroke", 10.5, 190.5, 20, 29]]);
  const far = recorder();
  paintBox(far.surface, columnsOf(), VIEW, { ...box, low: SPOT + 500, high: SPOT + 501 });
  paintBox(far.surface, columnsOf(), VIEW, { ...box, fromMs: 2_000, toMs: 3_000 });
  assert.deepEqual(far.drawn, []);
});
