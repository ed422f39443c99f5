import assert from "node:assert/strict";
import fc from "fast-check";
import { COLOURINGS } from "../../../client/heatmap/palette.ts";
import { AXES } from "../../../client/history/columns.ts";
import {
  DEFAULT_VIEW_SETTINGS,
  PALETTES,
  PARTS,
  readViewSettings,
  THEMES,
  type ViewSettings,
  writeViewSettings,
} from "../../../client/page/view_settings.ts";

const SETTINGS: fc.Arbitrary<ViewSettings> = fc.record({
  theme: fc.constantFrom(...THEMES),
  palette: fc.constantFrom(...PALETTES),
  contrast: fc.integer({ min: 2, max: 20 }).map((quarters) => quarters / 4),
  colouring: fc.constantFrom(...COLOURINGS),
  trades: fc.boolean(),
  least: fc.integer({ min: 1, max: 1e9 }),
  events: fc.boolean(),
  tradeList: fc.boolean(),
  hidden: fc.subarray([...PARTS]),
  axis: fc.constantFrom(...AXES),
  msPerPixel: fc.constantFrom(1, 5, 25, 1_000, 60_000),
  rowPixels: fc.option(fc.integer({ min: 1, max: 32 })),
}, { noNullPrototype: true });

Deno.test("settings come back from the address that they were written into", () => {
  fc.assert(fc.property(SETTINGS, SETTINGS, (settings, before) => {
    const query = new URLSearchParams("dt=2026-02-06&start_time=09%3A25");
    writeViewSettings(query, before);
    writeViewSettings(query, settings);
    assert.deepEqual(readViewSettings(new URLSearchParams(`${query}`)), settings);
    assert.equal(query.get("dt"), "2026-02-06");
  }));
});

Deno.test("what is the default is left out of the address", () => {
  const query = new URLSearchParams();
  writeViewSettings(query, DEFAULT_VIEW_SETTINGS);
  assert.equal(`${query}`, "");
});

Deno.test("what makes no sense in an address is the default", () => {
  const query = new URLSearchParams(
    "theme=pink&palette=&contrast=9&least=0&hide=top,charts&ms_px=0.5&axis=x&row_px=99&trades=maybe&list=orders",
  );
  assert.deepEqual(readViewSettings(query), { ...DEFAULT_VIEW_SETTINGS, hidden: ["charts"] });
});
