/**
 * Real days of the lake against goldens beside this file. Make one, then replay it:
 *
 *     deno task analyze --json-output tests/golden_mnqh6_20260206_0900_1200.json
 *     VP_ENABLE_REAL_REPLAY_TESTS=1 deno task test tests/replay_golden_test.ts
 *
 * Real days are licensed: neither they nor their goldens are part of the repository. What is missing
 * is said, with what to do about it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DEFAULT_DT, DEFAULT_LAKE } from "../cli/defaults.ts";
import { taskHere } from "./in_process.ts";
import { projectFile } from "./project.ts";
import { goldensIn, readGolden, replay, whyIncomplete, whyMissing } from "./replay_golden.ts";
import { SMALL_DT, smallLake } from "./small_session.ts";

const VARIABLE = "VP_ENABLE_REAL_REPLAY_TESTS";
const ENABLED = Deno.env.get(VARIABLE) === "1";
const LAKE = Deno.env.get("VP_LAKE_ROOT") || projectFile(DEFAULT_LAKE);
const DIR = projectFile("tests");

/** The day that whoever has real data is expected to have first. */
const FIRST = { product_type: "future_mbo", symbol: "MNQH6", dt: DEFAULT_DT };

if (!ENABLED) console.error(`Replays of real days are skipped: ${VARIABLE}=1 runs them.`);

for (const name of goldensIn(DIR)) {
  const missing = ENABLED ? await whyIncomplete(LAKE, await readGolden(DIR, name)) : null;
  if (missing !== null) console.error(`${name} is not replayed: ${missing}`);
  Deno.test({
    name: `analyze reproduces ${name}`,
    ignore: !ENABLED || missing !== null,
    fn: () => replay(join(DIR, name), LAKE),
  });
}

if (ENABLED && !goldensIn(DIR).some((name) => name.includes("mnqh6_20260206_0900_1200"))) {
  const missing = await whyMissing(LAKE, FIRST);
  console.error(
    `No golden of ${FIRST.symbol} on ${FIRST.dt}, 09:00 to 12:00. ` + (missing ??
      `Its file is there: "deno task analyze --json-output ` +
        `tests/golden_mnqh6_20260206_0900_1200.json" makes the golden.`),
  );
}

Deno.test("a golden that analyze wrote is reproduced, and one that was changed is not", async () => {
  await using made = await smallLake();
  const golden = join(made.lake, "golden_small.json");
  const analyze = async (dt: string, ...more: string[]) => {
    const { code } = await taskHere([
      ...["analyze", "--lake", made.lake, "--dt", dt, "--start-time", "09:30", "--eval-start"],
      ...["09:35", "--eval-end", "09:40", "--json-output", golden, ...more],
    ]);
    assert.equal(code, 0);
    return await readGolden(made.lake, "golden_small.json");
  };
  // Of a range of days, and of one whose every parameter may be another than by default.
  await analyze(`2026-02-04..${SMALL_DT}`);
  await replay(golden, made.lake);
  const payload = await analyze(
    SMALL_DT,
    ...["--directional-bands", "3,9", "--projection-horizons-ms", "100,400", "--force"],
  );
  assert.deepEqual(goldensIn(made.lake), ["golden_small.json"]);
  assert.equal(await whyIncomplete(made.lake, payload), null);
  await replay(golden, made.lake);
  assert.ok("trade_metrics" in payload);
  payload.trade_metrics.n_events++;
  await Deno.writeTextFile(golden, JSON.stringify(payload));
  await assert.rejects(replay(golden, made.lake), assert.AssertionError);
});

Deno.test("what a replay misses is said: the file that should be there", async () => {
  const lake = await Deno.makeTempDir();
  assert.match(await whyMissing(lake, FIRST) ?? "", /Raw DBN directory not found: .*symbol=MNQ/);
  await Deno.remove(lake, { recursive: true });
});
