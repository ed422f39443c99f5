/** What the engine does at the edges of its rules, in sessions of a few records. */
import assert from "node:assert/strict";
import { BUCKETS, EXCHANGE } from "../../engine/core/layout.ts";
import type { Execution } from "../../engine/pipeline.ts";
import { HALF_WIDTH } from "../../engine/wire/fields.ts";
import { ordersOf } from "../book_orders.ts";
import { drive, type DriveInput } from "../drive.ts";
import { dbn, flow, MIDNIGHT_NS, snapshot } from "../made_session.ts";

const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;
const TICK = 250_000_000n;
/** Best bid of a made book; the best ask is a tick above. */
const BID = 25_000_000_000_000n;

function session(records: readonly Uint8Array[], startNs: bigint | null = null): DriveInput {
  const common = { dt: "2026-02-06", productType: "future_mbo", symbol: "MNQH6" } as const;
  return { ...common, bytes: dbn(records), tickInt: TICK, startNs, throttleNs: 0n };
}

const run = (...records: Uint8Array[]) => drive(session(records), () => {});

Deno.test("boundaries of a locked book are counted with those of a crossed one", () => {
  const ask = (price: bigint) =>
    flow({ action: "A", side: "A", at: 1n, orderId: 9n, price, size: 1 });
  const book = snapshot({ at: 0n });
  assert.equal(run(...book, ask(BID + TICK)).counters.crossed, 0);
  assert.equal(run(...book, ask(BID)).counters.crossed, 1);
  assert.equal(run(...book, ask(BID - TICK)).counters.crossed, 1);
});

Deno.test("a snapshot's depth is no flow in any bucket, the outermost ones included", () => {
  const ticks = [-50n, -49n, 10n, 49n, 50n];
  const priceOf = (k: bigint) => BID + TICK + k * TICK;
  /** Orders at each of the ticks, beside those that make spot. */
  const at = (time: bigint, first: bigint, size: number, flags: number) =>
    ticks.map((k, i) =>
      flow({
        ...{ action: "A", side: k < 0n ? "B" : "A", at: time, orderId: first + BigInt(i) },
        ...{ price: priceOf(k), size, flags },
      })
    );
  const book = (time: bigint, size: number) => {
    const [clear, ...orders] = snapshot({ at: time });
    return [clear!, ...at(time, 100n, size, 40), ...orders];
  };
  const velocities: number[][] = [];
  drive(
    session([
      ...book(0n, 5),
      ...at(SECOND, 200n, 1, 128),
      ...book(2n * SECOND, 20),
      ...at(3n * SECOND, 300n, 1, 128),
    ]),
    (frame) => {
      const column = frame.column("v_rest_depth");
      velocities.push(ticks.map((k) => column[Number(k) + HALF_WIDTH]!));
    },
  );
  // One contract came in two seconds since the last touch, wherever: not those of the snapshot.
  const expected = (1 - Math.exp(-2 / 2)) * 1 / 2;
  for (const velocity of velocities.at(-1)!) assert.ok(Math.abs(velocity - expected) < 1e-12);
});

/** A trade of the best bid, in the venue's form. */
const traded = (at: bigint, size: number) => [
  flow({ action: "T", side: "A", at, price: BID, size, flags: 0 }),
  flow({ action: "F", side: "B", at, price: BID, size, orderId: 1_000n, flags: 0 }),
  flow({ action: "C", side: "B", at, price: BID, size, orderId: 1_000n }),
];

Deno.test("executions of the event that the first grid shows are told, those before are not", () => {
  const start = 2n * 3_600n * SECOND;
  const told: Execution[] = [];
  const grids: bigint[] = [];
  drive(
    session([
      ...snapshot({ at: 0n }),
      ...traded(start - 1n, 1),
      ...traded(start, 2),
      ...traded(start + 1n, 1),
    ], MIDNIGHT_NS + start),
    (frame) => grids.push(frame.tsNs - MIDNIGHT_NS - start),
    undefined,
    undefined,
    { trades: { trade: (execution) => told.push({ ...execution }) } },
  );
  assert.deepEqual(grids, [0n, 1n]);
  assert.deepEqual(told.map(({ tsNs, size }) => [tsNs - MIDNIGHT_NS - start, size]), [
    [0n, 2],
    [1n, 1],
  ]);
});

