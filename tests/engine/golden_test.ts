/** The engine gives the recorded answers, grid by grid. */
import assert from "node:assert/strict";
import type { BookView } from "../../engine/book_view.ts";
import { EngineRun } from "../../engine/run.ts";
import type { FloatField } from "../../engine/wire/fields.ts";
import { headOf } from "../drive.ts";
import { checkGolden, type Golden, GOLDENS, loadGolden } from "../golden.ts";
import { sharedFile } from "../shared_data.ts";

async function differences(golden: Golden): Promise<string[]> {
  const { params, input } = golden;
  const run = await EngineRun.open({
    ...params,
    origin: { path: sharedFile("data", `${input}.zst`) },
    tickInt: Number(params.tickInt),
  });
  const { frame, pipeline } = run;
  const { book } = pipeline;
  const check = checkGolden(golden);
  let progress = await run.advance(1000);
  for (; progress !== "end"; progress = await run.advance(1000)) {
    if (progress !== "grid") continue;
    check.grid({ ...headOf(frame), column: (field) => frame.column(field as FloatField) });
  }
  run.close();
  const { counters } = pipeline;
  return check.finish(
    {
      kept: run.session.records.counters.kept,
      bookOnly: counters.bookOnly,
      boundaries: counters.boundaries,
      emitted: counters.grids,
      finalEventId: book.eventId,
    },
    {
      orderCount: book.orderCount,
      bestBid: book.bestBid,
      bestAsk: book.bestAsk,
      spot: book.spotKnown ? BigInt(book.spotTick) * params.tickInt : null,
      ...sideTotals(book, true),
      ...sideTotals(book, false),
      bookValid: book.valid,
    } as Parameters<typeof check.finish>[1],
  );
}

function sideTotals(book: BookView, isBid: boolean) {
  const name = isBid ? "bid" : "ask";
  let levels = 0;
  let quantity = 0n;
  book.forEachLevel(isBid, (_price, depth) => {
    levels++;
    quantity += depth;
  });
  return { [`${name}Levels`]: levels, [`${name}Qty`]: quantity };
}

for (const name of GOLDENS) {
  Deno.test(`EngineRun reproduces ${name}`, async () => {
    assert.deepEqual(await differences(loadGolden(name)), []);
  });
}
