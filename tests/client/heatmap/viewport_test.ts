import assert from "node:assert/strict";
import fc from "fast-check";
import {
  hiddenAbove,
  onPixel,
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

Deno.test("a view between two rows shows a part of one more, wherever its rows begin", () => {
  const view = { ...VIEW, anchor: 1000.375 };
  assert.deepEqual([topTick(view), hiddenAbove(view), rowTop(view, 1052)], [1052, 5, -5]);
  assert.deepEqual([tickAt(view, 2), tickAt(view, 3)], [1052, 1051]);
  const heights = fc.integer({ min: 1, max: 32 });
  const places = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(fc.property(heights, places, (rowHeight, place) => {
    const view = { ...VIEW, rowHeight, anchor: onPixel(place, rowHeight) };
    assert.ok(Math.abs(view.anchor - place) <= 0.5 / rowHeight + 1e-9);
    const top = rowTop(view, topTick(view));
    assert.ok(top <= 0 && top > -rowHeight);
    assert.equal(top + hiddenAbove(view), 0);
    const bottom = rowTop(view, topTick(view) - rowsInView(view));
    assert.ok(bottom >= view.height && bottom < view.height + rowHeight);
  }));
});
