/** The report of an analysis. */
import assert from "node:assert/strict";
import { RegimeAnalysis } from "../../engine/regime/analysis.ts";
import { REGIME_DEFAULTS } from "../../engine/regime/params.ts";
import { BATCH, SnapshotBatch } from "../../engine/regime/snapshot_batch.ts";
import { type InstrumentConfig, tickInt } from "../../engine/instrument.ts";
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

Deno.test("the report has the mid's range in the ticks that targets and stops are counted in", () => {
  const window = { startTime: "10:00", evalStart: "10:00", evalEnd: "11:00" };
  const analysis = new RegimeAnalysis({
    ...{ productType: "equity_mbo", symbol: "ABCD", dt: "2026-02-06", dataSource: "databento" },
    ...{ window, throttleMs: 25, tickInt: tickInt(EQUITY), contractMultiplier: 1 },
  }, REGIME_DEFAULTS);
  let batch = new SnapshotBatch();
  for (let snapshot = 0; snapshot < 4 * BATCH; snapshot++) {
    const i = batch.count++;
    // 10:00 is 15:00 UTC; the mid goes from 100 dollars to 101.
    batch.ts[i] = 15 * 3600e9 + snapshot * 1e9;
    batch.mid[i] = snapshot < BATCH ? 100 : 101;
    if (batch.count < BATCH) continue;
    analysis.push(batch);
    batch = new SnapshotBatch();
  }
  const report = regimeReport(analysis.finish(), REGIME_DEFAULTS, EQUITY);
  assert.match(report, /^ {2}mid range +4\.0 ticks \(100\.000 to 101\.000\)$/m);
});
