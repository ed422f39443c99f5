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

Deno.test("eventTable() has prices between two ticks to the digit, and what lies between them", () => {
  // Cents of a stock, on a grid of quarters.
  const [tickInt, cent] = [250_000_000, 10_000_000];
  const touch = [[10_001, 10_003], [9_992, 9_995], [10_008, 10_009], [10_031, 10_032]] as const;
  const ticks = (cents: number) => cents * cent / tickInt;
  const prices = pricesOf(
    touch.map((_, i) => i * 1e9),
    touch.map(([bid, ask]) => [ticks(bid), ticks(ask)] as const),
    tickInt,
  );
  const params = { ...REGIME_DEFAULTS, tpTicks: 1, slTicks: 1, exit: "touch" as const };
  const trades = [{ index: 0, direction: "up", outcome: "tp_before_sl" }] as Trade[];
  const columns = eventTable({
    subject: {
      productType: "equity_mbo",
      symbol: "ABCD",
      dt: "1970-01-01",
      dataSource: "databento",
      window: { startTime: "09:00", evalStart: "09:00", evalEnd: "12:00" },
      throttleMs: 25,
      tickInt,
      contractMultiplier: 1,
    },
    params,
    prices,
    trades,
    resolved: tradesAt({ prices, rule: params, execution: params }, Int32Array.of(0), 1),
    lanes: [],
    eventId: new Float64Array(4),
    edge: new Float64Array(4),
    posture: new Int8Array(4),
    derivatives: new Float64Array(0),
    tickValue: 0.25,
  });
  const row = Object.fromEntries(columns.map(({ name, values }) => [name, values[0]]));
  // The target of a quarter is 100.27: the mid of 100.315 is beyond, and the bid of 100.31 is got.
  const { outcome_resolved: outcome, gross_ticks: gross, net_ticks: net } = row;
  assert.deepEqual([outcome, gross, net], ["tp_before_sl", 1.16, 1.16]);
  assert.deepEqual(
    ["entry_mid", "entry_bid", "entry_ask", "exit_mid", "exit_bid", "exit_ask"].map((n) => row[n]),
    [100.02, 100.01, 100.03, 100.315, 100.31, 100.32],
  );
  assert.deepEqual(
    ["best_excursion_ticks", "worst_excursion_ticks", "spread_ticks"].map((name) => row[name]),
    [1.18, -0.34, 0.08],
  );
});
