/** Sweeps over made sessions: where there is nothing they find no more than luck does, and what is planted they find. */
import assert from "node:assert/strict";
import { madeSweep } from "../../../made_sweeps.ts";
import { LEVEL } from "../../../../engine/regime/sweep/sweep_summary.ts";
import type { Drift } from "../../../../engine/source/simulator/price_path.ts";
import { casesOf } from "../../../proof.ts";

async function foundIn(drift: Drift, sweeps: number): Promise<number> {
  const dir = await Deno.makeTempDir();
  let found = 0;
  for (let seed = 1; seed <= sweeps; seed++) {
    const tests = await madeSweep(seed, drift, dir);
    if (tests.some(({ pAdjusted }) => pAdjusted <= LEVEL)) found++;
  }
  await Deno.remove(dir, { recursive: true });
  return found;
}

/** The most that 99 of 100 such runs find, when each sweep finds something with a chance of 5 %. */
function mostByLuck(sweeps: number): number {
  let [most, chance] = [0, (1 - LEVEL) ** sweeps];
  for (let sum = chance; sum < 0.99; sum += chance) {
    chance *= (sweeps - most) / (most + 1) * LEVEL / (1 - LEVEL);
    most++;
  }
  return most;
}

Deno.test("sixteen combinations find something in no more null sweeps than one try at 5 % does", async () => {
  assert.deepEqual([mostByLuck(15), mostByLuck(200)], [3, 18]);
  const sweeps = casesOf(9, 40);
  const found = await foundIn("none", sweeps);
  assert.ok(found <= mostByLuck(sweeps), `${found} of ${sweeps}`);
});

Deno.test("a planted edge is found in at least four sweeps of five", async () => {
  const sweeps = casesOf(3, 20);
  const found = await foundIn("planted", sweeps);
  assert.ok(found >= 0.8 * sweeps, `${found} of ${sweeps}`);
});
