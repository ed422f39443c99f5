import assert from "node:assert/strict";
import fc from "fast-check";
import {
  columnAt,
  columnMiddle,
  columnsInView,
  FOLLOW_MARGIN,
  followSpot,
  groupLeft,
  rowsInView,
  rowTop,
  tickAt,
  topTick,
  type Viewport,
} from "../../../client/heatmap/viewport.ts";
import { fitRowHeight } from "../../../client/heatmap/zoom.ts";

const VIEW: Viewport = {
  width: 952,
  height: 820,
  rowHeight: 8,
  groupWidth: 2,
  stride: 1,
  anchor: 1000,
  end: 5000,
};

Deno.test("fitRowHeight() fits a whole grid, with rows never thinner than 2 pixels", () => {
  assert.equal(fitRowHeight(820), 8);
  assert.equal(fitRowHeight(808), 8);
  assert.equal(fitRowHeight(807), 7);
  assert.equal(fitRowHeight(50), 2);
});

Deno.test("rowTop() puts the highest price on top and the anchor in the middle", () => {
  assert.equal(topTick(VIEW), 1051);
  assert.equal(rowTop(VIEW, 1051), 0);
  assert.equal(rowTop(VIEW, 1050), 8);
  assert.equal(rowTop(VIEW, 1000), 408);
  assert.equal(rowsInView(VIEW), 103);
});

Deno.test("groupLeft() ends the last group at the right edge", () => {
  assert.equal(groupLeft(VIEW, 4999), 950);
  assert.equal(groupLeft(VIEW, 4524), 0);
  assert.equal(groupLeft({ ...VIEW, groupWidth: 1, stride: 8, end: 4999 }, 624), 951);
});

Deno.test("columnAt() and tickAt() find what columnMiddle() and rowTop() place", () => {
  const views = fc.record({
    groupWidth: fc.integer({ min: 1, max: 16 }),
    stride: fc.constantFrom(1, 2, 8, 32),
    rowHeight: fc.integer({ min: 1, max: 32 }),
    end: fc.integer({ min: 1, max: 9000 }),
  });
  fc.assert(fc.property(views, fc.nat(), fc.nat(), (parts, a, b) => {
    const view = { ...VIEW, ...parts };
    const { from, to } = columnsInView(view, 0);
    const column = from + a % (to - from);
    const x = columnMiddle(view, column);
    if (x >= 0) {
      const found = columnAt(view, x, 0);
      assert.ok(found !== null && found >= column);
      assert.equal(Math.floor(found / view.stride), Math.floor(column / view.stride));
    }
    const tick = topTick(view) - b % rowsInView(view);
    assert.equal(tickAt(view, rowTop(view, tick)), tick);
  }));
});

Deno.test("columnAt() is null beyond the view and before the first column", () => {
  assert.equal(columnAt(VIEW, -1, 0), null);
  assert.equal(columnAt(VIEW, 952, 0), null);
  assert.equal(columnAt(VIEW, 0, 4525), null);
  assert.equal(columnAt(VIEW, 2, 4525), 4525);
});

Deno.test("columnsInView() shows what fits, and no more than there is", () => {
  assert.deepEqual(columnsInView(VIEW, 0), { from: 4524, to: 5000 });
  assert.deepEqual(columnsInView(VIEW, 4900), { from: 4900, to: 5000 });
  assert.deepEqual(columnsInView({ ...VIEW, end: 3 }, 0), { from: 0, to: 3 });
  assert.deepEqual(columnsInView({ ...VIEW, width: 951 }, 0), { from: 4524, to: 5000 });
});

Deno.test("followSpot() stays until spot is within 10 rows of an edge", () => {
  const { anchor } = VIEW;
  const top = topTick(VIEW);
  assert.equal(followSpot(VIEW, top - FOLLOW_MARGIN - 1), anchor);
  assert.equal(followSpot(VIEW, top - FOLLOW_MARGIN), top - FOLLOW_MARGIN);
  const bottom = top - 101;
  assert.equal(followSpot(VIEW, bottom + FOLLOW_MARGIN + 1), anchor);
  assert.equal(followSpot(VIEW, bottom + FOLLOW_MARGIN), bottom + FOLLOW_MARGIN);
});

Deno.test("followSpot() brings spot into view from anywhere, however small the view", () => {
  const size = fc.integer({ min: 1, max: 3000 });
  fc.assert(fc.property(size, fc.integer({ min: -1e6, max: 1e6 }), (height, spot) => {
    const view = { ...VIEW, height, rowHeight: fitRowHeight(height) };
    const followed = { ...view, anchor: followSpot(view, spot) };
    const y = rowTop(followed, spot);
    assert.ok(y >= 0 && y < Math.max(height, view.rowHeight));
    assert.equal(followSpot(followed, spot), followed.anchor);
  }));
});
