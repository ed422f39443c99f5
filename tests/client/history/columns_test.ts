import assert from "node:assert/strict";
import fc from "fast-check";
import { type Axis, BREAK, Columns, type ColumnView } from "../../../client/history/columns.ts";
import { GridOrder, NO_GRID } from "../../../client/history/grid_order.ts";
import { OPERATIONS, perform } from "./plain_order.ts";

const GRID_MS = 25;

/** The whole history as one strip of columns. */
interface Strip {
  readonly grids: number[];
  /** Where each break is, how many columns it takes, and its length in milliseconds. */
  readonly breaks: { at: number; width: number; lengthMs: number }[];
}

function stripOf(order: GridOrder, axis: Axis, msPerColumn: number, breakWidth: number): Strip {
  const strip: Strip = { grids: [], breaks: [] };
  let bin = NaN;
  let segmentBin = NaN;
  for (let rank = 0; rank < order.length; rank++) {
    const grid = order.at(rank);
    const value = axis === "time" ? order.time(grid) : (order.gone + rank) * GRID_MS;
    const own = Math.floor(value / msPerColumn);
    const lengthMs = rank === 0 ? 0 : order.time(grid) - order.time(order.at(rank - 1));
    const isWide = lengthMs >= 2 * msPerColumn;
    // A short one takes a column, once within a stretch of a column.
    if (rank > 0 && order.begins(rank) && (isWide || own !== segmentBin)) {
      const width = isWide ? breakWidth : 1;
      strip.breaks.push({ at: strip.grids.length, width, lengthMs });
      for (let i = 0; i < width; i++) strip.grids.push(BREAK);
      bin = NaN;
      segmentBin = own;
    }
    if (own === bin) strip.grids.pop();
    const held = strip.grids.at(-1) ?? grid;
    for (bin++; bin < own; bin++) strip.grids.push(held);
    strip.grids.push(grid);
    bin = own;
  }
  return strip;
}

function lastOf(strip: Strip, grid: number): number {
  return strip.grids.indexOf(grid);
}

const VIEWS = fc.record({
  width: fc.integer({ min: 1, max: 60 }),
  msPerColumn: fc.oneof(
    fc.integer({ min: 1, max: 60 }),
    fc.double({ min: 0.5, max: 40, noNaN: true }),
  ),
  axis: fc.constantFrom<Axis>("time", "event"),
  breakWidth: fc.integer({ min: 1, max: 5 }),
  offset: fc.integer({ min: -80, max: 80 }),
});

Deno.test("Columns shows of each column what a strip of the whole history has there", () => {
  fc.assert(
    fc.property(OPERATIONS, VIEWS, fc.nat(), (operations, parts, pick) => {
      const order = new GridOrder(40);
      perform(operations, order);
      if (order.length === 0) return;
      const strip = stripOf(order, parts.axis, parts.msPerColumn, parts.breakWidth);
      // Of grids in one column only the last is shown, and any of them may be the anchor.
      const shown = strip.grids.filter((grid) => grid >= 0);
      const anchor = shown[pick % shown.length]!;
      const columns = new Columns();
      columns.layOut(order, { ...parts, anchor });

      const right = Math.min(
        strip.grids.length,
        Math.max(1, lastOf(strip, anchor) + parts.offset),
      );
      const left = right - parts.width;
      const wanted = Array.from(
        { length: parts.width },
        (_, x) => strip.grids[left + x] ?? NO_GRID,
      );
      assert.deepEqual([...columns.grids], wanted);
      for (const grid of new Set(shown)) {
        assert.equal(columns.xOf(grid), lastOf(strip, grid) - left);
      }
      const breaks: Strip["breaks"] = [];
      columns.visitBreaks((x, width, fromMs, toMs) => {
        breaks.push({ at: x + left, width, lengthMs: toMs - fromMs });
      });
      assert.deepEqual(
        breaks,
        strip.breaks.filter(({ at, width }) => at < right && at + width > left),
      );
      wanted.forEach((grid, x) => {
        const timeMs = columns.times[x]!;
        assert.equal(columns.gridAt(x), grid >= 0 ? grid : null);
        assert.equal(Number.isNaN(timeMs), grid < 0);
        if (grid < 0) return;
        const isHeld = strip.grids[left + x - 1] === grid;
        if (parts.axis === "event") assert.equal(timeMs, order.time(grid));
        else assert.ok(isHeld ? timeMs > order.time(grid) : timeMs <= order.time(grid));
      });
    }),
    { numRuns: 500 },
  );
});

Deno.test("Columns places an instant in the column that holds it, and nothing in a break", () => {
  fc.assert(fc.property(OPERATIONS, VIEWS, (operations, parts) => {
    const order = new GridOrder(40);
    perform(operations, order);
    if (order.length === 0) return;
    const columns = new Columns();
    columns.layOut(order, { ...parts, anchor: order.now });
    for (let rank = 0; rank < order.length; rank++) {
      const grid = order.at(rank);
      // Of stretches that share an instant the latest has it.
      const last = order.rankAt(order.time(grid));
      let isShared = false;
      for (let later = rank + 1; later <= last; later++) isShared ||= order.begins(later);
      if (isShared) continue;
      const x = columns.xOfTime(order.time(grid));
      // By event several grids may have an instant; the first of them has it.
      const ranks = Array.from({ length: order.length }, (_, i) => i);
      const first = order.at(ranks.find((i) => order.time(order.at(i)) === order.time(grid))!);
      assert.equal(x, columns.xOf(parts.axis === "time" ? grid : first));
      if (rank === 0 || !order.begins(rank)) continue;
      const before = order.time(order.at(rank - 1));
      const lengthMs = order.time(grid) - before;
      if (lengthMs < 4 * parts.msPerColumn) continue;
      assert.equal(columns.xOfTime(before + Math.floor(lengthMs / 2)), null);
    }
    assert.equal(columns.xOfTime(-1e6), null);
    assert.equal(columns.xOfTime(1e9), null);
  }));
});

