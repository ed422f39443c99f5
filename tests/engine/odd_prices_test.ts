/** Depth at prices off the tick raster, wherever spot is, however many there are. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { GridFrame } from "../../engine/grid_frame.ts";
import type { Pipeline } from "../../engine/pipeline.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../engine/wire/fields.ts";
import { ordersOf, type RestingOrder } from "../book_orders.ts";
import { drive } from "../drive.ts";
import { Flow } from "../hostile_files.ts";
import { bucketOf } from "../oracle/buckets.ts";
import { casesOf } from "../proof.ts";

const TICK = 250_000_000n;
const BID = 66;
const ASK = 65;

/** Where spot goes, in ticks: within what is kept by tick, over its edges, and out of it. */
const PLACES = [100_000n, 100_040n, 108_150n, 108_192n, 116_300n, 91_850n, 91_808n, 300_000n, 20n];

/** The depth of both sides by bucket, as a grid shows it and as the orders make it up. */
function assertDepth(frame: GridFrame, orders: readonly RestingOrder[]): void {
  const depth = [true, false].map(() => new Array<number>(GRID_ROWS).fill(0));
  for (const { price, qty, isBid } of orders) {
    const k = Number(bucketOf(price, frame.spot, TICK));
    if (Math.abs(k) <= HALF_WIDTH) depth[isBid ? 0 : 1]![k + HALF_WIDTH]! += qty;
  }
  const [bids, asks] = depth as [number[], number[]];
  assert.deepEqual([...frame.column("bid_depth")], bids);
  assert.deepEqual([...frame.column("ask_depth")], asks);
  assert.deepEqual([...frame.column("rest_depth")], bids.map((bid, i) => bid + asks[i]!));
}

/** Drives a file; looks at each grid that has a spot, and tells how many those were. */
function look(file: Uint8Array, see: (frame: GridFrame, pipeline: Pipeline) => void): number {
  const session = { dt: "2026-02-06", productType: "future_mbo", symbol: "MNQH6" } as const;
  let looked = 0;
  drive(
    { ...session, bytes: file, tickInt: TICK, startNs: null, throttleNs: 0n },
    (frame, pipeline) => {
      if (!frame.spotKnown) return;
      see(frame, pipeline);
      looked++;
    },
    undefined,
    undefined,
    { sides: true },
  );
  return looked;
}

/** What happens next: orders come at odd prices, or go, spot goes elsewhere, the book is cleared. */
const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("odd" as const),
      k: fc.integer({ min: -60, max: 60 }),
      rest: fc.integer({ min: 1, max: 249_999_999 }),
      isBid: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("cancel" as const), nth: fc.nat(200) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("spot" as const),
      place: fc.constantFrom(...PLACES),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("many" as const),
      count: fc.integer({ min: 1, max: 60 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("clear" as const) }) },
);

Deno.test("odd prices are in the depth of their buckets while spot goes where it likes", () => {
  let looked = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120, size: "max" }), (steps) => {
      const flow = new Flow();
      let id = 0n;
      let spot = PLACES[0]!;
      let touch: [bigint, number, bigint][] = [];
      const resting: [bigint, number, bigint][] = [];
      const goTo = (place: bigint) => {
        const before = touch;
        touch = [[++id, BID, (place - 1n) * TICK], [++id, ASK, (place + 1n) * TICK]];
        for (const order of touch) flow.add(...order);
        for (const order of before) flow.cancel(...order);
        spot = place;
      };
      goTo(spot);
      for (const next of steps) {
        if (next.kind === "odd") {
          const price = (spot + BigInt(next.k)) * TICK + BigInt(next.rest);
          const order: [bigint, number, bigint] = [++id, next.isBid ? BID : ASK, price];
          flow.add(...order, 3);
          resting.push(order);
        } else if (next.kind === "cancel") {
          const [order] = resting.splice(next.nth % Math.max(1, resting.length), 1);
          if (order !== undefined) flow.cancel(...order, 3);
        } else if (next.kind === "spot") {
          goTo(next.place);
        } else if (next.kind === "many") {
          // So many levels that what is kept by tick stays where it is for a while.
          for (let i = 1; i <= next.count; i++) flow.add(++id, BID, BigInt(i) * TICK + 1n);
        } else {
          flow.clear();
          resting.length = 0;
          touch = [];
          goTo(spot);
        }
      }
      looked += look(flow.file(), (frame, { book }) => assertDepth(frame, ordersOf(book)));
    }),
    { numRuns: casesOf(60, 2_000) },
  );
  assert.ok(looked > 2_000, `${looked} grids`);
});

Deno.test("depth is right with more odd prices than may wait to be told by bucket", () => {
  const flow = new Flow();
  const touch = (id: bigint, spot: bigint): [bigint, number, bigint][] => [
    [id, BID, (spot - 1n) * TICK],
    [id + 1n, ASK, (spot + 1n) * TICK],
  ];
  // Following spot once has to be paid for by as many records as there are levels: at the last place
  // what is kept by tick is elsewhere, and the first odd prices are in view.
  const places = [touch(1n, 100_000n), touch(3n, 200_000n), touch(5n, 70_910n)] as const;
  for (const order of places[0]) flow.add(...order);
  for (let i = 0n; i < 70_000n; i++) flow.add(10n + i, BID, (70_900n - i) * TICK + 7n);
  for (const [i, next] of places.slice(1).entries()) {
    for (const order of next) flow.add(...order);
    for (const order of places[i]!) flow.cancel(...order);
  }
  flow.add(100_000n, BID, 70_905n * TICK + 1n, 9);
  flow.cancel(10n + 20n, BID, 70_880n * TICK + 7n);
  const last = 70_012;
  let index = 0;
  const looked = look(flow.file(), (frame, { book }) => {
    if (++index === 1_000 || index > last - 8) assertDepth(frame, ordersOf(book));
  });
  assert.equal(looked, last - 1);
});

Deno.test("a Clear leaves nothing of thousands of odd prices around spot", () => {
  const flow = new Flow();
  const begin = (id: bigint) => {
    flow.add(id, BID, 100_000n * TICK);
    flow.add(id + 1n, ASK, 100_002n * TICK);
  };
  begin(1n);
  for (let i = 0n; i < 5_000n; i++) flow.add(10n + i, BID, (99_960n + i % 40n) * TICK + 1n + i);
  flow.clear();
  begin(6_000n);
  const looked = look(flow.file(), (frame, { book }) => {
    if (frame.eventId % 1_000 === 2 || frame.eventId > 5_000) assertDepth(frame, ordersOf(book));
  });
  assert.equal(looked, 5_004);
});