Deno.test("a trade without a price, or of nothing, is no execution", () => {
  const told: Execution[] = [];
  const trade = (more: { price?: bigint; size: number }) =>
    flow({ action: "T", side: "A", at: 1n, ...more });
  const { sessionTrades } = drive(
    session([
      ...snapshot({ at: 0n }),
      trade({ size: 3 }),
      trade({ price: BID, size: 0 }),
      trade({ price: BID, size: 0xffffffff }),
      trade({ price: BID, size: 2 }),
    ]),
    () => {},
    undefined,
    undefined,
    { trades: { trade: (execution) => told.push({ ...execution }) } },
  );
  assert.deepEqual(told.map(({ size }) => size), [2]);
  assert.deepEqual([sessionTrades.high, sessionTrades.volume], [BID, 2n]);
});

Deno.test("the first record whose time goes back is told by its number", () => {
  const add = (at: bigint) =>
    flow({ action: "A", side: "B", at, orderId: at, price: BID, size: 1 });
  const { counters } = run(add(5n), add(7n), add(6n), add(8n), add(1n));
  assert.deepEqual([counters.tsBack, counters.tsBackFirst], [2, 3]);
});

Deno.test("a snapshot that ends after the window ends there: the next is of its own time", () => {
  const after = snapshot({ at: DAY + SECOND, depth: 1 });
  const order = (orderId: bigint, side: string, price: bigint, flags: number) =>
    flow({ action: "A", side, at: DAY - SECOND, orderId, price, size: 1, flags });
  const { source, book } = run(
    ...after,
    order(1n, "B", BID - TICK, 40),
    order(2n, "A", BID, 168),
  );
  assert.deepEqual([source.counters.afterWindow, source.counters.kept], [3, 2]);
  assert.deepEqual([book.bestBid, book.bestAsk], [BID - TICK, BID]);
});

Deno.test("a grid shows the book's depth while spot runs from end to end of what is kept by tick", () => {
  let orderId = 0n;
  const records: Uint8Array[] = [];
  const order = (side: string, tick: bigint, size: number) => {
    const at = ++orderId;
    records.push(flow({ action: "A", side, at, orderId, price: tick * TICK, size }));
    return () => records.push(flow({ action: "C", side, at: ++orderId, orderId: at, size }));
  };
  // Many levels far off, so that following spot once has to be paid for by later records.
  for (let i = 0n; i < 300n; i++) order("B", 10_000n + i, 1);
  let last: (() => void)[] = [];
  for (const spot of [100_000n, 108_150n, 108_192n, 116_300n, 91_900n, 91_850n, 91_808n]) {
    const next = [order("B", spot - 1n, 3), order("A", spot, 4), order("A", spot + 45n, 5)];
    next.push(order("B", spot - 45n, 6));
    // What stood between is gone, so that spot is there now.
    for (const cancel of last) cancel();
    last = next;
  }
  let grids = 0;
  drive(session(records), (frame, { book }) => {
    const spot = frame.spot / TICK;
    const expected = new Array(2 * HALF_WIDTH + 1).fill(0);
    for (const { price, qty } of ordersOf(book)) {
      const k = Number(price / TICK - spot);
      if (Math.abs(k) <= HALF_WIDTH) expected[k + HALF_WIDTH] += qty;
    }
    if (frame.spotKnown) assert.deepEqual([...frame.column("rest_depth")], expected);
    grids++;
  });
  assert.ok(grids > 300);
});

Deno.test("a chain stays as it was where its next values would not be finite", () => {
  const names = ["v_add", "a_add", "j_add"] as const;
  const add = (at: bigint) =>
    flow({ action: "A", side: "B", at, orderId: 100n + at, price: BID, size: 1 });
  const chains: number[][] = [];
  drive(
    session([...snapshot({ at: 0n }), add(SECOND), add(2n * SECOND), add(3n * SECOND)]),
    (frame, { core }) => {
      const chain = names.map((name) => frame.column(name)[HALF_WIDTH - 1]!);
      // No record comes to this: what is found of the bucket in the core's memory is overwritten.
      const memory = new Float64Array(core.views.state.buffer, BUCKETS, (EXCHANGE - BUCKETS) / 8);
      if (chains.push(chain) === 3) {
        for (const [i, value] of [Infinity, 1, 2].entries()) {
          memory[memory.indexOf(chain[i]!)] = value;
        }
      }
    },
  );
  assert.equal(chains.length, 4);
  assert.deepEqual(chains.at(-1), [Infinity, 1, 2]);
});
