import assert from "node:assert/strict";
import fc from "fast-check";
import { momentOf } from "../../../client/format.ts";
import { GridOrder } from "../../../client/history/grid_order.ts";
import { OPERATIONS, perform, type PlainGrid, PlainOrder, STEP_NS } from "./plain_order.ts";

const CAPACITY = 12;

function all(order: GridOrder): number[] {
  return Array.from({ length: order.length }, (_, rank) => order.at(rank));
}

/** An order in which grids fell at some milliseconds, event by event. */
function ordered(...times: number[]): GridOrder {
  const order = new GridOrder(16);
  for (const ms of times) place(order, ms);
  return order;
}

function place(order: GridOrder, ms: number) {
  return order.place(BigInt(ms) * 1_000_000n, ms);
}

function timesOf(order: GridOrder): string {
  return all(order).map((grid, rank) => `${order.begins(rank) ? "| " : ""}${order.time(grid)}`)
    .join(" ");
}

Deno.test("GridOrder keeps a grid in its millisecond, however near the next one is", () => {
  const order = new GridOrder(CAPACITY);
  const tsNs = 1_770_388_199_999_999_999n;
  const { number } = order.place(tsNs, 1);
  assert.equal(Math.floor(order.time(number)), 1_770_388_199_999);
  assert.equal(order.time(number), momentOf(tsNs));
});

Deno.test("GridOrder is what a plain list is, whatever is played, sought and lost", () => {
  fc.assert(
    fc.property(OPERATIONS, (operations) => {
      const order = new GridOrder(CAPACITY);
      const plain = new PlainOrder(CAPACITY);
      const numbers = new Map<number, string>();
      const kept = (grid: PlainGrid) => `${grid.step} ${grid.eventId}`;
      const check = (came: PlainGrid) => {
        assert.equal(order.length, plain.grids.length);
        numbers.set(order.now, kept(came));
        assert.deepEqual(all(order).map((grid) => numbers.get(grid)), plain.grids.map(kept));
        plain.grids.forEach((grid, rank) => {
          const number = order.at(rank);
          assert.equal(order.rankOf(number), rank);
          assert.ok(order.has(number));
          assert.equal(order.time(number), momentOf(BigInt(grid.step) * STEP_NS));
          assert.equal(order.begins(rank), plain.begins(rank), `${rank} of ${timesOf(order)}`);
        });
        const segments: number[] = [];
        order.segments(segments);
        assert.deepEqual(segments, [...plain.grids.keys()].filter((rank) => plain.begins(rank)));
        // No two grids share a slot.
        assert.equal(new Set(all(order).map((grid) => grid % CAPACITY)).size, order.length);
      };
      const both = {
        place: (tsNs: bigint, eventId: number) => {
          const { isNew } = plain.place(tsNs, eventId);
          const placed = order.place(tsNs, eventId);
          assert.equal(placed.isNew, isNew);
          return placed;
        },
        breakOff: () => {
          plain.breakOff();
          order.breakOff();
        },
      };
      perform(operations, both, check);
    }),
    { numRuns: 300 },
  );
});

Deno.test("GridOrder knows a grid by its time and its event", () => {
  const order = ordered(10, 20);
  const { number, isNew } = order.place(20_000_000n, 20);
  assert.deepEqual([number, isNew, order.length], [order.at(1), false, 2]);
  assert.equal(order.place(20_000_000n, 21).isNew, true);
  assert.equal(order.place(20_000_001n, 20).isNew, true);
  assert.equal(order.length, 4);
});

Deno.test("GridOrder holds silence together, and begins a segment where something was left out", () => {
  const order = ordered(10, 20, 90_000);
  assert.equal(timesOf(order), "| 10 20 90000");
  order.breakOff();
  place(order, 90_025);
  assert.equal(timesOf(order), "| 10 20 90000 | 90025");
});

Deno.test("GridOrder keeps what is later over a seek back, and joins it when it is reached", () => {
  const order = ordered(100, 110, 120);
  order.breakOff();
  for (const ms of [50, 60]) place(order, ms);
  assert.equal(timesOf(order), "| 50 60 | 100 110 120");
  assert.equal(order.time(order.now), 60);
  place(order, 105);
  assert.equal(timesOf(order), "| 50 60 100 105 110 120");
  assert.equal(place(order, 110).isNew, false);
  assert.equal(order.time(order.now), 110);
});

Deno.test("GridOrder joins a connection that goes on from what is there", () => {
  const order = ordered(100, 110, 120);
  order.breakOff();
  for (const ms of [110, 120, 130]) place(order, ms);
  assert.equal(timesOf(order), "| 100 110 120 130");
});

Deno.test("GridOrder takes a grid that goes back for the first of another place, told of or not", () => {
  const order = ordered(100, 110);
  assert.equal(place(order, 50).before, null);
  assert.equal(timesOf(order), "| 50 | 100 110");
});

Deno.test("GridOrder names the grid that another goes on from", () => {
  const order = ordered(100);
  const first = order.now;
  assert.equal(place(order, 110).before, first);
  order.breakOff();
  assert.equal(place(order, 120).before, null);
});

Deno.test("GridOrder finds the grid of an instant", () => {
  const order = ordered(100, 110, 120);
  assert.deepEqual([99, 100, 109, 110, 500].map((ms) => order.rankAt(ms)), [-1, 0, 0, 1, 2]);
});

Deno.test("GridOrder tells grids within a millisecond apart by their moments", () => {
  const order = new GridOrder(8);
  const times = [99_900_000n, 100_000_000n, 100_300_000n, 100_300_400n, 101_000_000n];
  times.forEach((tsNs, i) => order.place(tsNs, i + 1));
  assert.deepEqual(times.map((tsNs) => order.rankAt(momentOf(tsNs))), [0, 1, 2, 3, 4]);
  assert.deepEqual([99, 100.2, 100.9, 100.99].map((ms) => order.rankAt(ms)), [-1, 1, 3, 3]);
  assert.deepEqual([99, 100, 100.2, 101, 102].map((ms) => order.rankFrom(ms)), [0, 1, 2, 4, 5]);
  assert.deepEqual(times.map((_, i) => order.time(order.at(i))), times.map(momentOf));
});

Deno.test("GridOrder lets the end go that is farther away, and gives no number twice", () => {
  const order = new GridOrder(3);
  for (const ms of [100, 110, 120, 130]) place(order, ms);
  assert.equal(timesOf(order), "| 110 120 130");
  const gone = order.at(0);
  place(order, 140);
  assert.ok(!order.has(gone));
  order.breakOff();
  place(order, 10);
  assert.equal(timesOf(order), "| 10 | 120 130");
  const before = all(order);
  order.clear();
  assert.deepEqual([order.length, order.now, before.some((grid) => order.has(grid))], [
    0,
    -1,
    false,
  ]);
  place(order, 120);
  assert.ok(!before.includes(order.now));
});
