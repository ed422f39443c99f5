import assert from "node:assert/strict";
import { ensureBookCache } from "../../../engine/cache.ts";
import { UserError } from "../../../engine/errors.ts";
import { type Analyst, analyzeRun, sameThread } from "../../../engine/regime/capture_snapshots.ts";
import { analystThread } from "../../../engine/regime/analyst_thread.ts";
import { NO_FLAWS } from "../../../engine/regime/data_flaws.ts";
import { REGIME_DEFAULTS } from "../../../engine/regime/params.ts";
import { EngineRun } from "../../../engine/run.ts";
import { newYorkNs } from "../../new_york.ts";
import { SMALL_DT, type SmallLake, smallLake } from "../../small_session.ts";

const SUBJECT = {
  productType: "future_mbo",
  symbol: "MNQH6",
  dt: SMALL_DT,
  dataSource: "databento",
  window: { startTime: "09:10", evalStart: "09:15", evalEnd: "09:40" },
  throttleMs: 25,
  tickInt: 250_000_000,
  contractMultiplier: 2,
} as const;

async function analysed({ lake, path }: SmallLake, analyst: Analyst) {
  const run = await EngineRun.open({
    productType: "future_mbo",
    symbol: "MNQH6",
    dt: SMALL_DT,
    startNs: newYorkNs(SMALL_DT, "09:10:00"),
    throttleMs: 25,
    tickInt: 250_000_000,
    origin: { path },
  });
  try {
    await ensureBookCache(run, { lake });
    return await analyzeRun(run, SUBJECT, REGIME_DEFAULTS, { analyst });
  } finally {
    run.close();
  }
}

Deno.test("analystThread() finds what the same thread finds, to the bit", async () => {
  await using made = await smallLake();
  const here = await analysed(made, sameThread(SUBJECT, REGIME_DEFAULTS));
  using analyst = analystThread(SUBJECT, REGIME_DEFAULTS);
  const there = await analysed(made, analyst);
  assert.ok(here.trades.length > 50);
  assert.deepEqual(there, here);
});

Deno.test("analystThread() tells a user's error as one", async () => {
  using few = analystThread(SUBJECT, REGIME_DEFAULTS);
  await assert.rejects(few.finish(NO_FLAWS) as Promise<unknown>, (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /^0 snapshots, of which 0 from 09:15 to 09:40/);
    return true;
  });
});

Deno.test("analystThread() tells a failure of its thread, and does not wait forever", async () => {
  const wrong = { ...SUBJECT, dt: "no date" };
  using analyst = analystThread(wrong, REGIME_DEFAULTS);
  await assert.rejects(analyst.finish(NO_FLAWS) as Promise<unknown>, /the analysis failed: /);
});
