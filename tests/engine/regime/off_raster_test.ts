/** What is told of a future whose prices lie between the ticks of its lock. */
import assert from "node:assert/strict";
import { offRaster } from "../../../engine/regime/off_raster.ts";
import { taskHere } from "../../in_process.ts";
import { projectFile } from "../../project.ts";
import { smallLake } from "../../small_session.ts";

const future = { productType: "future_mbo", symbol: "ZNH6" } as const;

/** Best bid and best ask of each snapshot, price_int. */
function told(tickInt: number, touch: readonly (readonly [number, number])[], of: object = {}) {
  const side = (at: 0 | 1) => Float64Array.from(touch, (prices) => prices[at] / tickInt);
  return offRaster({ ...future, tickInt, ...of }, { bid: side(0), ask: side(1) });
}

Deno.test("best prices between the ticks of a future are told, whatever the tick and the sign", () => {
  const notes = [[112_015_625_000, 112_031_250_000], [112_000_000_000, 112_031_250_000]] as const;
  assert.deepEqual(told(31_250_000, notes), [
    "best prices of 1 of 2 snapshots lie between ticks of 0.03125: the tick_size of ZNH6 is finer, " +
    "and ticks here are not its own",
  ]);
  assert.deepEqual(told(15_625_000, notes), []);
  for (const tickInt of [1, 500, 50_000, 10_000_000, 5_000_000_000]) {
    const on = [-3_763, 0, 1, 12_801, 999_999].map((tick) => [tick * tickInt, 0] as const);
    assert.deepEqual(told(tickInt, on), [], `${tickInt}`);
  }
  assert.match(
    told(1_000, [[6_400_500, 6_401_000]])[0]!,
    /1 of 1 snapshots .* ticks of 0\.000001:/,
  );
  // A share's prices may lie between the steps of its grid.
  assert.deepEqual(told(50_000_000, [[480_110_000_000, 0]], { productType: "equity_mbo" }), []);
});

Deno.test("an analysis under a lock whose tick is too large says so above its figures", async () => {
  await using made = await smallLake();
  const lock = `${made.lake}/lock.yaml`;
  const own = await Deno.readTextFile(projectFile("instrument.yaml"));
  const times = ["--start-time", "09:20", "--eval-start", "09:25", "--eval-minutes", "10"];
  const analysed = async (tick: string) => {
    await Deno.writeTextFile(lock, own.replace("tick_size: 0.25", `tick_size: ${tick}`));
    const env = { VP_INSTRUMENT_CONFIG_PATH: lock };
    return (await taskHere(["analyze", "--lake", made.lake, ...times], env)).out;
  };
  assert.match(await analysed("0.5"), /Note\n(.*\n)*? +best prices of [\d]+ of \d+ snapshots lie/);
  assert.doesNotMatch(await analysed("0.25"), /lie between ticks/);
});
