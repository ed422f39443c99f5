import assert from "node:assert/strict";
import { hasMoved, percentile, ViewScales } from "../../../client/heatmap/view_scales.ts";
import { depthBinOf, depthOfBin, encodeCell } from "../../../client/history/cell.ts";
import { CellHistory } from "../../../client/history/cell_history.ts";
import { Columns } from "../../../client/history/columns.ts";
import { GridOrder } from "../../../client/history/grid_order.ts";
import { GRID_ROWS } from "../../../engine/wire/fields.ts";

Deno.test("percentile() finds a value to a bin from counts, none aside", () => {
  const counts = new Uint32Array(128);
  counts[0] = 1_000_000;
  for (let depth = 1; depth <= 1000; depth++) counts[depthBinOf(depth)]!++;
  for (const [share, value] of [[0.05, 50], [0.5, 500], [0.99, 990]] as const) {
    const found = percentile(counts, share, depthOfBin);
    assert.ok(Math.abs(found / value - 1) < 0.05, `${found} of ${value}`);
  }
  assert.equal(percentile(new Uint32Array(128), 0.5, depthOfBin), 0);
});

Deno.test("hasMoved() takes an end that moved by more than a tenth", () => {
  const ends = { net: 100, shallow: 10, deep: 1000 };
  assert.equal(hasMoved(ends, { net: 110, shallow: 9, deep: 1100 }), false);
  for (const change of [{ net: 111 }, { net: 89 }, { shallow: 8.9 }, { deep: 1101 }]) {
    assert.equal(hasMoved(ends, { ...ends, ...change }), true);
  }
});

/** Eight grids, a column each, of which one is at another price. */
function scene() {
  const order = new GridOrder(16);
  const cells = new CellHistory(16);
  const play = (i: number, net: number, depth: number, spot = 1000) => {
    const { number } = order.place(BigInt(i) * 10_000_000n, i);
    cells.open(number, spot).fill(encodeCell(net, depth));
  };
  const look = (scales: ViewScales, nowMs: number, anchor = 1000) => {
    const columns = new Columns();
    columns.layOut(order, {
      ...{ width: 8, msPerColumn: 10, axis: "time", breakWidth: 2, offset: 1 },
      anchor: order.now,
    });
    scales.look(cells, columns, { width: 8, height: 50, rowHeight: 1, anchor }, nowMs);
    return scales.ends;
  };
  return { play, look };
}

Deno.test("ViewScales has the ends of what is in view, looked at four times a second", () => {
  const { play, look } = scene();
  for (let i = 0; i < 7; i++) play(i, 80, 10);
  play(7, 500, 900, 1000 + GRID_ROWS);
  const scales = new ViewScales();
  const { net, shallow, deep } = look(scales, 0);
  assert.ok(Math.abs(net - 80) < 6 && Math.abs(shallow - 10) < 1 && Math.abs(deep - 10) < 1);
  assert.equal(look(scales, 249, 1000 + GRID_ROWS).net, net);
  const far = look(scales, 250, 1000 + GRID_ROWS);
  assert.ok(Math.abs(far.net - 500) < 40 && Math.abs(far.deep - 900) < 90);
});

Deno.test("ViewScales leaves the colours alone while no end moves by more than a tenth", () => {
  const { play, look } = scene();
  for (let i = 0; i < 8; i++) play(i, 80, 100);
  const scales = new ViewScales();
  const before = look(scales, 0);
  play(8, 200, 100);
  assert.equal(look(scales, 1000) === before, false);
  const after = look(scales, 2000);
  play(9, 200, 100);
  assert.equal(look(scales, 3000), after);
});

Deno.test("ViewScales does not let a quiet market glow", () => {
  const { play, look } = scene();
  for (let i = 0; i < 8; i++) play(i, 0.1, 100);
  assert.equal(look(new ViewScales(), 0).net, 2);
});
