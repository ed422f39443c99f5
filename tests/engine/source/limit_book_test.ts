import assert from "node:assert/strict";
import fc from "fast-check";
import { LEVELS, LimitBook } from "../../../engine/source/simulator/limit_book.ts";

const MIDDLE = LEVELS / 2;

/** A step that any book can take: `pick` chooses among its orders, `distance` a level. */
const STEPS = fc.array(
  fc.record({
    kind: fc.constantFrom("add", "add", "remove", "move"),
    isBid: fc.boolean(),
    distance: fc.integer({ min: 1, max: 6 }),
    pick: fc.nat({ max: 1000 }),
  }),
  { minLength: 20, maxLength: 120, size: "max" },
);

Deno.test("LimitBook keeps queues, counts and best prices as plain lists do", () => {
  fc.assert(fc.property(STEPS, (steps) => {
    const book = new LimitBook(200);
    const queues = new Map<number, number[]>();
    const bids = new Set<number>();
    const append = (slot: number, level: number) =>
      queues.set(level, [...queues.get(level) ?? [], slot]);
    const drop = (slot: number) => {
      const level = [...queues.keys()].find((level) => queues.get(level)!.includes(slot))!;
      queues.set(level, queues.get(level)!.filter((other) => other !== slot));
    };
    const levelFor = (isBid: boolean, distance: number) =>
      isBid
        ? Math.min(book.bestAsk, MIDDLE) - distance
        : Math.max(book.bestBid, MIDDLE - 1) + distance;
    for (const { kind, isBid, distance, pick } of steps) {
      const slots = [...queues.values()].flat();
      const slot = slots[pick % slots.length];
      if (kind === "add") {
        const level = levelFor(isBid, distance);
        const added = book.add(level, isBid, 1, pick);
        if (isBid) bids.add(added);
        append(added, level);
      } else if (slot !== undefined && kind === "remove") {
        book.remove(slot);
        drop(slot);
        bids.delete(slot);
      } else if (slot !== undefined) {
        const level = levelFor(bids.has(slot), distance);
        book.move(slot, level);
        drop(slot);
        append(slot, level);
      }
      const used = [...queues].filter(([, queue]) => queue.length > 0);
      for (const [level, queue] of queues) {
        assert.equal(book.count[level], queue.length);
        const kept = Array.from({ length: queue.length }, (_, i) => book.fromEnd(level, i));
        assert.deepEqual(kept.reverse(), queue);
      }
      const levelsOf = (isBid: boolean) =>
        used.filter(([, [first]]) => bids.has(first!) === isBid).map(([level]) => level);
      assert.equal(book.bestBid, Math.max(-1, ...levelsOf(true)));
      assert.equal(book.bestAsk, Math.min(LEVELS, ...levelsOf(false)));
      assert.equal(book.bidCount, bids.size);
      assert.equal(book.askCount, [...queues.values()].flat().length - bids.size);
    }
  }));
});
