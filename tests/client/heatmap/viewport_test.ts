import assert from "node:assert/strict";
import fc from "fast-check";
import {
  FOLLOW_MARGIN,
  followSpot,
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
  anchor: 1000,
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

Deno.test("tickAt() finds what rowTop() places", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 32 }), fc.nat(), (rowHeight, row) => {
    const view = { ...VIEW, rowHeight };
    const tick = topTick(view) - row % rowsInView(view);
    assert.equal(tickAt(view, rowTop(view, tick)), tick);
  }));
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
