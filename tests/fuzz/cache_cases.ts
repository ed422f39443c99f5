/** Damaged book caches. */
import { encodeBook, restoreBook } from "../../engine/cache_format.ts";
import { UserError } from "../../engine/errors.ts";
import { EngineRun, type RunRequest } from "../../engine/run.ts";
import { newYorkNs } from "../new_york.ts";
import { SMALL_DT, smallLake } from "../small_session.ts";
import { caseRandom } from "./case_random.ts";
import type { Tally } from "./tally.ts";

const KEY = "the key";
const SECRET = new Uint8Array(32).fill(7);

/**
 * Damages a small cache: every byte in turn, by one bit or more, then cuts after each.
 *
 * @param tally counts the cases; each has to be refused
 * @param seed of the damage
 */
export async function damagedCaches(tally: Tally, seed: number): Promise<void> {
  await using lake = await smallLake();
  const request: RunRequest = {
    origin: { path: lake.path },
    productType: "future_mbo",
    symbol: "MNQH6",
    dt: SMALL_DT,
    tickInt: 250_000_000,
    startNs: newYorkNs(SMALL_DT, "09:30:05"),
    throttleMs: 25,
  };
  const built = await EngineRun.open(request);
  if (await built.advance(Infinity) !== "warmup") throw new Error("no bootstrap");
  const cache = encodeBook(built, KEY, SECRET);
  built.close();
  const run = await EngineRun.open(request);
  const random = caseRandom(seed);
  for (let at = 0; at < cache.length; at++) {
    const damaged = cache.slice();
    damaged[at]! ^= 1 + random.below(255);
    await tally.caseAsync(
      `cache, byte ${at}, seed ${seed}`,
      damaged.length,
      () => refused(run, damaged),
    );
    await tally.caseAsync(`cache cut at ${at}`, at, () => refused(run, cache.slice(0, at)));
  }
  // One that was made in another lake is none, however sound.
  const foreign = encodeBook(built, KEY, SECRET.map((byte) => byte + 1));
  await tally.caseAsync("cache of another lake", foreign.length, () => refused(run, foreign));
  // What was refused left the run as it was: the sound cache still fits.
  await restoreBook(run, cache, KEY, SECRET);
  run.close();
}

async function refused(run: EngineRun, bytes: Uint8Array): Promise<string> {
  try {
    await restoreBook(run, bytes, KEY, SECRET);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error("a damaged cache was taken");
}
