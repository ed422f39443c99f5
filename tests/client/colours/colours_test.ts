import assert from "node:assert/strict";
import { PALETTES, THEMES } from "../../../client/page/view_settings.ts";
import { cellColour, type Rgb } from "../../../client/heatmap/palette.ts";
import { coloursOf } from "./colour_sheet.ts";
import { contrast, distance, type Vision } from "./colour_vision.ts";

const VISIONS: readonly Vision[] = ["normal", "protan", "deutan", "tritan"];

/** Least distance of building, draining and neutral, CIE 1976 ΔE: at full depth and at half. */
const LEAST_APART = 35;
const LEAST_APART_AT_HALF = 25;
/** Of the two shades of draining. */
const LEAST_SHADE = 20;
/** Depth that the usual contrast shows at half brightness. */
const HALF_DEPTH = Math.SQRT1_2;

/** WCAG 2.2 AA: text (1.4.3), and the edges of controls (1.4.11). */
const TEXT = 4.5;
const EDGE = 3;

for (const theme of THEMES) {
  for (const vision of VISIONS) {
    Deno.test(`the ${theme} safe palette keeps its meanings apart for ${vision} vision`, async () => {
      const colour = await coloursOf(theme, "safe");
      const colours = {
        ground: colour("ground"),
        neutral: colour("neutral"),
        pressure: colour("pressure"),
        vacuum: colour("vacuum"),
        traded: colour("traded"),
      };
      // Two shades of one hue: apart from each other, and each from what builds and what does nothing.
      const { traded, vacuum, pressure, neutral } = colours;
      for (const other of [vacuum, pressure, neutral]) {
        assert.ok(distance(traded, other, vision) >= LEAST_SHADE, `traded and ${other}`);
      }
      for (const [depth, least] of [[1, LEAST_APART], [HALF_DEPTH, LEAST_APART_AT_HALF]] as const) {
        const [draining, neutral, building] = [-1, 0, 1]
          .map((net) => cellColour(colours, net, depth)) as [Rgb, Rgb, Rgb];
        for (
          const [one, other] of [[draining, building], [draining, neutral], [building, neutral]]
        ) {
          const apart = distance(one!, other!, vision);
          assert.ok(apart >= least, `${one} and ${other} at depth ${depth}: ${apart}`);
        }
      }
    });
  }

  Deno.test(`the other ${theme} palettes are safe for usual vision alone`, async () => {
    for (const palette of PALETTES.filter((name) => name !== "safe")) {
      const colour = await coloursOf(theme, palette);
      const apart = (vision: Vision) => distance(colour("pressure"), colour("vacuum"), vision);
      assert.ok(apart("normal") >= LEAST_APART);
      assert.ok(
        apart("deutan") < LEAST_APART,
        `${palette} could be called safe: ${apart("deutan")}`,
      );
    }
  });

  for (const palette of PALETTES) {
    Deno.test(`text of the ${theme} ${palette} page has the contrast of WCAG AA`, async () => {
      const colour = await coloursOf(theme, palette);
      const grounds: Readonly<Record<string, readonly string[]>> = {
        ground: ["text", "dim", "spot", "pressure", "vacuum", "warning", "focus"],
        panel: ["text", "dim", "spot", "pressure", "vacuum", "warning", "focus"],
        raised: ["text", "dim"],
        line: ["text"],
        spot: ["ground"],
      };
      for (const [ground, texts] of Object.entries(grounds)) {
        for (const text of texts) {
          const ratio = contrast(colour(text), colour(ground));
          assert.ok(ratio >= TEXT, `${text} on ${ground}: ${ratio.toFixed(2)}`);
        }
      }
      for (const ground of ["ground", "panel", "raised"]) {
        const ratio = contrast(colour("edge"), colour(ground));
        assert.ok(ratio >= EDGE, `edge on ${ground}: ${ratio.toFixed(2)}`);
      }
    });
  }
}

Deno.test("distance() and contrast() give the figures of their definitions", () => {
  assert.ok(Math.abs(distance([255, 255, 255], [0, 0, 0], "normal") - 100) < 0.01);
  // CIE L*a*b* of pure sRGB red and green: 53.24, 80.09, 67.20 and 87.73, -86.18, 83.18.
  const apart = Math.hypot(53.24 - 87.73, 80.09 + 86.18, 67.2 - 83.18);
  assert.ok(Math.abs(distance([255, 0, 0], [0, 255, 0], "normal") - apart) < 0.1);
  // Greys look the same to everyone.
  for (const vision of VISIONS) {
    assert.ok(Math.abs(distance([119, 119, 119], [0, 0, 0], vision) - 50) < 0.1, vision);
  }
  assert.ok(Math.abs(contrast([255, 255, 255], [0, 0, 0]) - 21) < 1e-9);
  assert.ok(Math.abs(contrast([119, 119, 119], [255, 255, 255]) - 4.48) < 0.005);
});
