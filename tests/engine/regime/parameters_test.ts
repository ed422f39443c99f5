/** Parameters as flags take them back. */
import assert from "node:assert/strict";
import { readParameter } from "../../../cli/analyze_options.ts";
import { numberText, paramsByFlag } from "../../../engine/regime/parameters.ts";
import { REGIME_DEFAULTS } from "../../../engine/regime/params.ts";
import { readPlan } from "../../../scripts/sweep/plan_file.ts";

const NUMBERS = [1e-7, 5e-324, 2.5e-9, 1e24, Number.MAX_VALUE, 0.1 + 0.2, 1e21, 0];

Deno.test("a parameter is the same number when its text is read again, however small or large", () => {
  for (const stabilityMaxDrift of NUMBERS) {
    const text = paramsByFlag({ ...REGIME_DEFAULTS, stabilityMaxDrift }).stability_max_drift!;
    assert.equal(text, numberText(stabilityMaxDrift));
    assert.equal(readParameter("stability_max_drift", text), stabilityMaxDrift, text);
  }
});

Deno.test("a plan takes small and large numbers as YAML has them", async () => {
  const path = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    await Deno.writeTextFile(path, "spectrum_threshold: [0.0000001, 1e-3, 1e+24]\n");
    assert.deepEqual(readPlan(path).lists.spectrumThreshold, [1e-7, 1e-3, 1e24]);
  } finally {
    await Deno.remove(path);
  }
});
