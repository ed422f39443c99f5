/** What a comparison of sessions prints. */
import assert from "node:assert/strict";
import { ACTION, SIDE } from "dbn-ts";
import { SessionStatistics } from "../../scripts/compare/statistics.ts";
import { statisticsTable } from "../../scripts/compare/table.ts";

Deno.test("statisticsTable() has a dash for what has no value, as of a mid that stands still", () => {
  const empty = new SessionStatistics(250_000_000, 0, 10);
  const still = new SessionStatistics(250_000_000, 0, 10);
  still.mids.push(4, 4, 4);
  const table = statisticsTable([["empty", empty], ["still", still]]);
  assert.ok(!/NaN|Infinity/.test(table), table);
  assert.match(table, /Mid over 1 s: [^|]*\| – \/ – \/ – +\| 0\.00 \/ 100\.0 % \/ – +\|/);
});

Deno.test("the spread of a crossed book counts as none of those that are listed", () => {
  const statistics = new SessionStatistics(250_000_000, 0, 10e9);
  const record = {
    ...{ publisherId: 1, instrumentId: 1, orderId: 1n, flags: 0, channelId: 0, sequence: 0 },
    ...{ tsEvent: 0n, tsRecv: 0n, tsInDelta: 0, price: 1_000_000_000n, size: 1 },
    ...{ action: ACTION.ADD, side: SIDE.BID },
  };
  // Bids and asks in ticks, and how long they stand: crossed for 5 s, 4 ticks wide for 3, one for 2.
  const stretches = [[12, 8, 5], [8, 12, 3], [8, 9, 2]] as const;
  let ts = 0;
  const at = (ts: number, bid: number, ask: number) =>
    statistics.add({ ...record, ts }, {
      bestBid: BigInt(bid) * 250_000_000n,
      bestAsk: BigInt(ask) * 250_000_000n,
    });
  at(ts, 8, 9);
  for (const [bid, ask, seconds] of stretches) at(ts += seconds * 1e9, bid, ask);
  const table = statisticsTable([["auction", statistics]]);
  assert.match(table, /Spread [^|]*\| 20\.0 % \/ 0\.0 % \/ 0\.0 % \/ 30\.0 % /);
});
