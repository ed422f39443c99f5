import assert from "node:assert/strict";
import fc from "fast-check";
import { momentOf } from "../../../client/format.ts";
import type { Grid } from "../../../client/stream/grid.ts";
import { instrumentOf } from "../../../client/stream/instrument.ts";
import { cellReadingAt } from "../../../client/history/cell_reading.ts";
import { summaryAt } from "../../../client/history/grid_summary.ts";
import {
  BOOK_CROSSED,
  BOOK_IN_DOUBT,
  BOOK_INVALID,
  BOOK_LOCKED,
} from "../../../client/history/reading_history.ts";
import { gridsFor, History, HISTORY_GRIDS } from "../../../client/history/history.ts";
import { Columns } from "../../../client/history/columns.ts";
import { viewCsv } from "../../../client/page/view_csv.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";
import type { GridUpdateMessage, Trade } from "../../../engine/wire/messages.ts";
import { gridHead, MNQ } from "../mnq.ts";

const INSTRUMENT = instrumentOf(MNQ);
const STARTS_NS = 1_770_388_867_325_000_000n;

/** A grid that builds by `force` above spot. */
function grid(force: number): Grid {
  const pressure_variant = new Float64Array(GRID_ROWS);
  pressure_variant[HALF_WIDTH + 1] = force;
  return { columns: { pressure_variant, rest_depth: new Float64Array(GRID_ROWS).fill(2) } };
}

const head = (event: number, changes?: Partial<GridUpdateMessage>) =>
  gridHead(STARTS_NS, event, changes);

function eventsOf({ order, readings }: History): number[] {
  return Array.from({ length: order.length }, (_, rank) => readings.eventId(order.at(rank)));
}

Deno.test("a History keeps ten minutes at 40 grids a second within 256 MB, less on a phone", () => {
  assert.ok(HISTORY_GRIDS >= 10 * 60 * 40);
  const { readings, cells, flows } = new History(100);
  const held = [readings, cells, flows].map((part) => part.bytesPerGrid).reduce((a, b) => a + b);
  assert.ok(held > 6_000 && held * HISTORY_GRIDS < 250e6, `${held}`);
  assert.equal(gridsFor(1440), HISTORY_GRIDS);
  assert.equal(gridsFor(390), 6_000);
});

Deno.test("a History keeps what the page shows of each of the last grids", () => {
  const history = new History(4);
  for (let event = 1; event <= 6; event++) history.record(head(event), grid(event), INSTRUMENT, []);
  assert.deepEqual(eventsOf(history), [3, 4, 5, 6]);
  const summary = summaryAt(history, history.order.at(1), INSTRUMENT.bucketSize);
  assert.deepEqual([summary.eventId, summary.spot, summary.mid, summary.behindMs], [
    4,
    25_000,
    25_000.125,
    50,
  ]);
  assert.deepEqual([summary.reading.bear, summary.reading.sums.restAbove], [4, 80]);
  assert.equal(summaryAt(history, history.now, INSTRUMENT.bucketSize).behindMs, null);
});

Deno.test("a History keeps what is later over a seek back, and is at the grid that came last", () => {
  const history = new History(16);
  for (const event of [7, 8, 9]) history.record(head(event), grid(event), INSTRUMENT, []);
  history.breakOff();
  for (const event of [3, 4]) history.record(head(event), grid(event), INSTRUMENT, []);
  assert.deepEqual(eventsOf(history), [3, 4, 7, 8, 9]);
  assert.equal(history.readings.eventId(history.now), 4);
  const later = summaryAt(history, history.order.at(4), INSTRUMENT.bucketSize);
  assert.deepEqual([later.behindMs, later.reading.bear], [-125, 9]);
});

Deno.test("a History takes no grid and no execution twice", () => {
  const history = new History(16);
  const trade = (event: number): Trade => [head(event).ts_ns, "25000000000000", 5, "B"];
  for (let pass = 0; pass < 3; pass++) {
    for (const event of [7, 8]) {
      history.record(head(event), grid(event), INSTRUMENT, [trade(event)]);
    }
    history.breakOff();
  }
  assert.deepEqual([eventsOf(history), history.trades.length], [[7, 8], 2]);
});

Deno.test("a History shows nothing of a session after a clear", () => {
  const history = new History(4);
  for (const event of [7, 8, 9]) history.record(head(event), grid(event), INSTRUMENT, []);
  history.clear();
  assert.ok(history.isEmpty);
  history.record(head(2), grid(2), INSTRUMENT, []);
  assert.deepEqual(eventsOf(history), [2]);
});

