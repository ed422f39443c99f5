import assert from "node:assert/strict";
import fc from "fast-check";
import type { Trade, TradeSide } from "../../../engine/wire/messages.ts";
import { BUYER, NOBODY, SELLER, TradeHistory } from "../../../client/history/trade_history.ts";

const TICK = 250_000_000;

function trade(tick: number, size: number, side: TradeSide): Trade {
  return ["0", `${tick * TICK}`, size, side];
}

type Shown = [column: number, tick: number, size: number, side: number];

function shown(ring: TradeHistory, from: number, to: number, block = 1, least = 1): Shown[] {
  const all: Shown[] = [];
  ring.visit(from, to, block, least, (...trade) => all.push(trade));
  return all;
}

Deno.test("TradeHistory gives the executions of the columns asked for, with who took them", () => {
  const ring = new TradeHistory(8);
  ring.add(trade(100, 3, "B"), 4, TICK);
  ring.add(trade(99, 2, "A"), 5, TICK);
  ring.add(trade(99, 7, "N"), 6, TICK);
  ring.add(trade(98, 1, "A"), 7, TICK);
  assert.deepEqual(shown(ring, 4, 7), [[4, 100, 3, BUYER], [5, 99, 2, SELLER], [6, 99, 7, NOBODY]]);
  assert.deepEqual(shown(ring, 8, 20), []);
});

Deno.test("TradeHistory adds up a block's executions on one side at one price, before the size filter", () => {
  const ring = new TradeHistory(8);
  ring.add(trade(100, 3, "B"), 0, TICK);
  ring.add(trade(99, 4, "A"), 1, TICK);
  ring.add(trade(100, 2, "B"), 3, TICK);
  ring.add(trade(100, 1, "B"), 4, TICK);
  assert.deepEqual(shown(ring, 0, 8, 4), [
    [3, 100, 5, BUYER],
    [1, 99, 4, SELLER],
    [4, 100, 1, BUYER],
  ]);
  assert.deepEqual(shown(ring, 0, 8, 4, 5), [[3, 100, 5, BUYER]]);
});

Deno.test("TradeHistory keeps a block's sum while its beginning leaves the view", () => {
  const ring = new TradeHistory(8);
  ring.add(trade(100, 3, "B"), 4, TICK);
  ring.add(trade(100, 2, "B"), 7, TICK);
  assert.deepEqual(shown(ring, 6, 12, 4), [[7, 100, 5, BUYER]]);
});

Deno.test("TradeHistory keeps the last executions, and none over a clear", () => {
  const ring = new TradeHistory(2);
  for (const column of [0, 1, 2]) ring.add(trade(100, 1 + column, "B"), column, TICK);
  assert.deepEqual(shown(ring, 0, 3).map(([column]) => column), [1, 2]);
  ring.clear();
  assert.deepEqual(shown(ring, 0, 3), []);
});

Deno.test("TradeHistory loses and invents no contract, however it is cut into blocks", () => {
  const trades = fc.array(
    fc.record({
      step: fc.nat(3),
      tick: fc.integer({ min: 98, max: 101 }),
      size: fc.integer({ min: 1, max: 50 }),
      side: fc.constantFrom<TradeSide>("A", "B", "N"),
    }),
    { maxLength: 40 },
  );
  fc.assert(fc.property(trades, fc.integer({ min: 1, max: 16 }), (list, block) => {
    const ring = new TradeHistory(64);
    let column = 0;
    for (const { step, tick, size, side } of list) {
      ring.add(trade(tick, size, side), column += step, TICK);
    }
    const total = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0);
    const given = shown(ring, 0, column + 1, block);
    assert.equal(total(given.map(([, , size]) => size)), total(list.map(({ size }) => size)));
    const blocks = given.map(([at, tick, , side]) => `${Math.floor(at / block)} ${tick} ${side}`);
    assert.equal(new Set(blocks).size, blocks.length);
  }));
});
