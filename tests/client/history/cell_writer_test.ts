import assert from "node:assert/strict";
import type { Grid } from "../../../client/stream/grid.ts";
import { encodeCell, netOfCell } from "../../../client/history/cell.ts";
import { CellHistory } from "../../../client/history/cell_history.ts";
import { CellWriter } from "../../../client/history/cell_writer.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";

/** A grid whose bucket `row` has this net force, depth and last event; all others are empty. */
function gridWith(row: number, net: number, depth: number, event: number): Grid {
  const columns = {
    pressure_variant: new Float64Array(GRID_ROWS),
    vacuum_variant: new Float64Array(GRID_ROWS),
    rest_depth: new Float64Array(GRID_ROWS),
    last_event_id: new Float64Array(GRID_ROWS),
  };
  if (net > 0) columns.pressure_variant[row] = net;
  else columns.vacuum_variant[row] = -net;
  columns.rest_depth[row] = depth;
  columns.last_event_id[row] = event;
  return { columns };
}

/** A writer of grids that go on from one another, numbered from 0. */
function setUp() {
  const history = new CellHistory(8);
  const writer = new CellWriter(history);
  let next = 0;
  const record = (grid: Grid, spotTick: number, timeMs: number) => {
    writer.record(next, grid, spotTick, timeMs, next === 0 ? null : next - 1);
    next++;
  };
  return { history, writer, record };
}

const ROW = HALF_WIDTH + 3;

Deno.test("CellWriter colours by the scales that the grid itself has raised", () => {
  const { history, record } = setUp();
  record(gridWith(ROW, 40, 90, 1), 100, 0);
  assert.equal(history.cells(0)[ROW], encodeCell(40, 90, 40, 90));
  assert.equal(history.cells(0)[ROW + 1], 0);
  assert.equal(history.spotTick(0), 100);
});

Deno.test("CellWriter keeps the colour of a bucket that no record touched", () => {
  const { history, record } = setUp();
  record(gridWith(ROW, 40, 90, 7), 100, 0);
  record(gridWith(ROW, 1, 90, 7), 100, 30_000);
  assert.equal(history.cells(1)[ROW], history.cells(0)[ROW]);
});

Deno.test("CellWriter colours a touched bucket anew", () => {
  const { history, record } = setUp();
  record(gridWith(ROW, 40, 90, 7), 100, 0);
  record(gridWith(ROW, -40, 90, 8), 100, 25);
  assert.equal(netOfCell(history.cells(1)[ROW] ?? 0), -1);
});

Deno.test("CellWriter follows a bucket's price through a shift of spot", () => {
  const { history, record } = setUp();
  record(gridWith(ROW, 40, 90, 7), 100, 0);
  record(gridWith(ROW - 2, 1, 90, 7), 102, 25);
  assert.equal(history.cells(1)[ROW - 2], history.cells(0)[ROW]);
  record(gridWith(ROW + 5, 1, 90, 7), 95, 50);
  assert.equal(history.cells(2)[ROW + 5], history.cells(0)[ROW]);
});

Deno.test("CellWriter does not mistake another price's bucket for the same", () => {
  const { history, record } = setUp();
  record(gridWith(ROW, 40, 90, 7), 100, 0);
  record(gridWith(ROW, 10, 90, 7), 101, 0);
  assert.equal(history.cells(1)[ROW], encodeCell(10, 90, 40, 90));
});

Deno.test("CellWriter colours anew where the depth changed without a touch", () => {
  const { history, record } = setUp();
  record(gridWith(ROW, 40, 90, 7), 100, 0);
  record(gridWith(ROW, 40, 10, 7), 100, 0);
  assert.equal(history.cells(1)[ROW], encodeCell(40, 10, 40, 90));
});

Deno.test("CellWriter colours every bucket anew without event ids", () => {
  const { history, record } = setUp();
  const { last_event_id: _, ...columns } = gridWith(ROW, 40, 90, 7).columns;
  record({ columns }, 100, 0);
  const { last_event_id: __, ...later } = gridWith(ROW, -40, 90, 7).columns;
  record({ columns: later }, 100, 0);
  assert.equal(netOfCell(history.cells(1)[ROW] ?? 0), -1);
});

Deno.test("CellWriter colours a bucket that left the grid and came back as it is now", () => {
  const { history, writer, record } = setUp();
  record(gridWith(ROW, 40, 90, 7), 100, 0);
  record(gridWith(0, 40, 90, 9), 100 + GRID_ROWS, 25);
  record(gridWith(ROW, 10, 90, 7), 100, 50);
  assert.equal(history.cells(2)[ROW], encodeCell(10, 90, writer.netScale, 90));
});

Deno.test("CellWriter colours anew what goes on from nothing, and goes on from what was there", () => {
  const { history, writer, record } = setUp();
  record(gridWith(ROW, 40, 90, 7), 100, 0);
  writer.record(1, gridWith(ROW, 10, 90, 7), 100, 0, null);
  assert.equal(history.cells(1)[ROW], encodeCell(10, 90, 40, 90));
  writer.pass(gridWith(ROW, 40, 90, 7));
  writer.record(2, gridWith(ROW, 10, 90, 7), 100, 0, 0);
  assert.equal(history.cells(2)[ROW], history.cells(0)[ROW]);
});

Deno.test("CellWriter keeps no scale over a clear", () => {
  const { history, writer, record } = setUp();
  record(gridWith(ROW, 40, 90, 7), 100, 0);
  writer.clear();
  writer.record(1, gridWith(ROW, 4, 90, 7), 100, 0, null);
  assert.equal(history.cells(1)[ROW], encodeCell(4, 90, 4, 90));
});
