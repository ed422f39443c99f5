/** The engine over a small made session held in a file, as the service reads it. */
import { EngineRun, type RunRequest } from "../engine/run.ts";
import { GridEncoder } from "../engine/wire/arrow.ts";
import { BUCKET_FIELDS } from "../engine/wire/fields.ts";
import { SMALL_DT, smallSession } from "../tests/small_session.ts";

const path = await Deno.makeTempFile({ suffix: ".dbn" });
await Deno.writeFile(path, smallSession());
globalThis.addEventListener("unload", () => Deno.removeSync(path));

const request: RunRequest = {
  path,
  productType: "future_mbo",
  symbol: "MNQH6",
  dt: SMALL_DT,
  tickInt: 250_000_000,
  startNs: null,
  throttleMs: 25,
};

async function play(onGrid: (run: EngineRun) => void, throttleMs: number): Promise<void> {
  const run = await EngineRun.open({ ...request, throttleMs });
  for (let at = await run.advance(1e6); at !== "end"; at = await run.advance(1e6)) {
    if (at === "grid") onGrid(run);
  }
  run.close();
}

Deno.bench("full engine, one grid (23,500 records)", () => play(() => {}, 86_400_000));

const encoder = new GridEncoder(BUCKET_FIELDS);
Deno.bench(
  "full engine, a grid every 25 ms, encoded as Arrow (23,500 records)",
  () => play((run) => void encoder.encode(run.frame), 25),
);
