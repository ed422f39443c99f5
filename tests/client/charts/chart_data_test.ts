import assert from "node:assert/strict";
import { ChartData } from "../../../client/charts/chart_data.ts";
import { Columns } from "../../../client/history/columns.ts";
import { GridOrder } from "../../../client/history/grid_order.ts";
import { ReadingHistory } from "../../../client/history/reading_history.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";

Deno.test("ChartData has a point for each column: held through silence, none in a break", () => {
  const order = new GridOrder(8);
  const readings = new ReadingHistory(8);
  const play = (ms: number, mid_price: number) => {
    const pressure_variant = new Float64Array(GRID_ROWS);
    pressure_variant[HALF_WIDTH - 1] = mid_price;
    const ts_ns = `${ms * 1_000_000}`;
    const { number } = order.place(BigInt(ts_ns), ms);
    readings.write(number, { columns: { pressure_variant } }, {
      ...{ type: "grid_update", ts_ns, event_id: ms, mid_price, spot_ref_price_int: "0" },
      ...{ best_bid_price_int: "0", best_ask_price_int: "0", book_valid: true },
      ...{ bid_present: true, ask_present: true },
    }, 1);
  };
  play(100, 1);
  play(120, 2);
  order.breakOff();
  play(900, 3);
  const columns = new Columns();
  columns.layOut(order, {
    ...{ width: 8, msPerColumn: 10, axis: "time", breakWidth: 2, offset: 1, anchor: order.now },
  });
  const data = new ChartData();
  data.fill(readings, columns);
  const mids = [NaN, NaN, 1, 1, 2, NaN, NaN, 3];
  assert.deepEqual([...data.line("mid")], mids);
  assert.deepEqual([...data.line("net")], mids);
  // What lies below is drawn downward.
  assert.deepEqual([...data.line("pressure_below")], mids.map((mid) => -mid));
  assert.deepEqual([...data.xs], mids.map((_, x) => x + 0.5));
  assert.deepEqual(data.extent(["mid"]), { min: 1, max: 3 });
});
