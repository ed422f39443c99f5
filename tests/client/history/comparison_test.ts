import assert from "node:assert/strict";
import { depthChange, readingChange, snapshotOf } from "../../../client/history/comparison.ts";
import { readingOf } from "../../../client/history/edge.ts";
import { History } from "../../../client/history/history.ts";
import { instrumentOf } from "../../../client/stream/instrument.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";
import { gridHead, MNQ } from "../mnq.ts";

const INSTRUMENT = instrumentOf(MNQ);
const SPOT = 100_000;

/** Records a grid around a spot with depths by price tick. */
function record(history: History, event: number, spot: number, bids: Record<number, number>) {
  const column = new Float64Array(GRID_ROWS);
  for (const [tick, depth] of Object.entries(bids)) {
    column[Number(tick) - spot + HALF_WIDTH] = depth;
  }
  const head = gridHead(0n, event, { spot_ref_price_int: `${BigInt(spot) * 250_000_000n}` });
  history.record(head, { columns: { bid_depth: column } }, INSTRUMENT, []);
}

Deno.test("a snapshot is compared by price, though spot has moved and the history has let it go", () => {
  const history = new History(2);
  record(history, 1, SPOT, { [SPOT - 1]: 10, [SPOT + 50]: 4 });
  const before = snapshotOf(history, history.now, INSTRUMENT.bucketSize);
  for (const event of [2, 3, 4]) record(history, event, SPOT + 2, { [SPOT - 1]: 7, [SPOT]: 5 });
  const change = (tick: number, side: "bid_depth" | "ask_depth" = "bid_depth") =>
    depthChange(before, history, history.now, tick, side);
  assert.deepEqual([-1, 0, 50, -48].map((k) => change(SPOT + k)), [-3, 5, -4, 0]);
  assert.equal(change(SPOT, "ask_depth"), 0);
  // One of the two does not have them.
  assert.deepEqual([-50, 51, 52, -90].map((k) => change(SPOT + k)), [NaN, NaN, NaN, NaN]);
  assert.equal(before.summary.timeMs, 25);
});

Deno.test("readingChange() is the difference of every figure", () => {
  const sums = { vacAbove: 4, pressAbove: 3, pressBelow: 2, vacBelow: 1 };
  const before = readingOf({ ...sums, restAbove: 100, restBelow: 90 });
  const now = readingOf({
    ...{ vacAbove: 1, pressAbove: 9, pressBelow: 2, vacBelow: 8 },
    ...{ restAbove: 80, restBelow: 95 },
  });
  const change = readingChange(before, now);
  assert.deepEqual(change.sums, {
    ...{ vacAbove: -3, pressAbove: 6, pressBelow: 0, vacBelow: 7 },
    ...{ restAbove: -20, restBelow: 5 },
  });
  for (const name of ["bull", "bear", "net", "conviction"] as const) {
    assert.equal(change[name], now[name] - before[name], name);
  }
});
