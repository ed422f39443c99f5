import assert from "node:assert/strict";
import fc from "fast-check";
import type { Grid } from "../../../client/stream/grid.ts";
import {
  edgeOf,
  type Forces,
  type MarketState,
  netBar,
  readingOf,
  riskOf,
  stateOf,
  type Sums,
  sumsOf,
  whyOf,
} from "../../../client/history/edge.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";

/** pressure above, pressure below, vacuum above, vacuum below */
function forces(
  pressureAbove: number,
  pressureBelow: number,
  vacuumAbove: number,
  vacuumBelow: number,
): Forces {
  return { pressureAbove, pressureBelow, vacuumAbove, vacuumBelow };
}

Deno.test("sumsOf() leaves out the bucket of spot and tells above from below", () => {
  const pressure_variant = new Float64Array(GRID_ROWS);
  const vacuum_variant = new Float64Array(GRID_ROWS);
  pressure_variant.set([1, 2], 0);
  pressure_variant[HALF_WIDTH - 1] = 4;
  pressure_variant[HALF_WIDTH] = 1000;
  pressure_variant[HALF_WIDTH + 1] = 8;
  vacuum_variant[0] = 16;
  vacuum_variant[HALF_WIDTH] = 1000;
  vacuum_variant[GRID_ROWS - 1] = 32;
  const rest_depth = new Float64Array(GRID_ROWS).fill(1);
  const grid: Grid = { columns: { pressure_variant, vacuum_variant, rest_depth } };
  const expected: Sums = { ...forces(8, 7, 32, 16), restAbove: 50, restBelow: 50 };
  assert.deepEqual(sumsOf(grid), expected);
});

Deno.test("sumsOf() counts columns that were not sent as nothing", () => {
  assert.deepEqual(sumsOf({ columns: {} }), {
    ...forces(0, 0, 0, 0),
    restAbove: 0,
    restBelow: 0,
  });
});

Deno.test("edgeOf() adds pressure below to vacuum above, and the mirror", () => {
  assert.deepEqual(edgeOf(forces(1, 20, 30, 4)), {
    bull: 50,
    bear: 5,
    net: 45,
    conviction: 45 / 55,
    upAligned: true,
    downAligned: false,
  });
});

Deno.test("edgeOf() has no conviction where there is no force", () => {
  assert.equal(edgeOf(forces(0, 0, 0, 0)).conviction, 0);
});

Deno.test("edgeOf() mirrors when above and below change places", () => {
  const force = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(fc.property(force, force, force, force, (pa, pb, va, vb) => {
    const edge = edgeOf(forces(pa, pb, va, vb));
    const mirrored = edgeOf(forces(pb, pa, vb, va));
    assert.equal(mirrored.net, 0 - edge.net);
    assert.equal(mirrored.conviction, edge.conviction);
    assert.equal(mirrored.upAligned, edge.downAligned);
    assert.ok(edge.conviction >= 0 && edge.conviction <= 1);
  }));
});

const STATES: readonly [string, Forces, MarketState][] = [
  ["net above 5 and aligned", forces(1, 5, 4, 2.9), "UP BIAS"],
  ["net of exactly 5, aligned", forces(1, 5, 4, 3), "UP LEAN"],
  ["net above 5 but not aligned above", forces(5, 20, 4, 1), "UP LEAN"],
  ["net of exactly 2", forces(0, 2, 0, 0), "CHOP"],
  ["net just above 2", forces(0, 2.001, 0, 0), "UP LEAN"],
  ["no force", forces(0, 0, 0, 0), "CHOP"],
  ["forces in balance", forces(9, 9, 9, 9), "CHOP"],
  ["net of exactly -2", forces(2, 0, 0, 0), "CHOP"],
  ["net just below -2", forces(2.001, 0, 0, 0), "DOWN LEAN"],
  ["net below -5 but not aligned below", forces(20, 5, 1, 4), "DOWN LEAN"],
  ["net of exactly -5, aligned", forces(5, 1, 3, 4), "DOWN LEAN"],
  ["net below -5 and aligned", forces(5, 1, 2.9, 4), "DOWN BIAS"],
];

for (const [name, sums, expected] of STATES) {
  Deno.test(`stateOf() says ${expected} for ${name}`, () => {
    assert.equal(stateOf(edgeOf(sums)), expected);
  });
}

Deno.test("whyOf() gives a lean another reason when above and below agree", () => {
  const agreed = edgeOf(forces(1, 5, 4, 3));
  const split = edgeOf(forces(5, 20, 4, 1));
  assert.notEqual(whyOf(agreed, "UP LEAN"), whyOf(split, "UP LEAN"));
  const agreedDown = edgeOf(forces(5, 1, 3, 4));
  const splitDown = edgeOf(forces(20, 5, 1, 4));
  assert.notEqual(whyOf(agreedDown, "DOWN LEAN"), whyOf(splitDown, "DOWN LEAN"));
});

Deno.test("whyOf() tells no force from forces in balance", () => {
  assert.match(whyOf(edgeOf(forces(0, 0, 0, 0)), "CHOP"), /No force/);
  assert.match(whyOf(edgeOf(forces(9, 9, 9, 9)), "CHOP"), /Neither/);
});

const RISKS: readonly [string, Forces, string][] = [
  ["below drains past 1.15 of what it builds", forces(0, 10, 0, 11.6), "SUPPORT FAILING"],
  ["below drains 1.15 of what it builds", forces(0, 20, 0, 23), "DOWN ADVANTAGE"],
  ["below drains no more than 2", forces(0, 0, 0, 2), "DOWN ADVANTAGE"],
  ["both sides drain: below comes first", forces(0, 0, 9, 9), "SUPPORT FAILING"],
  ["above drains past 1.15 of what it builds", forces(10, 0, 11.6, 0), "RESISTANCE THINNING"],
  ["net of 2 without draining", forces(0, 2, 0, 0), "UP ADVANTAGE"],
  ["net of -2 without draining", forces(2, 0, 0, 0), "DOWN ADVANTAGE"],
  ["net below 2 without draining", forces(0, 1.9, 0, 0), "BALANCED"],
];

for (const [name, sums, expected] of RISKS) {
  Deno.test(`riskOf() says ${expected} when ${name}`, () => {
    assert.equal(riskOf(sums, edgeOf(sums)), expected);
  });
}

Deno.test("netBar() is centred, odd, and reaches tanh(1) at 200", () => {
  assert.equal(netBar(0), 0);
  assert.equal(netBar(200), Math.tanh(1));
  assert.equal(netBar(-200), -Math.tanh(1));
});

Deno.test("readingOf() reads an empty grid as chop without conviction", () => {
  const reading = readingOf(sumsOf({ columns: {} }));
  assert.equal(reading.state, "CHOP");
  assert.equal(reading.risk, "BALANCED");
  assert.equal(reading.conviction, 0);
});
