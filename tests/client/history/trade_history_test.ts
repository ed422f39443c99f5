import assert from "node:assert/strict";
import fc from "fast-check";
import { momentOf } from "../../../client/format.ts";
import type { Trade, TradeSide } from "../../../engine/wire/messages.ts";
import { BUYER, NOBODY, SELLER, TradeHistory } from "../../../client/history/trade_history.ts";

const TICK = 250_000_000;

function trade(ms: number, tick: number, size: number, side: TradeSide): Trade {
  return [`${ms * 1_000_000}`, `${tick * TICK}`, size, side];
}

type Shown = [ms: number, tick: number, size: number, side: number];

function shown(kept: TradeHistory, from: number, to: number, block = 1, least = 1): Shown[] {
  const all: Shown[] = [];
  kept.visit(from, to, block, least, (...trade) => all.push(trade));
  return all;
}

Deno.test("TradeHistory gives the executions of a stretch at their own times, with who took them", () => {
  const kept = new TradeHistory(8);
  kept.add([trade(4, 100, 3, "B"), trade(5, 99, 2, "A")], TICK);
  kept.add([trade(6, 99, 7, "N"), trade(7, 98, 1, "A")], TICK);
  assert.deepEqual(shown(kept, 4, 7), [[4, 100, 3, BUYER], [5, 99, 2, SELLER], [6, 99, 7, NOBODY]]);
  assert.deepEqual(shown(kept, 8, 20), []);
});

Deno.test("TradeHistory adds up a block's executions on one side at one price, behind the size filter", () => {
  const kept = new TradeHistory(8);
  kept.add([
    trade(0, 100, 3, "B"),
    trade(1, 99, 4, "A"),
    trade(3, 100, 2, "B"),
    trade(4, 100, 1, "B"),
  ], TICK);
  assert.deepEqual(shown(kept, 0, 8, 4), [
    [3, 100, 5, BUYER],
    [1, 99, 4, SELLER],
    [4, 100, 1, BUYER],
  ]);
  assert.deepEqual(shown(kept, 0, 8, 4, 3), [[0, 100, 3, BUYER], [1, 99, 4, SELLER]]);
});

Deno.test("TradeHistory keeps a block's sum while its beginning leaves the view", () => {
  const kept = new TradeHistory(8);
  kept.add([trade(4, 100, 3, "B"), trade(7, 100, 2, "B")], TICK);
  assert.deepEqual(shown(kept, 6, 12, 4), [[7, 100, 5, BUYER]]);
});

Deno.test("TradeHistory lets those farthest from the new ones go, and all over a clear", () => {
  const kept = new TradeHistory(4);
  for (const ms of [10, 11, 12, 13, 14]) kept.add([trade(ms, 100, ms, "B")], TICK);
  assert.deepEqual(shown(kept, 0, 20).map(([ms]) => ms), [12, 13, 14]);
  kept.breakOff();
  for (const ms of [3, 4]) kept.add([trade(ms, 100, ms, "B")], TICK);
  assert.deepEqual(shown(kept, 0, 20).map(([ms]) => ms), [3, 4, 12]);
  kept.clear();
  assert.deepEqual(shown(kept, 0, 20), []);
});

const SESSION = fc.array(
  fc.record({
    step: fc.nat(3),
    tick: fc.integer({ min: 98, max: 101 }),
    size: fc.integer({ min: 1, max: 50 }),
    side: fc.constantFrom<TradeSide>("A", "B", "N"),
  }),
  { minLength: 1, maxLength: 40 },
).map((list) => {
  let ms = 0;
  return list.map(({ step, tick, size, side }) => trade(ms += step, tick, size, side));
});

const total = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0);

Deno.test("TradeHistory loses and invents no contract, however it is cut into blocks", () => {
  fc.assert(fc.property(SESSION, fc.integer({ min: 1, max: 16 }), (session, block) => {
    const kept = new TradeHistory(128);
    kept.add(session, TICK);
    const given = shown(kept, 0, 1000, block);
    assert.equal(total(given.map(([, , size]) => size)), total(session.map(([, , size]) => size)));
    const blocks = given.map(([at, tick, , side]) => `${Math.floor(at / block)} ${tick} ${side}`);
    assert.equal(new Set(blocks).size, blocks.length);
  }));
});

