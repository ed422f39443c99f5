import assert from "node:assert/strict";
import { paintProfile } from "../../../client/heatmap/profile_painter.ts";
import type { Theme } from "../../../client/heatmap/theme.ts";
import { History } from "../../../client/history/history.ts";
import { instrumentOf } from "../../../client/stream/instrument.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";
import { gridHead, MNQ } from "../mnq.ts";

const WIDTH = 116;
const MIDDLE = 58;
/** Half of it, less what keeps bars from the edge. */
const ROOM = 50;

/** The bars that a book paints: where they begin and how long they are, by bucket. */
function barsOf(bids: Record<number, number>, asks: Record<number, number>) {
  const column = (depths: Record<number, number>) => {
    const values = new Float64Array(GRID_ROWS);
    for (const [k, depth] of Object.entries(depths)) values[Number(k) + HALF_WIDTH] = depth;
    return values;
  };
  const history = new History(4);
  const columns = { bid_depth: column(bids), ask_depth: column(asks) };
  history.record(gridHead(1n, 1), { columns }, instrumentOf(MNQ), []);
  const bars: { k: number; x: number; length: number }[] = [];
  const view = { width: 100, height: 1010, rowHeight: 10, anchor: history.spotTick(history.now) };
  const context = {
    fillRect(x: number, y: number, length: number, height: number) {
      if (height === 9) bars.push({ k: 50 - y / 10, x, length });
    },
    fillText() {},
  };
  const surface = { context: context as unknown as CanvasRenderingContext2D, ratio: 1 };
  const theme = {} as Theme;
  paintProfile({ ...surface, theme }, view, WIDTH, history, history.now, [], 0, String);
  return bars;
}

Deno.test("paintProfile() shows bids to the left and asks to the right, at spot too", () => {
  assert.deepEqual(barsOf({ [-1]: 20, 0: 5 }, { 0: 10, 1: 40 }), [
    { k: -1, x: MIDDLE - ROOM / 2, length: ROOM / 2 },
    { k: 0, x: MIDDLE - ROOM / 8, length: ROOM / 8 },
    { k: 0, x: MIDDLE, length: ROOM / 4 },
    { k: 1, x: MIDDLE, length: ROOM },
  ]);
});

Deno.test("paintProfile() shows each side of a bucket that has both, wherever it is", () => {
  assert.deepEqual(barsOf({ 7: 30 }, { 7: 30 }).map(({ k, x }) => [k, x]), [
    [7, MIDDLE - ROOM],
    [7, MIDDLE],
  ]);
});
