/** The report of an analysis. */
import assert from "node:assert/strict";
import { RegimeAnalysis } from "../../engine/regime/analysis.ts";
import { REGIME_DEFAULTS, type RegimeWindow } from "../../engine/regime/params.ts";
import { BATCH, SnapshotBatch } from "../../engine/regime/snapshot_batch.ts";
import { type InstrumentConfig, type ProductType, tickInt } from "../../engine/instrument.ts";
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
 * The report of an hour with a snapshot a second, whose mid goes from 100 dollars to 101.
 *
 * @param hour when it begins, hours of UTC
 */
function reportOf(productType: ProductType, window: RegimeWindow, hour: number): string {
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
  return regimeReport(analysis.finish(), REGIME_DEFAULTS, EQUITY);
}

Deno.test("the report has the mid's range in the ticks that targets and stops are counted in", () => {
  const window = { startTime: "10:00", evalStart: "10:00", evalEnd: "11:00" };
  const report = reportOf("equity_mbo", window, 15);
  assert.match(report, /^Last snapshot, 1\d:\d\d:\d\d\.000 EST$/m);
  assert.match(report, /^ {2}mid range +4\.0 ticks \(100\.000 to 101\.000\)$/m);
});

Deno.test("the report tells of an evening by its date", () => {
  const window = { startTime: "20:00", evalStart: "20:00", evalEnd: "21:00" };
  const report = reportOf("future_mbo", window, 1);
  assert.match(report, /^Last snapshot, 2\d:\d\d:\d\d\.000 EST of 2026-02-05$/m);
});
