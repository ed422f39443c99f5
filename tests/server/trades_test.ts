import assert from "node:assert/strict";
import { tableFromIPC } from "apache-arrow";
import type { Trade, TradesMessage } from "../../engine/wire/messages.ts";
import type { Source } from "../oracle/source.ts";
import { hasShared } from "../shared_data.ts";
import { SMALL_START } from "../small_session.ts";
import {
  nyNs,
  plainGrids,
  servedOnce,
  type ServedSession,
  serveEs,
  serveSmall,
  stateOf,
} from "./served_session.ts";
import type { Received, StreamReader } from "./stream_client.ts";

const ASKS_FOR_TRADES = `start_time=${SMALL_START}&speed=1000&fields=rest_depth,trades`;

const small = servedOnce(() => serveSmall());
const es = servedOnce(serveEs);

/** The executions among records, as a stream tells them. */
function executions(records: Source["kept"], startNs: bigint): Trade[] {
  return records
    .filter(({ action, ts, size, price }) =>
      action === "T" && ts >= startNs && size > 0n && size < 4294967295n && price !== 0n
    )
    .map(({ ts, price, size, side }): Trade => {
      assert.ok(side === "A" || side === "B" || side === "N");
      return [`${ts}`, `${price}`, Number(size), side];
    });
}

/**
 * Holds the executions before every grid and the end against the records between it and the grid
 * before, whichever grids were left out.
 *
 * @param before event_id of the grid before the first of the messages
 * @returns all executions told
 */
function checkTrades(
  messages: readonly Received[],
  { kept }: ServedSession,
  startNs: bigint,
  before = 0,
): Trade[] {
  const told: Trade[] = [];
  const waiting: TradesMessage[] = [];
  for (const message of messages) {
    if (message instanceof Uint8Array) continue;
    if (message.type === "trades") {
      assert.equal(message.dropped, undefined);
      assert.notEqual(message.trades.length, 0);
      waiting.push(message);
    } else if (message.type === "grid_update" || message.type === "end") {
      const isGrid = message.type === "grid_update";
      const upTo = isGrid ? message.event_id : kept.length;
      const expected = executions(kept.slice(before, upTo), startNs);
      const tsNs = isGrid ? message.ts_ns : `${kept.at(-1)!.ts}`;
      const one = { type: "trades", ts_ns: tsNs, trades: expected };
      assert.deepEqual(waiting.splice(0), expected.length === 0 ? [] : [one]);
      told.push(...expected);
      before = upTo;
    } else {
      assert.equal(waiting.length, 0, `${message.type} between executions and their grid`);
    }
  }
  assert.equal(waiting.length, 0);
  return told;
}

/** The rest of a stream from its next grid on, with the executions before that. */
async function restAfterState(stream: StreamReader): Promise<Received[]> {
  await stateOf(stream);
  return await stream.rest();
}

Deno.test("fields=trades sends every execution of the small session once, before its grid", async () => {
  const served = await small();
  const startNs = nyNs(served.dt, SMALL_START);
  const messages = await served.server.connect(ASKS_FOR_TRADES).rest();
  const told = checkTrades(messages, served, startNs);
  assert.deepEqual(told, executions(served.kept, startNs));
  assert.ok(told.length > 100);
  const rows = tableFromIPC(messages.find((message) => message instanceof Uint8Array)!);
  assert.deepEqual(rows.schema.fields.map(({ name }) => name), ["k", "rest_depth"]);
});

Deno.test({
  name: "fields=trades sends every execution of ESH4 from the start time on once, before its grid",
  ignore: !hasShared,
  async fn() {
    const served = await es();
    const startNs = nyNs(served.dt, "18:10");
    const stream = served.server.connect("start_time=18:10&speed=1000&fields=trades");
    const told = checkTrades(await stream.rest(), served, startNs);
    assert.deepEqual(told, executions(served.kept, startNs));
    assert.ok(told.length > 1_000);
  },
});

Deno.test("without a start time executions are told from the first record on", async () => {
  const served = await small();
  const told = checkTrades(
    await served.server.connect("speed=1000&throttle_ms=5000&fields=trades").rest(),
    served,
    0n,
  );
  assert.deepEqual(told, executions(served.kept, 0n));
});

Deno.test("after a restart every execution is told again", async () => {
  const served = await small();
  const startNs = nyNs(served.dt, SMALL_START);
  const stream = served.server.connect(ASKS_FOR_TRADES.replace("speed=1000", "speed=20"));
  await stream.until("trades");
  stream.control("restart");
  stream.control("speed", 1000);
  const told = checkTrades(await restAfterState(stream), served, startNs);
  assert.deepEqual(told, executions(served.kept, startNs));
});

for (
  const [what, times] of [["forward", ["09:38:00"]], ["back", ["09:38:30", "09:36:30"]]] as const
) {
  Deno.test(`after a seek ${what} executions are told from the grid before the first shown`, async () => {
    const served = await small();
    const grids = await plainGrids(served, SMALL_START);
    const stream = served.server.connect(`start_time=${SMALL_START}&speed=1&fields=trades`);
    await stream.until("grid_update");
    for (const time of times.slice(0, -1)) {
      stream.control("seek", time);
      await stateOf(stream);
      await stream.until("grid_update");
    }
    const time = times.at(-1)!;
    stream.control("seek", time);
    stream.control("speed", 1000);
    const messages = await restAfterState(stream);
    const first = grids.findIndex(({ tsNs }) => tsNs >= nyNs(served.dt, time));
    const told = checkTrades(
      messages,
      served,
      nyNs(served.dt, SMALL_START),
      grids[first - 1]!.eventId,
    );
    assert.ok(told.length > 10);
  });
}

Deno.test("a client that asks for nothing new gets the messages of old, field by field", async () => {
  const served = await small();
  const messages = await served.server.connect(`start_time=${SMALL_START}&speed=1000`).rest();
  const shapes = new Map<string, string>();
  for (const message of messages) {
    if (!(message instanceof Uint8Array)) shapes.set(message.type, Object.keys(message).join());
  }
  // Whether it lags depends on the machine.
  shapes.delete("lag");
  assert.deepEqual(Object.fromEntries(shapes), {
    runtime_config: [
      "type,product_type,symbol,symbol_root,price_scale,tick_size,bucket_size_dollars",
      "rel_tick_size,grid_max_ticks,contract_multiplier,qty_unit,price_decimals,config_version",
      "mode,deployment_stage,stream_format,grid_schema_fields,grid_rows,data_source,dt,start_time",
      "throttle_ms,speed",
    ].join(),
    progress: "type,phase,fraction,events,ts_ns",
    grid_update: "type,ts_ns,event_id,mid_price,spot_ref_price_int,best_bid_price_int," +
      "best_ask_price_int,book_valid,bid_present,ask_present",
    end: "type,reason,records_read,records_kept,boundaries,grids,ts_back,unknown_cancels," +
      "unknown_modifies,unknown_fills,duplicate_adds,crossed_boundaries,event_id",
  });
});
