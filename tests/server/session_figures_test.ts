/** What was traded in the session, which is told only where all of it is known. */
import assert from "node:assert/strict";
import { ensureBookCache } from "../../engine/cache.ts";
import { EngineRun } from "../../engine/run.ts";
import { sessionTimeNs } from "../../engine/session.ts";
import { SIMULATED_DATASET } from "../../engine/source/data_source.ts";
import { SCHEMA_MIXED } from "dbn-ts";
import { RunReading } from "../../server/stream/run_reading.ts";
import { isWholeProof } from "../proof.ts";
import { hasShared } from "../shared_data.ts";
import { SMALL_START } from "../small_session.ts";
import { type ServedSession, serveEs, serveSmall } from "./served_session.ts";
import { all } from "./timed_stream.ts";
import {
  adds,
  dbn,
  errorRecord,
  type FileSays,
  flow,
  mappingRecord,
  MIDNIGHT_NS,
  snapshot,
} from "../made_session.ts";

const SECOND = 1_000_000_000n;
const HOUR = 3_600n * SECOND;
const BID = 25_000_000_000_000n;
const DT = "2026-02-06";

const trade = (at: bigint) =>
  flow({ action: "T", side: "B", at, orderId: 9n, price: BID, size: 2 });

/** Prices and volume of one trade of 2, and of as many as there are. */
const known = (trades: number) => ({
  ...{ high: `${BID}`, low: `${BID}`, vwap: `${BID}`, volume: `${2 * trades}` },
});
const UNKNOWN = { high: null, low: null, vwap: null, volume: null };

/** What a run tells at its end, cold, and again from the book cache, of a start at 13:00 New York. */
async function told(records: readonly Uint8Array[], says: FileSays): Promise<unknown[]> {
  const lake = await Deno.makeTempDir({ prefix: "spymaster_session_figures_" });
  try {
    await Deno.writeFile(`${lake}/day.dbn`, dbn(records, says));
    const figures: unknown[] = [];
    for (let turn = 0; turn < 2; turn++) {
      const run = await EngineRun.open({
        origin: { path: `${lake}/day.dbn` },
        ...{ productType: "future_mbo", symbol: "MNQH6", dt: DT, tickInt: 250_000_000 },
        startNs: sessionTimeNs("future_mbo", DT, { name: "start", text: "13:00" }),
        throttleMs: 0,
      });
      assert.equal((await ensureBookCache(run, { lake }))?.hit, turn === 1);
      while (await run.advance(1_000) !== "end");
      figures.push(JSON.parse(new RunReading(run, 0).sessionJson()));
      run.close();
    }
    return figures;
  } finally {
    await Deno.remove(lake, { recursive: true });
  }
}

const MIDDAY = 15n * HOUR;
const LATE = 19n * HOUR;
const LIVE: FileSays = { schema: SCHEMA_MIXED, symbol: null, start: MIDNIGHT_NS + MIDDAY };

for (
  const [name, records, says, expected] of [
    [
      "a day from its beginning",
      [...snapshot({ at: SECOND }), trade(MIDDAY), trade(LATE)],
      {},
      known(2),
    ],
    [
      "a file that says that it begins at midday",
      [...snapshot({ at: MIDDAY }), trade(MIDDAY + SECOND), trade(LATE)],
      { start: MIDNIGHT_NS + MIDDAY },
      UNKNOWN,
    ],
    [
      "a recording that was begun at midday",
      [mappingRecord(1, "MNQH6"), ...snapshot({ at: MIDDAY }), trade(MIDDAY + SECOND), trade(LATE)],
      { ...LIVE, start: 0n },
      UNKNOWN,
    ],
    [
      "a recording that was begun just before its session",
      [mappingRecord(1, "MNQH6"), ...snapshot({ at: -5n * SECOND }), trade(MIDDAY), trade(LATE)],
      { ...LIVE, start: MIDNIGHT_NS - 5n * SECOND },
      known(2),
    ],
    [
      "a simulated session, before which there was nothing",
      [...snapshot({ at: MIDDAY }), trade(MIDDAY + SECOND), trade(LATE)],
      { dataset: SIMULATED_DATASET, start: MIDNIGHT_NS + MIDDAY },
      known(2),
    ],
    [
      "a file that begins within a book",
      [...adds(2, { at: MIDDAY }), trade(MIDDAY + 9n * SECOND), trade(LATE)],
      {},
      UNKNOWN,
    ],
    [
      "records that were skipped",
      [...snapshot({ at: SECOND }), trade(MIDDAY), errorRecord("", 7), trade(LATE)],
      {},
      UNKNOWN,
    ],
    [
      "a gap that a snapshot has mended",
      [...snapshot({ at: SECOND }), trade(MIDDAY), ...snapshot({ at: MIDDAY + HOUR }), trade(LATE)],
      {},
      UNKNOWN,
    ],
  ] as const
) {
  Deno.test(
    `the session's figures are ${expected === UNKNOWN ? "unknown" : "known"} of ${name}`,
    async () => {
      assert.deepEqual(await told(records, says), [expected, expected]);
    },
  );
}

/** What was traded up to a record, counted plainly. */
function plainSession(kept: ServedSession["kept"]): (eventId: number) => unknown {
  let high: bigint | null = null, low: bigint | null = null;
  let volume = 0n, notional = 0n, at = 0;
  return (eventId) => {
    for (; at < eventId; at++) {
      const { action, price, size } = kept[at]!;
      if (action !== "T" || size === 0n || size === 4294967295n || price === 0n) continue;
      if (high === null || price > high) high = price;
      if (low === null || price < low) low = price;
      volume += size;
      notional += price * size;
    }
    const vwap = volume === 0n ? null : (2n * notional + volume) / (2n * volume);
    const text = (value: bigint | null) => value === null ? null : `${value}`;
    return { high: text(high), low: text(low), vwap: text(vwap), volume: `${volume}` };
  };
}

for (
  const [name, serve, start] of [
    ["the small session", serveSmall, SMALL_START],
    ["ESH4", serveEs, "18:50"],
  ] as const
) {
  Deno.test({
    name: `session: what was traded since the session's beginning, bootstrap included: ${name}`,
    ignore: name === "ESH4" && !(isWholeProof && hasShared),
    async fn() {
      await using served = await serve();
      const query = `start_time=${start}&speed=1000&fields=k&session=1&history=60`;
      // Cold, then from the book cache.
      for (let turn = 0; turn < 2; turn++) {
        const grids = await all(served, query);
        const expected = plainSession(served.kept);
        assert.ok(grids.length > 500);
        for (const { head } of grids) assert.deepEqual(head.session, expected(head.event_id));
      }
    },
  });
}
