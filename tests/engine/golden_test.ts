/** The engine gives the recorded answers, grid by grid. */
import assert from "node:assert/strict";
import type { BookSide } from "../../engine/book/side.ts";
import { EngineRun } from "../../engine/run.ts";
import type { FloatField } from "../../engine/wire/fields.ts";
import { checkGolden, type Golden, GOLDENS, loadGolden } from "../golden.ts";
import { sharedFile } from "../shared_data.ts";

async function differences(golden: Golden): Promise<string[]> {
  const { params, input } = golden;
  const run = await EngineRun.open({
    ...params,
    path: sharedFile("data", `${input}.zst`),
    tickInt: Number(params.tickInt),
  });
  const { frame, pipeline } = run;
  const { book, counters } = pipeline;
  const check = checkGolden(golden);
  let progress = await run.advance(1000);
  for (; progress !== "end"; progress = await run.advance(1000)) {
    if (progress !== "grid") continue;
    check.grid({
      ...frame,
      tsNs: frame.tsNs,
      midPrice: frame.midPrice,
      spot: frame.spotKnown ? frame.spot : null,
      bestBid: frame.bestBid,
      bestAsk: frame.bestAsk,
      column: (field) => frame.column(field as FloatField),
    });
  }
  run.close();
  return check.finish(
    {
      kept: run.replay.records.counters.kept,
      bookOnly: counters.bookOnly,
      boundaries: counters.boundaries,
      emitted: counters.grids,
      finalEventId: book.eventId,
    },
    {
      orderCount: book.orderCount,
      bestBid: book.bids.present ? BigInt(book.bids.bestTick) * params.tickInt : null,
      bestAsk: book.asks.present ? BigInt(book.asks.bestTick) * params.tickInt : null,
      spot: book.spotKnown ? BigInt(book.spotTick) * params.tickInt : null,
      ...sideTotals(book.bids, "bid"),
      ...sideTotals(book.asks, "ask"),
      bookValid: book.valid,
    } as Parameters<typeof check.finish>[1],
  );
}

function sideTotals(side: BookSide, name: "bid" | "ask") {
  let levels = 0;
  let quantity = 0;
  side.forEach((_tick, _rem, depth) => {
    levels++;
    quantity += depth;
  });
  return { [`${name}Levels`]: levels, [`${name}Qty`]: BigInt(quantity) };
}

for (const name of GOLDENS) {
  Deno.test(`EngineRun reproduces ${name}`, async () => {
    assert.deepEqual(await differences(loadGolden(name)), []);
  });
}
