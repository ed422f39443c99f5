import assert from "node:assert/strict";
import fc from "fast-check";
import { edgeOf, netBar, readingOf, type Sums, sumsOf } from "../../../client/history/edge.ts";
import type { Grid } from "../../../client/stream/grid.ts";
import type { FourSums } from "../../../engine/reading/force_sums.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";
import { gridHead } from "../mnq.ts";

const STEP = 250_000_000;

/** vacuum above, pressure above, pressure below, vacuum below */
function sums(
  vacAbove: number,
  pressAbove: number,
  pressBelow: number,
  vacBelow: number,
): FourSums {
  return { vacAbove, pressAbove, pressBelow, vacBelow };
}

/** A grid with figures in some buckets. */
function gridOf(
  pressure: Readonly<Record<number, number>>,
  vacuum: Readonly<Record<number, number>> = {},
): Grid {
  const column = (values: Readonly<Record<number, number>>) =>
    Float64Array.from({ length: GRID_ROWS }, (_, row) => values[row - HALF_WIDTH] ?? 0);
  const rest_depth = new Float64Array(GRID_ROWS).fill(1);
  return {
    columns: { pressure_variant: column(pressure), vacuum_variant: column(vacuum), rest_depth },
  };
}

Deno.test("sumsOf() splits by the mid, k = 0 included, and leaves out what is too far away", () => {
  // Spot is the best bid, half a step below the mid.
  const head = gridHead(0n, 1);
  const grid = gridOf({ [-40]: 1, [-39]: 2, 0: 4, 1: 8, 40: 16, 41: 32 }, { 0: 64, 1: 128 });
  const expected: Sums = { ...sums(128, 24, 6, 64), restAbove: 40, restBelow: 40 };
  assert.deepEqual(sumsOf(grid, head, STEP), expected);
});

Deno.test("sumsOf() counts a bucket at the mid half on each side", () => {
  const head = gridHead(0n, 1, {
    best_bid_price_int: "24999750000000",
    best_ask_price_int: "25000250000000",
  });
  const { pressAbove, pressBelow, restAbove, restBelow } = sumsOf(
    gridOf({ [-1]: 2, 0: 10, 1: 4 }),
    head,
    STEP,
  );
  assert.deepEqual([pressAbove, pressBelow, restAbove, restBelow], [9, 7, 40.5, 40.5]);
});

Deno.test("sumsOf() counts columns that were not sent as nothing", () => {
  const nothing = { ...sums(0, 0, 0, 0), restAbove: 0, restBelow: 0 };
  assert.deepEqual(sumsOf({ columns: {} }, gridHead(0n, 1), STEP), nothing);
});

Deno.test("edgeOf() adds pressure below to vacuum above, and the mirror", () => {
  const edge = { bull: 50, bear: 5, net: 45, conviction: 45 / 55 };
  assert.deepEqual(edgeOf(sums(30, 1, 20, 4)), edge);
  assert.deepEqual(edgeOf(sums(4, 20, 1, 30)), { ...edge, bull: 5, bear: 50, net: -45 });
});

Deno.test("edgeOf() has no conviction where there is no force, and at most all of it", () => {
  assert.equal(edgeOf(sums(0, 0, 0, 0)).conviction, 0);
  const force = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(fc.property(force, force, force, force, (a, b, c, d) => {
    const { conviction } = edgeOf(sums(a, b, c, d));
    assert.ok(conviction >= 0 && conviction <= 1);
  }));
});

Deno.test("netBar() is centred, odd, and reaches tanh(1) at 200", () => {
  assert.equal(netBar(0), 0);
  assert.equal(netBar(200), Math.tanh(1));
  assert.equal(netBar(-200), -Math.tanh(1));
});

Deno.test("readingOf() has the sums and the edges that they give", () => {
  const all = { ...sums(30, 1, 20, 4), restAbove: 7, restBelow: 9 };
  assert.deepEqual(readingOf(all), { ...edgeOf(all), sums: all });
});
