import assert from "node:assert/strict";
import { paintLevels } from "../../../client/heatmap/level_painter.ts";
import type { Theme } from "../../../client/heatmap/theme.ts";
import { History } from "../../../client/history/history.ts";
import { instrumentOf } from "../../../client/stream/instrument.ts";
import type { SessionMessage } from "../../../engine/wire/messages.ts";
import { lineTicks } from "../../../client/page/reader_marks.ts";
import { gridHead, MNQ } from "../mnq.ts";

const SPOT = 100_000;

/** The names of the lines that are painted of a session's trades, and where the lines are. */
function painted(session: SessionMessage, lines: readonly number[] = []): [string, number][] {
  const history = new History(4);
  history.record(gridHead(1n, 1, { session }), { columns: {} }, instrumentOf(MNQ), []);
  const names: [string, number][] = [];
  let lineY = NaN;
  const context = {
    moveTo: (_x: number, y: number) => lineY = y,
    fillText: (text: string) => names.push([text, lineY]),
    ...{ beginPath() {}, lineTo() {}, setLineDash() {}, stroke() {}, strokeText() {} },
  };
  paintLevels(
    { context: context as unknown as CanvasRenderingContext2D, theme: {} as Theme, ratio: 1 },
    { width: 500, height: 400, rowHeight: 10, anchor: SPOT },
    history,
    history.now,
    lines,
    String,
  );
  return names;
}

Deno.test("paintLevels() has a line for the session's high, low and mean, in its row", () => {
  const session = {
    high: "25001000000000",
    low: "24998000000000",
    // A quarter of the way from one tick to the next.
    vwap: "25000062500000",
    volume: "12",
  };
  assert.deepEqual(painted(session), [["high", 165.5], ["low", 285.5], ["mean", 203.5]]);
});

Deno.test("paintLevels() has none for what is not known, or not in view", () => {
  const none = { high: null, low: null, vwap: null, volume: null };
  assert.deepEqual(painted(none), []);
  // A price line stands at its own price, between two rows too, and says so.
  const between = lineTicks([25_000.3], 0.25);
  assert.deepEqual(painted(none, between), [["100001.2", 193.5]]);
  const far = { high: "26000000000000", low: "0", vwap: null, volume: "1" };
  assert.deepEqual(painted(far, [SPOT + 3, SPOT + 300]), [[`${SPOT + 3}`, 175.5]]);
});
