import assert from "node:assert/strict";
import { Crosshair } from "../../../client/heatmap/crosshair.ts";
import { Columns } from "../../../client/history/columns.ts";
import { GridOrder } from "../../../client/history/grid_order.ts";

const VIEW = { width: 10, height: 100, rowHeight: 10, anchor: 1000 };

function setUp() {
  const order = new GridOrder(4);
  order.place(100_000_000n, 1);
  order.place(110_000_000n, 2);
  order.breakOff();
  order.place(900_000_000n, 3);
  const columns = new Columns();
  columns.layOut(order, {
    ...{ width: 10, msPerColumn: 10, axis: "time", breakWidth: 3, offset: 1 },
    anchor: order.now,
  });
  return { order, columns, crosshair: new Crosshair() };
}

Deno.test("Crosshair points at the grid under the pointer, at nothing in a break or beyond", () => {
  const { order, columns, crosshair } = setUp();
  const at = (x: number) => {
    crosshair.point({ x, y: 20 });
    return crosshair.target(VIEW, columns, order);
  };
  assert.deepEqual(at(9.5), { grid: 2, x: 9, tick: 1003 });
  assert.deepEqual(at(5), { grid: 1, x: 5, tick: 1003 });
  assert.deepEqual([at(8), at(6), at(3), at(-1), at(10)], [null, null, null, null, null]);
});

Deno.test("Crosshair keeps to a pinned grid, and to the oldest once that has given way", () => {
  const { order, columns, crosshair } = setUp();
  crosshair.pin(0);
  assert.deepEqual(crosshair.target(VIEW, columns, order), { grid: 0, x: 4, tick: null });
  for (const ms of [910, 920]) order.place(BigInt(ms) * 1_000_000n, ms);
  assert.equal(crosshair.target(VIEW, columns, order)?.grid, 1);
  crosshair.pin(null);
  assert.equal(crosshair.target(VIEW, columns, order), null);
});

Deno.test("Crosshair keeps to an instant to which a pinned grid is held", () => {
  const { order, columns, crosshair } = setUp();
  crosshair.pin(1, 112.5);
  assert.equal(crosshair.pinnedMs, 112.5);
  assert.deepEqual(crosshair.target(VIEW, columns, order), {
    ...{ grid: 1, x: 5, tick: null, atMs: 112.5 },
  });
  // In the column of the instant, not of the grid.
  crosshair.pin(0, 109);
  assert.equal(crosshair.target(VIEW, columns, order)?.x, 4);
  crosshair.pin(0, 112);
  assert.deepEqual(crosshair.target(VIEW, columns, order), {
    ...{ grid: 0, x: 5, tick: null, atMs: 112 },
  });
  // The price cursor goes with it, and not to another grid.
  crosshair.setCursor(0, 1001);
  assert.equal(crosshair.pinnedMs, 112);
  crosshair.setCursor(1, 1001);
  assert.equal(crosshair.pinnedMs, null);
  crosshair.pin(0);
  assert.equal(crosshair.pinnedMs, null);
});

Deno.test("Crosshair has a price cursor at a pinned grid, which goes with it until a pointer points", () => {
  const { order, columns, crosshair } = setUp();
  crosshair.point({ x: 9, y: 20 });
  crosshair.setCursor(0, 1001);
  const target = () => crosshair.target(VIEW, columns, order);
  assert.deepEqual(target(), { grid: 0, x: 4, tick: 1001 });
  // In the middle of its row.
  assert.deepEqual(crosshair.place, { x: 4, y: 45 });
  crosshair.pin(1);
  assert.deepEqual(target(), { grid: 1, x: 5, tick: 1001 });
  crosshair.removeCursor();
  assert.deepEqual([target()?.tick, crosshair.place], [null, null]);
  crosshair.setCursor(0, 1001);
  crosshair.point({ x: 9, y: 20 });
  assert.deepEqual([target()?.grid, crosshair.cursor], [2, null]);
  crosshair.setCursor(0, 1001);
  crosshair.pin(null);
  assert.deepEqual([target()?.tick, crosshair.cursor], [undefined, null]);
});
