import assert from "node:assert/strict";
import { loadInstrument } from "../../../engine/instrument.ts";
import { projectFile } from "../../project.ts";
import { secondsOf } from "../../../engine/regime/cost.ts";
import { DEFAULT_WINDOW, REGIME_DEFAULTS } from "../../../engine/regime/params.ts";

/** What an analysis of a file of so many bytes is estimated to take, its bytes none on the disk. */
async function estimate(bytes: number, throttleMs: number, params = REGIME_DEFAULTS) {
  const path = await Deno.makeTempFile({ suffix: ".dbn" });
  await Deno.truncate(path, bytes);
  const request = {
    origin: { path },
    productType: "future_mbo" as const,
    symbol: "MNQH6",
    dt: "2026-02-06",
    tickInt: 250_000_000,
    startNs: null,
    startTime: "09:00",
    throttleMs,
    source: "databento" as const,
  };
  const instrument = loadInstrument(projectFile("instrument.yaml"));
  const day = { request, lake: "lake", instrument, window: DEFAULT_WINDOW, params };
  const seconds = secondsOf(day);
  await Deno.remove(path);
  return seconds;
}

Deno.test("secondsOf() takes a morning of a busy day for less than a minute, unless it is all grids", async () => {
  const busy = 20e6 * 56;
  assert.ok(await estimate(busy, 25) < 60);
  assert.ok(await estimate(busy, 0.001) > 60);
});

Deno.test("secondsOf() grows with windows, bands, horizons and trades", async () => {
  const many = Array.from({ length: 16 }, (_, i) => i + 1);
  const base = await estimate(1e9, 25);
  for (
    const change of [
      { projectionRollupWindows: many },
      { directionalBands: many },
      { projectionHorizonsMs: many },
      { microWindows: [10_000] },
      { signalCooldown: 0, maxHoldSnapshots: 1_000_000 },
    ]
  ) {
    assert.ok(await estimate(1e9, 25, { ...REGIME_DEFAULTS, ...change }) > base);
  }
});

Deno.test("secondsOf() knows that a small file has few grids", async () => {
  assert.ok(await estimate(1e6, 0.001) < 2);
});
