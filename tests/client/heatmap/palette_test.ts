import assert from "node:assert/strict";
import { CELL_VALUES, encodeCell } from "../../../client/history/cell.ts";
import {
  buildRamp,
  cellColour,
  type Colouring,
  fillPalette,
  type HeatmapColours,
  mix,
  newPalette,
  parseHex,
  shareOfDepth,
  shareOfNet,
} from "../../../client/heatmap/palette.ts";

const COLOURS: HeatmapColours = {
  ground: parseHex("#0b0e14"),
  neutral: parseHex("#363f4d"),
  pressure: parseHex("#2fbf9f"),
  vacuum: parseHex("#e0528b"),
  traded: parseHex("#ebadc9"),
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

const ENDS = { net: 40, shallow: 4, deep: 400 };

/** The colour of a cell, as canvas image data has it. */
function pixelOf(net: number, depth: number, colouring: Colouring, isTraded = false): number[] {
  const palette = newPalette();
  fillPalette(palette, COLOURS, ENDS, 1, colouring);
  const cell = encodeCell(net, depth) + (isTraded ? CELL_VALUES : 0);
  return [...new Uint8Array(palette.buffer).subarray(4 * cell, 4 * cell + 4)];
}

Deno.test("fillPalette() holds opaque pixels in canvas byte order, the pure colours at the ends", () => {
  assert.deepEqual(pixelOf(0, 0, "both"), [...COLOURS.ground, 255]);
  assert.deepEqual(pixelOf(50, 500, "both"), [...COLOURS.pressure, 255]);
  assert.deepEqual(pixelOf(-50, 500, "both"), [...COLOURS.vacuum, 255]);
  assert.deepEqual(pixelOf(50, 0, "both"), [...COLOURS.ground, 255]);
});

Deno.test("fillPalette() leaves depth out where force alone is shown", () => {
  assert.deepEqual(pixelOf(50, 0, "force"), [...COLOURS.pressure, 255]);
  assert.deepEqual(pixelOf(10, 5, "force"), pixelOf(10, 300, "force"));
  assert.deepEqual(pixelOf(0, 300, "force"), [...COLOURS.ground, 255]);
});

Deno.test("fillPalette() tells what drains by trading from the rest, where that is asked for", () => {
  assert.deepEqual(pixelOf(-50, 500, "why"), [...COLOURS.vacuum, 255]);
  assert.deepEqual(pixelOf(-50, 500, "why", true), [...COLOURS.traded, 255]);
  assert.deepEqual(pixelOf(50, 500, "why", true), [...COLOURS.pressure, 255]);
  assert.deepEqual(pixelOf(-20, 30, "both", true), pixelOf(-20, 30, "both"));
});

Deno.test("shares run from one end of a scale to the other, and tell the least from none", () => {
  assert.deepEqual([shareOfNet(10, ENDS), shareOfNet(-10, ENDS), shareOfNet(90, ENDS)], [
    0.5,
    -0.5,
    1,
  ]);
  const depths = [0, 1, 4, 40, 400, 4000].map((depth) => shareOfDepth(depth, ENDS));
  assert.equal(depths[0], 0);
  assert.ok(depths[1]! > 0.2 && depths[1] === depths[2]);
  assert.ok(Math.abs(depths[3]! - (depths[2]! + 1) / 2) < 1e-9);
  assert.deepEqual(depths.slice(4), [1, 1]);
});

Deno.test("buildRamp() has the ends' colours at the ends of the bins", () => {
  const ramp = buildRamp(COLOURS, ENDS, "why");
  const [vacuum, neutral, pressure, traded] = ["vacuum", "neutral", "pressure", "traded"].map(
    (name) => `rgb(${COLOURS[name as keyof HeatmapColours].join(" ")})`,
  );
  const ends = (at: number) => [1, 256, 511].map((bin) => ramp[at + bin]);
  assert.deepEqual(ends(0), [vacuum, neutral, pressure]);
  assert.deepEqual(ends(512), [traded, neutral, pressure]);
  assert.deepEqual(buildRamp(COLOURS, ENDS, "both").slice(512), ramp.slice(0, 512));
});