Deno.test("TradeHistory has each execution once, however often its stretch is played", () => {
  // Where each pass begins, and after how many executions each of its messages ends.
  const passes = fc.array(
    fc.record({ from: fc.nat(39), cuts: fc.array(fc.integer({ min: 1, max: 5 })) }),
    { maxLength: 5 },
  );
  fc.assert(fc.property(SESSION, passes, (session, passes) => {
    const kept = new TradeHistory(256);
    kept.add(session, TICK);
    for (const { from, cuts } of passes) {
      kept.breakOff();
      // A pass begins with an instant, never amid one: the grid before it is of that instant too.
      const ms = session[Math.min(from, session.length - 1)]![0];
      let at = session.findIndex(([tsNs]) => tsNs === ms);
      for (const cut of cuts) kept.add(session.slice(at, at += cut), TICK);
      kept.add(session.slice(at), TICK);
    }
    assert.equal(kept.length, session.length);
    const sizes = (list: readonly Shown[]) => list.map(([ms, , size]) => `${ms} ${size}`).sort();
    const once = new TradeHistory(256);
    once.add(session, TICK);
    assert.deepEqual(sizes(shown(kept, 0, 1000)), sizes(shown(once, 0, 1000)));
  }));
});

Deno.test("TradeHistory lists single executions up to a moment, latest first, of at least a size", () => {
  const kept = new TradeHistory(8);
  kept.add([trade(4, 100, 3, "B"), trade(5, 99, 2, "A"), trade(5, 99, 9, "A")], TICK);
  kept.add([trade(6, 98, 1, "N"), trade(7, 98, 5, "B")], TICK);
  const listed = (ms: number, least: number, most = 9) =>
    kept.upTo(ms, least, most).map(({ timeMs, tick, size, side }) => [timeMs, tick, size, side]);
  assert.deepEqual(listed(6, 2), [[5, 99, 9, SELLER], [5, 99, 2, SELLER], [4, 100, 3, BUYER]]);
  assert.deepEqual(listed(9, 1, 2), [[7, 98, 5, BUYER], [6, 98, 1, NOBODY]]);
  assert.deepEqual(listed(3, 1), []);
  const serials = kept.upTo(9, 1, 9).map(({ serial }) => serial);
  assert.equal(new Set(serials).size, 5);
  // What is played before them moves them, and leaves them what they are.
  kept.breakOff();
  kept.add([trade(1, 97, 1, "B")], TICK);
  assert.deepEqual(kept.upTo(9, 1, 5).map(({ serial }) => serial), serials);
});

Deno.test("TradeHistory tells from when on none has gone, and gives what goes from its late end", () => {
  const gone: number[] = [];
  const kept = new TradeHistory(4, (ms) => gone.push(ms));
  for (const ms of [10, 11, 12, 13]) kept.add([trade(ms, 100, 1, "B")], TICK);
  assert.deepEqual([kept.wholeFromMs, kept.lastMs], [-Infinity, 13]);
  kept.add([trade(14, 100, 1, "B")], TICK);
  assert.deepEqual([kept.wholeFromMs, kept.lastMs, gone], [11, 14, []]);
  kept.breakOff();
  for (const ms of [1, 2]) kept.add([trade(ms, 100, 1, "B")], TICK);
  assert.deepEqual([gone, kept.lastMs], [[13, 14], 12]);
  // Those of one time go together.
  const twins = new TradeHistory(4, (ms) => gone.push(ms));
  for (const ms of [10, 13, 13, 13]) twins.add([trade(ms, 100, 1, "B")], TICK);
  twins.breakOff();
  twins.add([trade(1, 100, 1, "B")], TICK);
  assert.deepEqual([gone.slice(2), twins.lastMs], [[13, 13, 13], 10]);
});

Deno.test("TradeHistory gives each execution between two moments, of a millisecond too", () => {
  const kept = new TradeHistory(16);
  const times = ["3000000", "4000000", "4000300", "4000600", "4000600", "5000000"];
  kept.add(times.map((ns, i): Trade => [ns, "25000000000", i + 1, "B"]), TICK);
  const between = (afterNs: bigint, toNs: bigint) => {
    const sizes: number[] = [];
    kept.visitEach(momentOf(afterNs), momentOf(toNs), (_ms, _tick, size) => sizes.push(size));
    return sizes;
  };
  assert.deepEqual(between(4_000_000n, 4_000_600n), [3, 4, 5]);
  assert.deepEqual(between(3_999_999n, 4_000_300n), [2, 3]);
  const sizesUpTo = (ns: bigint) => kept.upTo(momentOf(ns), 0, 9).map(({ size }) => size);
  assert.deepEqual(sizesUpTo(4_000_599n), [3, 2, 1]);
  assert.deepEqual(sizesUpTo(4_000_600n), [5, 4, 3, 2, 1]);
});
