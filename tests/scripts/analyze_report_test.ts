/** The report of an analysis. */
import assert from "node:assert/strict";
import { RegimeAnalysis } from "../../engine/regime/analysis.ts";
import { REGIME_DEFAULTS, type RegimeWindow } from "../../engine/regime/params.ts";
import { BATCH, SnapshotBatch } from "../../engine/regime/snapshot_batch.ts";
import { type InstrumentConfig, type ProductType, tickInt } from "../../engine/instrument.ts";
import type { RegimeResult } from "../../engine/regime/result.ts";
import { HALF_WIDTH } from "../../engine/wire/fields.ts";
import { regimeReport } from "../../scripts/analyze/report.ts";

const EQUITY: InstrumentConfig = {
  product_type: "equity_mbo",
  symbol: "ABCD",
  price_scale: 1e-9,
  tick_size: 0.01,
  bucket_size_dollars: 0.25,
  rel_tick_size: 0.01,
  grid_max_ticks: 50,
  contract_multiplier: 1,
  symbol_root: "ABCD",
  qty_unit: "shares",
  price_decimals: 2,
};

/**
 * An hour with a snapshot a second, whose mid goes from 100 dollars to 101.
 *
 * @param hour when it begins, hours of UTC
 */
function analysed(productType: ProductType, window: RegimeWindow, hour: number): RegimeResult {
  const analysis = new RegimeAnalysis({
    ...{ productType, symbol: "ABCD", dt: "2026-02-06", dataSource: "databento" },
    ...{ window, throttleMs: 25, tickInt: tickInt(EQUITY), contractMultiplier: 1 },
  }, REGIME_DEFAULTS);
  let batch = new SnapshotBatch();
  for (let snapshot = 0; snapshot < 4 * BATCH; snapshot++) {
    const i = batch.count++;
    batch.ts[i] = hour * 3600e9 + snapshot * 1e9;
    batch.mid[i] = snapshot < BATCH ? 100 : 101;
    if (batch.count < BATCH) continue;
    analysis.push(batch);
    batch = new SnapshotBatch();
  }
  return analysis.finish();
}

/** An hour of an equity from 10:00 on. */
function equity(): RegimeResult {
  return analysed("equity_mbo", { startTime: "10:00", evalStart: "10:00", evalEnd: "11:00" }, 15);
}

Deno.test("the report has the mid's range in the ticks that targets and stops are counted in", () => {
  const report = regimeReport(equity(), REGIME_DEFAULTS, EQUITY);
  assert.match(report, /^Last snapshot, 1\d:\d\d:\d\d\.000 EST$/m);
  assert.match(report, /^ {2}mid range +4\.0 ticks \(100\.000 to 101\.000\)$/m);
});

Deno.test("the report tells of an evening by its date", () => {
  const window = { startTime: "20:00", evalStart: "20:00", evalEnd: "21:00" };
  const report = regimeReport(analysed("future_mbo", window, 1), REGIME_DEFAULTS, EQUITY);
  assert.match(report, /^Last snapshot, 2\d:\d\d:\d\d\.000 EST of 2026-02-05$/m);
});

Deno.test("what rounds to nothing has no minus sign in the report", () => {
  const result = equity();
  result.lastSpectrum[0]!.composite = -4e-4;
  result.projection.current[HALF_WIDTH - 8] = -4e-4;
  const { payload } = result;
  Object.assign(payload.returns.all, {
    gross_ticks_per_trade: -4e-4,
    net_dollars_per_trade: -4e-3,
  });
  payload.projection_horizon_metrics["250"]!.skill = -4e-4;
  const report = regimeReport(result, REGIME_DEFAULTS, EQUITY);
  assert.match(report, /^ {2}4 +above .* \+0\.000/m);
  assert.match(report, /^ {2}all .* 0\.000 .* \$0\.00 /m);
  assert.match(report, /^ {2}250 ms .* \+0\.0 points/m);
  assert.doesNotMatch(report, /-\$?0\.0+(?!\d)/);
});
