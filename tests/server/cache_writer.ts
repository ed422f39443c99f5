/** Builds book caches of a lake without end, for a test that kills it meanwhile. */
import { ensureBookCache } from "../../engine/cache.ts";
import { projectFile } from "../project.ts";
import { loadInstrument } from "../../engine/instrument.ts";
import { resolveRequest } from "../../engine/request.ts";
import { EngineRun } from "../../engine/run.ts";
import { SMALL_DT } from "../small_session.ts";

const [lake = ""] = Deno.args;
const instrument = loadInstrument(projectFile("instrument.yaml"));
for (let minute = 0;; minute = (minute + 1) % 10) {
  const request = {
    productType: "future_mbo",
    symbol: "MNQH6",
    dt: SMALL_DT,
    startTime: `09:3${minute}`,
    throttleMs: 25,
  };
  const run = await EngineRun.open(await resolveRequest(instrument, request, { lake }));
  const { path, stored } = (await ensureBookCache(run, { lake }))!;
  run.close();
  if (stored && minute === 9) await Deno.remove(path);
}