Deno.test("Columns has what falls between two grids of a stretch in a column that shows both sides", () => {
  const parts = fc.tuple(OPERATIONS, VIEWS, fc.nat(), fc.integer({ min: 1, max: 3 }));
  fc.assert(fc.property(parts, ([operations, view, pick, quarter]) => {
    const order = new GridOrder(40);
    perform(operations, order);
    const ranks = Array.from({ length: order.length }, (_, rank) => rank).filter((rank) =>
      !order.begins(rank) && order.time(order.at(rank)) > order.time(order.at(rank - 1))
    );
    if (ranks.length === 0) return;
    const grid = order.at(ranks[pick % ranks.length]!);
    const before = order.at(order.rankOf(grid) - 1);
    const [fromMs, toMs] = [order.time(before), order.time(grid)];
    const columns = new Columns();
    columns.layOut(order, { ...view, anchor: grid, offset: 1 });
    const at = columns.xOfTime(fromMs + (toMs - fromMs) * quarter / 4);
    // By event it shows with the grid that came with it; by time between the two.
    if (view.axis === "event") assert.equal(at, columns.xOf(grid));
    else assert.ok(at !== null && at >= columns.xOf(before) && at <= columns.xOf(grid));
    assert.ok(toMs < columns.toMs);
  }));
});

Deno.test("Columns ends each column where the next begins, however wide they are", () => {
  const startMs = 1_770_388_867_325;
  for (const msPerColumn of [0.5, 1.3, 6.67, 25 / 1.5, 60_000]) {
    const order = played(new GridOrder(16), startMs, startMs + Math.ceil(50 * msPerColumn));
    const columns = new Columns();
    columns.layOut(order, {
      ...{ width: 40, msPerColumn, axis: "time", breakWidth: 2, offset: 1, anchor: order.now },
    });
    for (let x = 1; x < 40; x++) {
      assert.ok(columns.times[x]! > columns.times[x - 1]!);
      assert.equal(columns.endMs(x - 1), columns.times[x], `${msPerColumn}: ${x}`);
    }
  }
});

/** What a view of grids at some milliseconds shows: the time of each column's grid. */
function shownOf(order: GridOrder, view: Partial<ColumnView> = {}): string {
  const columns = new Columns();
  columns.layOut(order, {
    ...{ width: 12, msPerColumn: 10, axis: "time", breakWidth: 2, offset: 1, anchor: order.now },
    ...view,
  });
  return [...columns.grids]
    .map((grid) => grid === BREAK ? "/" : grid === NO_GRID ? "." : `${order.time(grid)}`).join(" ");
}

function played(order: GridOrder, ...times: number[]): GridOrder {
  for (const ms of times) order.place(BigInt(ms) * 1_000_000n, 0);
  return order;
}

Deno.test("Columns holds silence, shows the last grid of a column, and each again when zoomed in", () => {
  const order = played(new GridOrder(16), 100, 101, 102, 150, 160);
  assert.equal(shownOf(order), ". . . . . 102 102 102 102 102 150 160");
  assert.equal(shownOf(order, { msPerColumn: 1000 }), ". . . . . . . . . . . 160");
  assert.equal(
    shownOf(order, { msPerColumn: 1, anchor: order.at(2), offset: 2 }),
    ". . . . . . . . 100 101 102 102",
  );
  assert.equal(
    shownOf(order, { axis: "event", msPerColumn: 25 }),
    ". . . . . . . 100 101 102 150 160",
  );
  assert.equal(
    shownOf(order, { axis: "event", msPerColumn: 12.5, width: 5 }),
    "102 102 150 150 160",
  );
});

Deno.test("Columns shows a break at any zoom: where less than two columns are missing it has one", () => {
  const order = played(new GridOrder(16), 100, 110);
  order.breakOff();
  played(order, 500, 510);
  assert.equal(shownOf(order), ". . . . . . 100 110 / / 500 510");
  assert.equal(shownOf(order, { msPerColumn: 250 }), ". . . . . . . . . 110 / 510");
  assert.equal(shownOf(order, { msPerColumn: 1000 }), ". . . . . . . . . 110 / 510");
  assert.equal(
    shownOf(order, { axis: "event", msPerColumn: 25 }),
    ". . . . . . 100 110 / / 500 510",
  );
});

Deno.test("Columns shows one break alone where several lie within a column", () => {
  const order = played(new GridOrder(16), 100, 110);
  for (const ms of [120, 130, 140, 950]) {
    order.breakOff();
    played(order, ms);
  }
  played(order, 1_100);
  assert.equal(shownOf(order, { msPerColumn: 1000 }), ". . . . . . . . 110 / 950 1100");
});

Deno.test("Columns keep their places while a history grows, before and behind what is looked at", () => {
  const order = played(new GridOrder(64), 1_000, 1_010, 1_020);
  order.breakOff();
  played(order, 5_000, 5_010);
  const anchor = order.at(2);
  const columns = new Columns();
  const view: ColumnView = {
    ...{ width: 4, msPerColumn: 10, axis: "time", breakWidth: 2, offset: 2, anchor },
  };
  columns.layOut(order, view);
  const before = [columns.left, ...columns.grids];
  played(order, 5_020);
  order.breakOff();
  played(order, 10, 20);
  columns.layOut(order, view);
  assert.deepEqual([columns.left, ...columns.grids], before);
});
