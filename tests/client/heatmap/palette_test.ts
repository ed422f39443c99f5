import assert from "node:assert/strict";
import { encodeCell } from "../../../client/history/cell.ts";
import {
  buildPalette,
  cellColour,
  type HeatmapColours,
  mix,
  parseHex,
} from "../../../client/heatmap/palette.ts";

const COLOURS: HeatmapColours = {
  ground: parseHex("#0b0e14"),
  neutral: parseHex("#363f4d"),
  pressure: parseHex("#2fbf9f"),
  vacuum: parseHex("#e0528b"),
};

Deno.test("parseHex() reads what CSS gives, spaces and case included", () => {
  assert.deepEqual(parseHex(" #0b0E14 "), [11, 14, 20]);
});

Deno.test("parseHex() names what is no colour", () => {
  for (const text of ["", "#fff", "red", "#0b0e14ff"]) {
    assert.throws(() => parseHex(text), new Error(`colour "${text}": expected #rrggbb`));
  }
});

Deno.test("mix() goes from one colour to the other", () => {
  assert.deepEqual(mix([0, 100, 200], [100, 100, 0], 0), [0, 100, 200]);
  assert.deepEqual(mix([0, 100, 200], [100, 100, 0], 0.25), [25, 100, 150]);
  assert.deepEqual(mix([0, 100, 200], [100, 100, 0], 1), [100, 100, 0]);
});

Deno.test("cellColour() is ground where nothing rests, whatever the force", () => {
  for (const net of [-1, 0, 1]) assert.deepEqual(cellColour(COLOURS, net, 0), COLOURS.ground);
});

Deno.test("cellColour() shows the pure colours at full depth", () => {
  assert.deepEqual(cellColour(COLOURS, 1, 1), COLOURS.pressure);
  assert.deepEqual(cellColour(COLOURS, -1, 1), COLOURS.vacuum);
  assert.deepEqual(cellColour(COLOURS, 0, 1), COLOURS.neutral);
});

Deno.test("cellColour() grows brighter with depth at every force", () => {
  const light = (net: number, depth: number) => {
    const [red, green, blue] = cellColour(COLOURS, net, depth);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  for (const net of [-1, -0.3, 0, 0.3, 1]) {
    for (let depth = 0; depth < 1; depth += 0.125) {
      assert.ok(light(net, depth + 0.125) > light(net, depth));
    }
  }
});

Deno.test("buildPalette() holds opaque pixels in canvas byte order", () => {
  const palette = buildPalette(COLOURS);
  const bytes = new Uint8Array(palette.buffer);
  const at = (cell: number) => [...bytes.subarray(4 * cell, 4 * cell + 4)];
  assert.deepEqual(at(0), [...COLOURS.ground, 255]);
  assert.deepEqual(at(encodeCell(9, 100, 9, 100)), [...COLOURS.pressure, 255]);
  assert.deepEqual(at(encodeCell(-9, 100, 9, 100)), [...COLOURS.vacuum, 255]);
});
