import assert from "node:assert/strict";
import { eventsNear, paintEvents } from "../../../client/heatmap/events_painter.ts";
import type { Theme } from "../../../client/heatmap/theme.ts";
import { Columns } from "../../../client/history/columns.ts";
import { History } from "../../../client/history/history.ts";
import { instrumentOf } from "../../../client/stream/instrument.ts";
import type { BookEventMessage } from "../../../engine/wire/messages.ts";
import { gridHead, MNQ } from "../mnq.ts";

const SPOT = 100_000;
const priceInt = (ticks: number) => `${(SPOT + ticks) * 250_000_000}`;

const SWEEP: BookEventMessage = {
  ...{ event: "sweep", ts_ns: "100000000", event_id: 1, side: "B", size: 9, prices: 3 },
  ...{ from_price_int: priceInt(1), price_int: priceInt(3) },
};
const RESERVE: BookEventMessage = {
  ...{ event: "reserve", ts_ns: "200000000", event_id: 2, side: "A", size: 1, shown: 1 },
  ...{ order_id: "7", filled: 4, refills: 3, since_ts_ns: "1", price_int: priceInt(-2) },
};

/** Two grids 400 ms apart, with events between them, in columns of 10 ms. */
function picture(events: readonly BookEventMessage[]) {
  const history = new History(4);
  history.record(gridHead(0n, 0), { columns: {} }, instrumentOf(MNQ), []);
  history.record(gridHead(0n, 16), { columns: {} }, instrumentOf(MNQ), [], events);
  const columns = new Columns();
  columns.layOut(history.order, {
    ...{ width: 60, msPerColumn: 10, axis: "time", breakWidth: 24 },
    ...{ anchor: history.now, offset: 1 },
  });
  const view = { width: 60, height: 400, rowHeight: 10, anchor: SPOT };
  return { history, columns, view };
}

/** Paths that were filled or stroked, as their points, with the colour. */
class FakePath {
  readonly points: string[] = [];
  moveTo(x: number, y: number): void {
    this.points.push(`M${x} ${y}`);
  }
  lineTo(x: number, y: number): void {
    this.points.push(`${x} ${y}`);
  }
  closePath(): void {
    this.points.push("Z");
  }
}

Deno.test("a sweep is an arrow over its prices, a reserve a diamond at its price, filled by who it is", () => {
  const { history, columns, view } = picture([SWEEP, RESERVE]);
  const filled: Record<string, string> = {};
  const context = {
    fillStyle: "",
    fill(path: FakePath) {
      filled[this.fillStyle] = path.points.join(" ");
    },
    stroke() {},
  };
  const theme = { text: "text", ground: "ground" } as Theme;
  const { Path2D } = globalThis;
  try {
    globalThis.Path2D = FakePath as unknown as typeof Path2D;
    paintEvents(
      { context: context as unknown as CanvasRenderingContext2D, theme, ratio: 1 },
      history.events,
      columns,
      view,
    );
  } finally {
    globalThis.Path2D = Path2D;
  }
  // 41 columns up to the right edge; rows of 10 pixels, spot's middle at 195.5 or so.
  const [x, y] = [columns.xOfTime(100)!, 0];
  const rows = (text: string) =>
    text.match(/[-\d.]+ [-\d.]+/g)!.map((p) => p.split(" ").map(Number));
  const arrow = rows(filled["text"]!);
  assert.deepEqual(arrow.map(([px]) => px! - x), [0, 4, -4]);
  // It points up.
  assert.ok(arrow[0]![1]! < arrow[1]![1]! && arrow[1]![1] === arrow[2]![1] && y === 0);
  const diamond = rows(filled["ground"]!);
  const at = columns.xOfTime(200)!;
  assert.deepEqual(diamond.map(([px]) => px! - at), [0, 4, 0, -4]);
  // Five ticks lower than where the sweep ended.
  assert.equal(diamond[1]![1]! - (arrow[0]![1]! + 4), 50);
});

Deno.test("what is near is told: of a sweep all its prices, of a reserve its own", () => {
  const { history, columns, view } = picture([SWEEP, RESERVE]);
  const near = (timeMs: number, ticks: number) =>
    eventsNear(history.events, columns, view, {
      x: columns.xOfTime(timeMs)!,
      tick: SPOT + ticks,
    }, 1).map(({ event }) => event.event_id);
  assert.deepEqual(near(100, 1), [1]);
  assert.deepEqual(near(100, 2), [1]);
  assert.deepEqual(near(100, 3), [1]);
  assert.deepEqual(near(100, 4), []);
  assert.deepEqual(near(200, -2), [2]);
  assert.deepEqual(near(200, 0), []);
  assert.deepEqual(near(300, -2), []);
});
