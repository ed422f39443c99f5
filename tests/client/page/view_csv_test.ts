/** The table of the figures in view. */
import assert from "node:assert/strict";
import { Columns } from "../../../client/history/columns.ts";
import { History } from "../../../client/history/history.ts";
import { viewCsv } from "../../../client/page/view_csv.ts";
import { instrumentOf } from "../../../client/stream/instrument.ts";
import type { GridUpdateMessage } from "../../../engine/wire/messages.ts";
import { gridHead, MNQ } from "../mnq.ts";
import { readingOf } from "../told_states.ts";

Deno.test("the table has mids to the digit, whatever a stream's double has beyond", () => {
  // Best bid and best ask in billionths: of the yen, natural gas, a crude below zero and 256ths.
  const touches = [
    [6_400_000, 6_401_000],
    [3_400_000_000, 3_402_000_000],
    [-37_640_000_000, -37_620_000_000],
    [104_003_906_250, 104_007_812_500],
    [0, 1],
  ] as const;
  const history = new History(8);
  touches.forEach(([bid, ask], event) => {
    const head = gridHead(1_770_388_500_000_000_000n, event + 1, {
      mid_price: (bid + ask) / 2 * 1e-9,
      spot_ref_price_int: "0",
      best_bid_price_int: `${bid}`,
      best_ask_price_int: `${ask}`,
    });
    history.record(head, { columns: {} }, instrumentOf(MNQ), []);
  });
  const columns = new Columns();
  columns.layOut(history.order, {
    ...{ width: 1000, msPerColumn: 1, axis: "time", breakWidth: 2, offset: 1 },
    anchor: history.now,
  });
  const mids = viewCsv(history, columns).trimEnd().split("\n").slice(1)
    .map((line) => line.split(",")[3]);
  assert.deepEqual(mids, ["0.0064005", "3.401", "-37.63", "104.005859375", "5e-10"]);
});

Deno.test("the table has no reading of a book that cannot be read, as the cards have none", () => {
  const reading = readingOf({ state: "UP LEAN", sinceMs: 1_770_388_500_000 });
  const history = new History(8);
  const put = (event: number, more: Partial<GridUpdateMessage>) => {
    const head = gridHead(1_770_388_500_000_000_000n, event, more);
    history.record(head, { columns: {} }, instrumentOf(MNQ), []);
  };
  put(1, { reading });
  put(2, { reading, settled: true, bid_present: false });
  put(3, {});
  const columns = new Columns();
  columns.layOut(history.order, {
    ...{ width: 1000, msPerColumn: 1, axis: "time", breakWidth: 2, offset: 1 },
    anchor: history.now,
  });
  const states = viewCsv(history, columns).trimEnd().split("\n").slice(1)
    .map((line) => line.split(",").at(-1));
  assert.deepEqual(states, ["UP LEAN", "NO READING", ""]);
});
