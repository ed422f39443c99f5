import assert from "node:assert/strict";
import fc from "fast-check";
import { EventHistory, type PlacedEvent } from "../../../client/history/event_history.ts";
import type { BookEventMessage } from "../../../engine/wire/messages.ts";

const TICK = 250_000_000;

/** Event n of a session, a millisecond after the one before. */
function event(n: number): BookEventMessage {
  const happened = {
    ...{ ts_ns: `${n}000000`, event_id: n, size: n },
    side: n % 2 ? "B" as const : "A" as const,
    price_int: `${n * TICK}`,
  };
  return n % 3 === 0
    ? { ...happened, event: "sweep", from_price_int: `${(n - 2) * TICK}`, prices: 3 }
    : {
      ...{ ...happened, event: "reserve", order_id: "7", shown: n, filled: n, refills: 1 },
      since_ts_ns: "1",
    };
}

const numbers = (events: readonly PlacedEvent[]) => events.map(({ event }) => event.event_id);

function inView(history: EventHistory, fromMs: number, toMs: number): number[] {
  const seen: PlacedEvent[] = [];
  history.visit(fromMs, toMs, (placed) => seen.push(placed));
  return numbers(seen);
}

Deno.test("events are kept in the session's order, each once, however often a stretch is played", () => {
  const stretch = fc.record({ from: fc.nat(50), length: fc.nat(20) });
  fc.assert(fc.property(fc.array(stretch, { maxLength: 12 }), (stretches) => {
    const history = new EventHistory(100);
    const expected = new Set<number>();
    for (const { from, length } of stretches) {
      const numbers = Array.from({ length }, (_, i) => from + i + 1);
      history.add(numbers.map(event), TICK);
      for (const n of numbers) expected.add(n);
    }
    const sorted = [...expected].sort((a, b) => a - b);
    assert.deepEqual(inView(history, 0, 1_000), sorted);
    assert.deepEqual(inView(history, 20, 30), sorted.filter((n) => n >= 20 && n < 30));
    assert.deepEqual(
      numbers(history.upTo(40, 5)),
      sorted.filter((n) => n <= 40).slice(-5).reverse(),
    );
  }));
});

Deno.test("of too many events those farthest from the last one go", () => {
  const history = new EventHistory(4);
  history.add([1, 2, 3, 4, 5, 6].map(event), TICK);
  assert.deepEqual(inView(history, 0, 100), [3, 4, 5, 6]);
  // Played again from the start: what is late goes.
  history.add([1, 2].map(event), TICK);
  assert.deepEqual(inView(history, 0, 100), [1, 2, 3, 4]);
  history.clear();
  assert.equal(history.length, 0);
});

Deno.test("an event lies where it ended, a sweep where it began too", () => {
  const history = new EventHistory(4);
  history.add([event(6), event(7)], TICK);
  const [reserve, sweep] = history.upTo(100, 2);
  assert.deepEqual([sweep!.timeMs, sweep!.tick, sweep!.fromTick], [6, 6, 4]);
  assert.deepEqual([reserve!.tick, reserve!.fromTick], [7, 7]);
});
