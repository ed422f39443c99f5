import assert from "node:assert/strict";
import fc from "fast-check";
import { depthOfCell, EMPTY_CELL, encodeCell, netOfCell } from "../../../client/history/cell.ts";

Deno.test("encodeCell() gives the empty cell where there is neither force nor depth", () => {
  assert.equal(encodeCell(0, 0, 10, 200), EMPTY_CELL);
  assert.equal(netOfCell(EMPTY_CELL), 0);
  assert.equal(depthOfCell(EMPTY_CELL), 0);
});

Deno.test("encodeCell() reaches the ends of both scales and no further", () => {
  for (const beyond of [1, 1000]) {
    const pressure = encodeCell(10 * beyond, 200 * beyond, 10, 200);
    assert.equal(netOfCell(pressure), 1);
    assert.equal(depthOfCell(pressure), 1);
    assert.equal(netOfCell(encodeCell(-10 * beyond, 0, 10, 200)), -1);
  }
});

Deno.test("encodeCell() puts depth on a log scale", () => {
  const deep = depthOfCell(encodeCell(0, 1023, 10, 1023));
  const shallow = depthOfCell(encodeCell(0, 31, 10, 1023));
  assert.equal(deep, 1);
  assert.ok(Math.abs(shallow - 0.5) < 1 / 255);
});

Deno.test("encodeCell() tells small forces from none", () => {
  assert.ok(Math.abs(netOfCell(encodeCell(0.1, 5, 10, 200)) - 0.1) < 1 / 127);
});

Deno.test("encodeCell() mirrors forces and grows with force and depth", () => {
  const force = fc.double({ min: 0, max: 50, noNaN: true });
  const depth = fc.nat(500);
  fc.assert(fc.property(force, force, depth, depth, (a, b, shallow, deep) => {
    const [small, large] = a < b ? [a, b] : [b, a];
    const [low, high] = shallow < deep ? [shallow, deep] : [deep, shallow];
    const cell = encodeCell(small, low, 10, 200);
    const more = encodeCell(large, high, 10, 200);
    assert.ok(cell >= 0 && cell < 65536);
    assert.ok(netOfCell(more) >= netOfCell(cell));
    assert.ok(depthOfCell(more) >= depthOfCell(cell));
    assert.equal(netOfCell(encodeCell(-small, low, 10, 200)) + netOfCell(cell), 0);
  }));
});
