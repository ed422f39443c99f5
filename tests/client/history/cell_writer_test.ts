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

function setUp(): { history: CellHistory; writer: CellWriter } {
  const history = new CellHistory(8);
  return { history, writer: new CellWriter(history) };
}

const ROW = HALF_WIDTH + 3;

Deno.test("CellWriter colours by the scales that the grid itself has raised", () => {
  const { history, writer } = setUp();
  writer.record(gridWith(ROW, 40, 90, 1), 100, 0);
  assert.equal(history.cells(0)[ROW], encodeCell(40, 90, 40, 90));
  assert.equal(history.cells(0)[ROW + 1], 0);
  assert.equal(history.spotTick(0), 100);
});

Deno.test("CellWriter keeps the colour of a bucket that no record touched", () => {
  const { history, writer } = setUp();
  writer.record(gridWith(ROW, 40, 90, 7), 100, 0);
  writer.record(gridWith(ROW, 1, 90, 7), 100, 30_000);
  assert.equal(history.cells(1)[ROW], history.cells(0)[ROW]);
});

Deno.test("CellWriter colours a touched bucket anew", () => {
  const { history, writer } = setUp();
  writer.record(gridWith(ROW, 40, 90, 7), 100, 0);
  writer.record(gridWith(ROW, -40, 90, 8), 100, 25);
  assert.equal(netOfCell(history.cells(1)[ROW] ?? 0), -1);
});

Deno.test("CellWriter follows a bucket's price through a shift of spot", () => {
  const { history, writer } = setUp();
  writer.record(gridWith(ROW, 40, 90, 7), 100, 0);
  writer.record(gridWith(ROW - 2, 1, 90, 7), 102, 25);
  assert.equal(history.cells(1)[ROW - 2], history.cells(0)[ROW]);
  writer.record(gridWith(ROW + 5, 1, 90, 7), 95, 50);
  assert.equal(history.cells(2)[ROW + 5], history.cells(0)[ROW]);
});

Deno.test("CellWriter does not mistake another price's bucket for the same", () => {
  const { history, writer } = setUp();
  writer.record(gridWith(ROW, 40, 90, 7), 100, 0);
  writer.record(gridWith(ROW, 10, 90, 7), 101, 0);
  assert.equal(history.cells(1)[ROW], encodeCell(10, 90, 40, 90));
});

Deno.test("CellWriter colours anew where the depth changed without a touch", () => {
  const { history, writer } = setUp();
  writer.record(gridWith(ROW, 40, 90, 7), 100, 0);
  writer.record(gridWith(ROW, 40, 10, 7), 100, 0);
  assert.equal(history.cells(1)[ROW], encodeCell(40, 10, 40, 90));
});

Deno.test("CellWriter colours every bucket anew without event ids", () => {
  const { history, writer } = setUp();
  const { last_event_id: _, ...columns } = gridWith(ROW, 40, 90, 7).columns;
  writer.record({ columns }, 100, 0);
  const { last_event_id: __, ...later } = gridWith(ROW, -40, 90, 7).columns;
  writer.record({ columns: later }, 100, 0);
  assert.equal(netOfCell(history.cells(1)[ROW] ?? 0), -1);
});

Deno.test("CellWriter keeps no colour and no scale over a clear", () => {
  const { history, writer } = setUp();
  writer.record(gridWith(ROW, 40, 90, 7), 100, 0);
  writer.clear();
  assert.equal(history.end, 0);
  writer.record(gridWith(ROW, 4, 90, 7), 100, 0);
  assert.equal(history.cells(0)[ROW], encodeCell(4, 90, 4, 90));
});