Deno.test("a moment knows what may be wrong with its book", () => {
  const history = new History(8);
  const crossed = { best_bid_price_int: "25000500000000" };
  history.record(head(1), grid(1), INSTRUMENT, []);
  history.record(head(2, { book_valid: false }), grid(1), INSTRUMENT, []);
  history.record(head(3, { maybe_bad_book: true, ...crossed }), grid(1), INSTRUMENT, []);
  const one = head(4, { best_bid_price_int: "0", bid_present: false, mid_price: 0 });
  history.record(one, grid(1), INSTRUMENT, []);
  const books = [0, 1, 2, 3].map((number) => summaryAt(history, number, 0.25).book);
  assert.deepEqual(books, [0, BOOK_INVALID, BOOK_CROSSED | BOOK_IN_DOUBT, 0]);
  assert.ok(Number.isNaN(summaryAt(history, 3, 0.25).mid));
});

Deno.test("a moment takes a price of 0, or below, for a price", () => {
  const history = new History(8);
  const prices = (bid: string, ask: string, mid_price: number) =>
    history.record(
      head(history.order.length + 1, {
        best_bid_price_int: bid,
        best_ask_price_int: ask,
        mid_price,
      }),
      grid(1),
      INSTRUMENT,
      [],
    );
  prices("0", "250000000", 0.125);
  prices("-250000000", "0", -0.125);
  prices("0", "0", 0);
  prices("250000000", "0", 0.125);
  const readings = [0, 1, 2, 3].map((number) => summaryAt(history, number, 0.25));
  assert.deepEqual(readings.map(({ mid }) => mid), [0.125, -0.125, 0, 0.125]);
  assert.deepEqual(readings.map(({ bestBid }) => bestBid), [0, -0.25, 0, 0.25]);
  assert.deepEqual(readings.map(({ book }) => book), [0, 0, BOOK_LOCKED, BOOK_CROSSED]);
});

Deno.test("what rests is kept to the last contract, however much, and beyond 2^31 as a float32 has it", () => {
  const history = new History(2);
  const fields = ["rest_depth", "bid_depth", "ask_depth", "order_count"] as const;
  const counts = [0, 1, 2 ** 24 + 1, 20_000_001, 2 ** 31 - 1, 2 ** 31 + 2 ** 20, 2 ** 53];
  const column = new Float64Array(GRID_ROWS);
  column.set(counts);
  const columns = Object.fromEntries(fields.map((field) => [field, column]));
  history.record(head(1), { columns }, INSTRUMENT, []);
  for (const field of fields) {
    const kept = counts.map((_, row) => history.readings.cell(history.now, row, field));
    assert.deepEqual(kept, counts, field);
  }
});

Deno.test("best bid and best ask are in the rows of the engine: the nearest, half a tick rounds up", () => {
  const history = new History(2);
  for (const step of [500n, 10_000_000n, 15_625_000n, 250_000_000n, 500_000_000n]) {
    const instrument = { ...INSTRUMENT, bucketSize: Number(step) * 1e-9 };
    const prices = fc.bigInt({ min: -400_000n * step, max: 400_000n * step });
    fc.assert(fc.property(prices, fc.constantFrom(0n, 1n, step / 2n, step - 1n), (row, off) => {
      const bid = row - row % step + off;
      const best_bid_price_int = `${bid}`;
      const event = head(1, { best_bid_price_int, spot_ref_price_int: `${row - row % step}` });
      history.clear();
      history.record(event, grid(1), instrument, []);
      const wanted = (2n * bid + step) / (2n * step);
      const isBelow = 2n * bid + step < 0n && (2n * bid + step) % (2n * step) !== 0n;
      assert.equal(history.bidTick(history.now), Number(isBelow ? wanted - 1n : wanted));
    }));
  }
});

Deno.test("viewCsv() has a row for each grid in view, every digit kept", () => {
  const history = new History(8);
  history.record(head(1), grid(0.1), INSTRUMENT, []);
  history.record(
    head(2, { best_ask_price_int: "0", ask_present: false, mid_price: 0 }),
    grid(1 / 3),
    INSTRUMENT,
    [],
  );
  const columns = new Columns();
  columns.layOut(history.order, {
    ...{ width: 10, msPerColumn: 1_000, axis: "time", breakWidth: 24 },
    ...{ anchor: history.now, offset: 1 },
  });
  const [header, ...rows] = viewCsv(history, columns).trimEnd().split("\n");
  assert.equal(
    header,
    "ts_ns,time_new_york,event_id,mid_price,net_edge,bull_edge,bear_edge," +
      "vacuum_above,pressure_above,pressure_below,vacuum_below,state",
  );
  assert.deepEqual(rows, [
    "1770388867350000000,09:41:07.350,1,25000.125,-0.1,0,0.1,0,0.1,0,0,",
    `1770388867375000000,09:41:07.375,2,,${-1 / 3},0,${1 / 3},0,${1 / 3},0,0,`,
  ]);
});

