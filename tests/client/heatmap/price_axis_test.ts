import assert from "node:assert/strict";
import { markPlaces } from "../../../client/heatmap/price_axis_painter.ts";
import { loadProducts } from "../../../engine/products.ts";
import { priceStep, priceTicks } from "../../../client/heatmap/price_axis.ts";

const STEPS: readonly [string, number, number, number, number][] = [
  ["every tick where each has room", 0.25, 32, 32, 1],
  ["half dollars of quarters", 0.25, 20, 32, 2],
  ["whole dollars of quarters", 0.25, 8, 32, 4],
  ["two dollars of quarters", 0.25, 5, 32, 8],
  ["cents of half cents", 0.005, 16, 32, 2],
  ["2.5 cents of half cents", 0.005, 7, 32, 5],
  ["tenths of a basis point", 0.00005, 10, 32, 4],
  ["dimes", 0.1, 8, 32, 5],
  ["quarters of 64ths", 0.015625, 8, 32, 16],
  ["16ths of 128ths", 0.0078125, 7, 32, 8],
  ["32nds of 256ths", 0.00390625, 7, 32, 8],
  ["16ths of 64ths that are high", 0.015625, 10, 32, 4],
];

for (const [name, tick, rowHeight, room, expected] of STEPS) {
  Deno.test(`priceStep() labels ${name}`, () => {
    assert.equal(priceStep(tick, rowHeight, room), expected);
  });
}

Deno.test("priceStep() leaves labels room, and none of any instrument are far apart", () => {
  const ticks = loadProducts().values().map(({ tick }) => tick);
  for (const tick of new Set(ticks)) {
    for (let rowHeight = 1; rowHeight < 40; rowHeight++) {
      const apart = priceStep(tick, rowHeight, 32) * rowHeight;
      assert.ok(apart >= 32 && apart <= 128, `${apart} pixels, ${rowHeight} for ${tick}`);
    }
  }
});

Deno.test("priceStep() falls back to enough ticks where no round price fits the tick", () => {
  assert.equal(priceStep(0.03, 8, 32), 4);
});

Deno.test("priceTicks() gives round prices in view, highest first", () => {
  assert.deepEqual(priceTicks(19, 12, 4), [16, 12, 8]);
  assert.deepEqual(priceTicks(16, 9, 4), [16, 12, 8]);
  assert.deepEqual(priceTicks(3, 10, 4), [0, -4]);
});

Deno.test("markPlaces() leaves labels at their prices, and puts none on another", () => {
  assert.deepEqual(markPlaces(220, 180, null, 400, 18), { bidY: 220, askY: 180, pointedY: null });
  assert.deepEqual(markPlaces(204, 196, null, 400, 18), { bidY: 209, askY: 191, pointedY: null });
  assert.deepEqual(markPlaces(204, 196, 199, 400, 18), { bidY: 209, askY: 191, pointedY: 173 });
  assert.deepEqual(markPlaces(204, 196, 202, 400, 18), { bidY: 209, askY: 191, pointedY: 227 });
  assert.deepEqual(markPlaces(NaN, NaN, 30, 400, 18), { bidY: null, askY: null, pointedY: 30 });
  assert.deepEqual(markPlaces(204, 196, 204, 400, 18).pointedY, null);
});

Deno.test("markPlaces() leaves the labels of a crossed book at their prices, the bid over the ask", () => {
  assert.deepEqual(markPlaces(100, 300, null, 400, 18), { bidY: 100, askY: 300, pointedY: null });
  assert.deepEqual(markPlaces(196, 204, null, 400, 18), { bidY: 191, askY: 209, pointedY: null });
  assert.deepEqual(markPlaces(100, 300, 95, 400, 18), { bidY: 100, askY: 300, pointedY: 82 });
  assert.deepEqual(markPlaces(100, 300, 305, 400, 18), { bidY: 100, askY: 300, pointedY: 318 });
  assert.deepEqual(markPlaces(100, 300, 200, 400, 18), { bidY: 100, askY: 300, pointedY: 200 });
  assert.deepEqual(markPlaces(-50, -40, null, 400, 18), { bidY: 9, askY: 27, pointedY: null });
  // Locked, the ask lies over the bid.
  assert.deepEqual(markPlaces(200, 200, null, 400, 18), { bidY: 209, askY: 191, pointedY: null });
});

Deno.test("markPlaces() keeps best bid and best ask at the edge that they lie beyond", () => {
  assert.deepEqual(markPlaces(-40, -50, null, 400, 18), { bidY: 27, askY: 9, pointedY: null });
  assert.deepEqual(markPlaces(900, 890, null, 400, 18), { bidY: 391, askY: 373, pointedY: null });
});
