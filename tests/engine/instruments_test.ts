/** Whatever an instrument's tick and prices are, the same flow in ticks gives the same grids. */
import assert from "node:assert/strict";
import { encodeMetadata } from "dbn-ts";
import fc from "fast-check";
import { openSession } from "../../engine/mod.ts";
import { loadProducts } from "../../engine/products.ts";
import { join, MIDNIGHT_NS, RECORD_BYTES, recordsAt } from "../made_session.ts";
import { SMALL_DT, SMALL_INSTRUMENT_ID, smallSession } from "../small_session.ts";

/** The small session's tick and the price around which it moves. */
const TICK = 250_000_000n;
const MIDDLE = 100_000n * TICK;
const NO_PRICE = 0x7fffffffffffffffn;
const SYMBOL = "SR3:BF H6-M6-U6";
/** Records that are enough for some minutes. */
const RECORDS = 1_500;

/** The small session's beginning with another tick, around another price. */
function imageOf(tickInt: bigint, middle: bigint): Uint8Array {
  const bytes = smallSession();
  const from = recordsAt(bytes);
  const records = bytes.slice(from, from + RECORDS * RECORD_BYTES);
  const view = new DataView(records.buffer);
  for (let at = 24; at < records.length; at += RECORD_BYTES) {
    const price = view.getBigInt64(at, true);
    if (price === NO_PRICE) continue;
    view.setBigInt64(at, middle + (price - MIDDLE) / TICK * tickInt, true);
  }
  const interval = { startDate: 20260206, endDate: 20260207, symbol: `${SMALL_INSTRUMENT_ID}` };
  const head = encodeMetadata({
    ...{ dataset: "GLBX.MDP3", schema: 0, start: MIDNIGHT_NS, end: MIDNIGHT_NS + 10n ** 14n },
    symbols: [SYMBOL],
    mappings: [{ rawSymbol: SYMBOL, intervals: [interval] }],
  });
  return join(head, records);
}

/** Grids and trades of an image, prices in ticks from the middle; mids are held against exact ones. */
async function flowOf(tickInt: bigint, middle: bigint) {
  const ticks = (price: bigint | null) => {
    if (price === null) return null;
    assert.equal((price - middle) % tickInt, 0n);
    return (price - middle) / tickInt;
  };
  const session = openSession({
    bytes: imageOf(tickInt, middle),
    ...{ symbol: SYMBOL, dt: SMALL_DT, throttleMs: 500 },
    tickSize: Number(tickInt) / 1e9,
  });
  const flow: unknown[] = [];
  for await (const { tsNs, mid, bestBid, bestAsk, spot, columns } of session.grids()) {
    if (mid !== null) {
      const exact = Number(bestBid! + bestAsk!) / 2e9;
      assert.ok(Math.abs(mid - exact) <= 4e-16 * Math.abs(exact), `${mid}`);
    }
    flow.push([tsNs, ticks(bestBid), ticks(bestAsk), ticks(spot), columns]);
  }
  for await (const { tsNs, price, size, side } of session.trades()) {
    flow.push([tsNs, ticks(price), size, side]);
  }
  return flow;
}

Deno.test("the same flow gives the same grids at any tick and price, at 0 and below", async () => {
  const expected = await flowOf(TICK, MIDDLE);
  assert.ok(expected.length > 200);
  const tickInts = [...loadProducts().values()].map(({ tick }) => BigInt(Math.round(tick * 1e9)));
  const tickInt = fc.oneof(fc.constantFrom(...new Set(tickInts)), fc.bigInt(1n, 10n ** 12n));
  await fc.assert(
    fc.asyncProperty(tickInt, fc.integer({ min: -2_000, max: 1_000_000 }), async (tick, row) => {
      assert.deepEqual(await flowOf(tick, BigInt(row) * tick), expected);
    }),
    { numRuns: 12, examples: [[500n, 12_801], [10_000_000n, -3_763], [50_000_000n, 0], [1n, 3]] },
  );
});
