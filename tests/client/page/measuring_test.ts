import assert from "node:assert/strict";
import { History } from "../../../client/history/history.ts";
import { Measuring } from "../../../client/page/measuring.ts";
import { instrumentOf } from "../../../client/stream/instrument.ts";
import type { Trade } from "../../../engine/wire/messages.ts";
import { gridHead, MNQ } from "../mnq.ts";
import { nsOf } from "../told_states.ts";

Deno.test("Measuring has a box from the first corner on, which the second one ends", () => {
  const measuring = new Measuring();
  measuring.extend({ timeMs: 5, tick: 5 });
  assert.equal(measuring.box, null);
  measuring.mark({ timeMs: 100, tick: 7 });
  measuring.extend({ timeMs: 50, tick: 9 });
  assert.deepEqual(measuring.box, { fromMs: 50, toMs: 100, low: 7, high: 9 });
  assert.equal(measuring.isOpen.value, true);
  measuring.mark({ timeMs: 150, tick: 4 });
  measuring.extend({ timeMs: 1, tick: 1 });
  assert.deepEqual(measuring.box, { fromMs: 100, toMs: 150, low: 4, high: 7 });
  assert.equal(measuring.isOpen.value, false);
  measuring.clear();
  assert.equal(measuring.box, null);
});

Deno.test("Measuring measures again when the box moves, or grids come to lie in it", () => {
  const history = new History(8);
  const instrument = instrumentOf(MNQ);
  for (const event of [1, 2, 3]) {
    history.record(gridHead(0n, event), { columns: {} }, instrument, []);
  }
  const measuring = new Measuring();
  const figures = () => measuring.figures.value;
  measuring.look(history);
  assert.equal(figures(), null);
  measuring.mark({ timeMs: 25, tick: 100_000 });
  measuring.mark({ timeMs: 75, tick: 100_002 });
  measuring.look(history);
  const first = figures();
  assert.deepEqual([first?.ms, first?.buckets], [50, 2]);
  measuring.look(history);
  assert.equal(figures(), first);
  history.breakOff();
  history.record(gridHead(0n, 2, { ts_ns: "60000000" }), { columns: {} }, instrument, []);
  measuring.look(history);
  assert.notEqual(figures(), first);
});

Deno.test("Measuring measures again when trades come to lie in it, though no grid does", () => {
  const history = new History(8);
  const instrument = instrumentOf(MNQ);
  const trade = (ms: number, size: number): Trade => [nsOf(ms), "25000000000000", size, "B"];
  const record = (event: number, trades: readonly Trade[], isHistory = false) =>
    history.record(
      gridHead(0n, event, isHistory ? { history: true } : {}),
      { columns: {} },
      instrument,
      trades,
    );
  // The minute before the first grid comes without its trades.
  for (const event of [1, 2]) record(event, [], true);
  record(3, []);
  const measuring = new Measuring();
  measuring.mark({ timeMs: 25, tick: 99_000 });
  measuring.mark({ timeMs: 70, tick: 101_000 });
  const look = () => {
    measuring.look(history);
    const { traded, tradesKnown } = measuring.figures.value!;
    return [traded, tradesKnown];
  };
  assert.deepEqual(look(), [0, false]);
  // It is played: the grids are there, and the last trade comes with the one after the box.
  history.breakOff();
  record(1, []);
  record(2, [trade(40, 3)]);
  assert.deepEqual(look(), [3, false]);
  record(3, [trade(60, 5), trade(71, 9)]);
  assert.deepEqual(look(), [8, true]);
});
