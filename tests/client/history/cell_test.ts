import assert from "node:assert/strict";
import fc from "fast-check";
import {
  CELL_VALUES,
  depthBinOf,
  depthBinOfCell,
  depthOfBin,
  EMPTY_CELL,
  encodeCell,
  fadeAfter,
  fadeBins,
  fadedCell,
  netBinOf,
  netBinOfCell,
  netOfBin,
} from "../../../client/history/cell.ts";

Deno.test("encodeCell() gives the empty cell where there is neither force nor depth", () => {
  assert.equal(encodeCell(0, 0), EMPTY_CELL);
  assert.deepEqual([netBinOfCell(EMPTY_CELL), depthBinOfCell(EMPTY_CELL)], [0, 0]);
});

Deno.test("encodeCell() keeps force and depth to a bin, mirrored, from the least to the most", () => {
  const force = fc.double({ min: 0.02, max: 9e5, noNaN: true });
  fc.assert(fc.property(force, fc.integer({ min: 1, max: 900_000 }), (net, depth) => {
    const cell = encodeCell(net, depth);
    assert.ok(cell > 0 && cell < CELL_VALUES);
    assert.ok(Math.abs(Math.log(netOfBin(netBinOfCell(cell)) / net)) < 0.04);
    assert.ok(Math.abs(Math.log(depthOfBin(depthBinOfCell(cell)) / depth)) < 0.06);
    assert.equal(netBinOfCell(encodeCell(-net, depth)), -netBinOfCell(cell));
    assert.equal(depthBinOfCell(encodeCell(-net, 0)), 0);
  }));
  assert.equal(netBinOf(1e9), 255);
  assert.equal(depthBinOf(1e9), 127);
  assert.deepEqual([netBinOf(0.009), depthBinOf(0)], [0, 0]);
});

Deno.test("fadedCell() shows what the engine would: a tenth of a force after 23 s, the depth as it was", () => {
  for (const net of [500, -500]) {
    const ageMs = 10_000 * Math.log(10);
    const cell = fadedCell(encodeCell(net, 40), fadeBins(ageMs));
    assert.ok(Math.abs(netOfBin(Math.abs(netBinOfCell(cell))) - 50) < 4);
    assert.equal(Math.sign(netBinOfCell(cell)), Math.sign(net));
    assert.equal(depthBinOfCell(cell), depthBinOf(40));
    assert.ok(Math.abs(fadeAfter(ageMs) - 0.1) < 1e-9);
  }
});

Deno.test("fadedCell() fades to nothing and no further", () => {
  assert.equal(fadedCell(encodeCell(3, 0), fadeBins(1e9)), EMPTY_CELL);
  assert.equal(fadedCell(encodeCell(-3, 7), fadeBins(1e9)), encodeCell(0, 7));
  assert.deepEqual([fadeBins(0), fadeBins(-5), fadeAfter(-5)], [0, 0, 1]);
});
