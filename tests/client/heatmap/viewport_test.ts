import assert from "node:assert/strict";
import fc from "fast-check";
import {
  columnLeft,
  columnsInView,
  fitRowHeight,
  FOLLOW_MARGIN,
  followSpot,
  rowsInView,
  rowTop,
  topTick,
  type Viewport,
} from "../../../client/heatmap/viewport.ts";

const VIEW: Viewport = {
  width: 952,
  height: 820,
  rowHeight: 8,
  columnWidth: 2,
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

Deno.test("columnLeft() ends the last column at the right edge", () => {
  assert.equal(columnLeft(VIEW, 4999), 950);
  assert.equal(columnLeft(VIEW, 4524), 0);
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
