import assert from "node:assert/strict";
import { eventTable } from "../../../engine/regime/event_table.ts";
import { REGIME_DEFAULTS } from "../../../engine/regime/params.ts";
import { tradesAt } from "../../../engine/regime/study/trade_columns.ts";
import type { Trade } from "../../../engine/regime/trades.ts";
import { pricesOf } from "./study/made_prices.ts";

Deno.test("eventTable() has a row for each event: fills, excursions, scores and derivatives of its own", () => {
  const bids = [100, 101, 99, 97, 103, 103, 104, 104];
  const prices = pricesOf(bids.map((_, i) => i * 1e9), bids.map((bid) => [bid, bid + 2]));
  const params = {
    ...REGIME_DEFAULTS,
    tpTicks: 3,
    slTicks: 4,
    maxHoldSnapshots: 6,
    entry: "touch" as const,
    slippageTicks: 0.5,
  };
  const trades = [
    { index: 0, direction: "up", outcome: "tp_before_sl" },
    { index: 2, direction: "down", outcome: "sl_before_tp" },
    { index: 5, direction: "up", outcome: "timeout" },
  ] as Trade[];
  const signals = Int32Array.from(trades, ({ index }) => index);
  const signs = Int8Array.of(1, -1, 1);
  const columns = eventTable({
    subject: {
      productType: "future_mbo",
      symbol: "MNQH6",
      dt: "1970-01-01",
      dataSource: "simulator",
      window: { startTime: "09:00", evalStart: "09:00", evalEnd: "12:00" },
      throttleMs: 25,
      tickInt: 250_000_000,
      contractMultiplier: 2,
    },
    params,
    prices,
    trades,
    resolved: tradesAt({ prices, rule: params, execution: params }, signals, signs),
    lanes: [
      { side: "above", band: 4, score: Float64Array.from(bids, (_, i) => i / 10) },
      { side: "below", band: 4, score: Float64Array.from(bids, (_, i) => -i / 10) },
    ],
    eventId: Float64Array.from(bids, (_, i) => 1_000 + i),
    edge: Float64Array.from(bids, (_, i) => i),
    posture: Int8Array.from(bids, (_, i) => i % 5),
    derivatives: Float64Array.from({ length: 18 }, (_, i) => i),
    tickValue: 0.5,
  });
  const rows = trades.map((_, i) =>
    Object.fromEntries(columns.map(({ name, values }) => [name, values[i]]))
  );
  const [up, down, open] = rows;
  assert.deepEqual(up, {
    ...{ dt: "1970-01-01", symbol: "MNQH6", ts_ns: 0n, event_id: 1_000n, direction: "up" },
    ...{ outcome: "tp_before_sl", outcome_resolved: "tp_before_sl", censored: false },
    ...{ entry_mid: 25.25, entry_bid: 25, entry_ask: 25.5 },
    ...{ exit_mid: 26, exit_bid: 25.75, exit_ask: 26.25, ts_exit_ns: 4_000_000_000n },
    ...{ best_excursion_ticks: 3, worst_excursion_ticks: -3, edge: 0 },
    ...{ score_above_4: 0, score_below_4: -0 },
    ...{ d1_above_4: 0, d2_above_4: 1, d3_above_4: 2, d1_below_4: 3, d2_below_4: 4, d3_below_4: 5 },
    ...{ posture: "transition", spread_ticks: 2, gross_ticks: 2, net_ticks: 1 },
  });
  // Sold at 99, the bid, and bought at 104, the mid that stopped it.
  assert.deepEqual(
    [down!["gross_ticks"], down!["best_excursion_ticks"], down!["worst_excursion_ticks"]],
    [-5, 2, -4],
  );
  assert.deepEqual([down!["d1_above_4"], down!["d3_below_4"]], [6, 11]);
  assert.deepEqual(
    [open!["censored"], open!["outcome"], open!["outcome_resolved"], open!["gross_ticks"]],
    [true, "timeout", null, null],
  );
  assert.deepEqual([open!["ts_exit_ns"], open!["exit_mid"], open!["entry_mid"]], [null, null, 26]);
});