Deno.test("a cell that is held reads faded forces, and what rests as it was", () => {
  const history = new History(4);
  history.record(head(1), grid(40), INSTRUMENT, []);
  const read = (heldMs: number) => {
    const { price, value } = cellReadingAt(history, history.now, 100_001, 0.25, heldMs);
    return [price, value("pressure_variant"), value("rest_depth")];
  };
  assert.deepEqual(read(0), [25_000.25, 40, 2]);
  const [, pressure, depth] = read(10_000);
  assert.ok(Math.abs(pressure! - 40 / Math.E) < 1e-3);
  assert.equal(depth, 2);
  assert.equal(cellReadingAt(history, history.now, 100_051, 0.25, 0).value("rest_depth"), null);
});

Deno.test("History knows what was traded from the first grid on that came with its trades", () => {
  const history = new History(16);
  const record = (event: number, trades: Trade[], changes = {}) =>
    history.record(gridHead(0n, event, changes), { columns: {} }, INSTRUMENT, trades);
  const trade = (ms: number, size: number): Trade => [`${ms}000000`, "25000000000000", size, "B"];
  record(1, [], { history: true });
  record(2, [], { history: true });
  record(3, [trade(60, 4), trade(75, 2)]);
  record(4, [trade(90, 1)]);
  const at = (ms: number) => history.volumes.upTo(ms)?.at(100_000) ?? null;
  assert.deepEqual([at(50), at(75), at(100)], [null, 6, 7]);
  assert.equal(history.volumes.upTo(100)?.fromMs, momentOf(59_999_999n));
  assert.deepEqual([50, 75, 100, 101].map((ms) => history.volumes.toldSince(ms)), [
    null,
    momentOf(59_999_999n),
    momentOf(59_999_999n),
    null,
  ]);
});

Deno.test("History knows of the trades that were too many to be told", () => {
  const history = new History(8);
  const record = (event: number, trades: Trade[], lost = 0) =>
    history.record(gridHead(0n, event), { columns: {} }, INSTRUMENT, trades, [], lost);
  const trade = (ms: number): Trade => [`${ms}000000`, "25000000000000", 3, "B"];
  record(1, []);
  record(2, [trade(40)]);
  assert.equal(history.volumes.upTo(50)?.hasHoles, false);
  record(3, [trade(70)], 5);
  assert.equal(history.volumes.upTo(75)?.hasHoles, true);
  assert.equal(history.volumes.upTo(75)?.at(100_000), 6);
});

Deno.test("gaps of the feed are remembered each once, however often they are told", () => {
  const history = new History(8);
  history.noteGap(100, 200);
  // Again and again, as after seeks.
  for (let i = 0; i < 1_000; i++) history.noteGap(300, 400);
  history.noteGap(300, 500);
  const has = (fromMs: number, toMs: number) => history.hasGap(fromMs, toMs);
  assert.deepEqual([has(150, 160), has(350, 360), has(450, 460)], [true, true, true]);
  assert.deepEqual([has(0, 100), has(200, 300), has(500, 900)], [false, false, false]);
  history.clear();
  assert.equal(has(0, 900), false);
});

Deno.test("what a lag leaves out are grids: its trades come with the next, and leave no hole", () => {
  const record = (history: History, event: number, trades: Trade[], lost = 0) =>
    history.record(gridHead(0n, event), { columns: {} }, INSTRUMENT, trades, [], lost);
  const trade = (ms: number): Trade => [`${ms}000000`, "25000000000000", 3, "B"];
  const hasHoles = (leaveOut: (history: History) => void, lost = 0) => {
    const history = new History(8);
    record(history, 1, []);
    record(history, 2, [trade(40)]);
    leaveOut(history);
    record(history, 8, [trade(70), trade(190)], lost);
    return history.volumes.upTo(200)?.hasHoles;
  };
  assert.equal(hasHoles((history) => history.breakOff("lag")), false);
  assert.equal(hasHoles((history) => history.breakOff("lag"), 1), true);
  assert.equal(hasHoles((history) => history.breakOff()), true);
  // Whatever else there was beside a lag.
  assert.equal(hasHoles((history) => (history.breakOff(), history.breakOff("lag"))), true);
  assert.equal(hasHoles((history) => (history.breakOff("lag"), history.breakOff())), true);
  assert.equal(hasHoles((history) => (history.noteGap(50, 60), history.breakOff("lag"))), true);
});

Deno.test("a trade whose millisecond goes to make room for it counts once, though it comes again", () => {
  const history = new History(16);
  const record = (event: number, ns: number, count: number) => {
    const told: Trade[] = Array.from({ length: count }, () => [`${ns}`, "25000000000000", 1, "B"]);
    const at = { ts_ns: `${ns + 50_000}` };
    history.record(gridHead(0n, event, at), { columns: {} }, INSTRUMENT, told);
  };
  // As many as are kept: early ones, and more of one millisecond later on.
  record(1, 5_000_000, 32_760);
  history.breakOff();
  record(8, 990_400_000, 16_388);
  record(9, 990_600_000, 16_388);
  for (let time = 0; time < 2; time++) {
    history.breakOff();
    record(7, 990_100_000, 1);
  }
  assert.equal(history.volumes.upTo(990.15)?.at(100_000), 32_761);
});
