/** The table of orders is a map, however its ids crowd. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { BookView } from "../../engine/book_view.ts";
import { EngineCore } from "../../engine/core.ts";
import { HASH_KEY } from "../../engine/core/layout.ts";
import { WARMUP_NS } from "../../engine/pipeline.ts";
import { GRID_ROWS } from "../../engine/wire/fields.ts";
import { ordersOf } from "../book_orders.ts";
import { drive } from "../drive.ts";
import { Flow } from "../hostile_files.ts";
import { MIDNIGHT_NS } from "../made_session.ts";
import { casesOf } from "../proof.ts";

const TICK = 250_000_000n;
const BID = 66;
const SESSION = {
  dt: "2026-02-06",
  productType: "future_mbo",
  symbol: "MNQH6",
  tickInt: TICK,
} as const;

/** The inverse of what ids are multiplied by (engine/core/assembly/table.ts), modulo 2^64. */
const INVERSE = 0xf1de83e19937733dn;

/** A core whose key is known: the top bits of what an id comes to say which bucket is its home. */
function known(): EngineCore {
  const core = new EngineCore("session");
  core.set(HASH_KEY, 1n);
  return core;
}

/** The id that comes to a number in such a core. */
function idOf(number: bigint): bigint {
  return BigInt.asUintN(64, (number ^ (number >> 32n)) * INVERSE);
}

/** The book at the end of a file, in such a core. */
function bookOf(flow: Flow): BookView {
  const input = { ...SESSION, bytes: flow.file(), startNs: null, throttleNs: 10n ** 15n };
  return drive(input, () => {}, undefined, known).book;
}

/** Homes next to each other and on both sides of the table's end, and the id 0 among them. */
const crowded = fc.record({
  home: fc.constantFrom(0n, 0n, 1n, 2n, 3n, 64n, 252n, 253n, 254n, 255n, 255n),
  rest: fc.integer({ min: 0, max: 399 }),
}).map(({ home, rest }) => idOf((home << 56n) | BigInt(rest)));

const anyId = fc.oneof(
  { weight: 8, arbitrary: crowded },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 40n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
);

const step = fc.record({ id: anyId, isAdd: fc.nat(9).map((n) => n < 6) });

Deno.test("orders whose ids crowd around a few buckets are found, kept and gone as in a map", () => {
  let zeros = 0;
  let most = 0;
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 400, maxLength: 4_000, size: "max" }),
      (steps) => {
        const flow = new Flow();
        const resting = new Map<bigint, number>();
        let unknown = 0;
        let twice = 0;
        for (const [i, { id, isAdd }] of steps.entries()) {
          if (isAdd) {
            if (resting.has(id)) twice++;
            flow.add(id, BID, 80_000n * TICK, i + 1);
            resting.set(id, i + 1);
          } else {
            if (!resting.delete(id)) unknown++;
            flow.cancel(id, BID, 80_000n * TICK, steps.length + 1);
          }
          most = Math.max(most, resting.size);
        }
        const book = bookOf(flow);
        const found = ordersOf(book);
        assert.equal(found.length, resting.size);
        assert.deepEqual(new Map(found.map(({ id, qty }) => [id, qty])), resting);
        assert.equal(book.counters.unknownCancels, unknown);
        assert.equal(book.counters.duplicateAdds, twice);
        if (resting.has(0n)) zeros++;
      },
    ),
    { numRuns: casesOf(30, 1_000) },
  );
  assert.ok(zeros > 0, "the id 0 was among them");
  assert.ok(most > 768, `the table has grown: ${most} orders`);
});

/** Orders up to which 131,072 slots suffice; four slots are a bucket, and 32 are moved with each order. */
const SUFFICED = 98_304;

Deno.test("while a table is moved bit by bit, what is gone stays gone, and all of the rest is there", () => {
  const price = 80_000n * TICK;
  const flow = new Flow();
  const resting = new Map<bigint, number>();
  let n = 0;
  const add = (id: bigint) => {
    flow.add(id, BID, price, ++n);
    resting.set(id, n);
  };
  const idAt = (i: number) => BigInt(i + 1) * 7_919n;
  let unknown = 0;
  const cancel = (id: bigint) => {
    if (!resting.delete(id)) unknown++;
    flow.cancel(id, BID, price, 2 ** 31);
  };
  const end = () => {
    const book = bookOf(flow);
    const found = ordersOf(book);
    // Of so many no list of what differs.
    assert.equal(found.length, resting.size);
    assert.ok(found.every(({ id, qty }) => resting.get(id) === qty));
    assert.equal(book.counters.unknownCancels, unknown);
    assert.equal(book.counters.duplicateAdds, 0);
  };

  // Their home is the last bucket, and what it has no room for fills the first ones.
  const crowd = Array.from({ length: 80 }, (_, i) => idOf(2n ** 64n - 1n - BigInt(i)));
  for (const id of crowd) add(id);
  while (resting.size <= SUFFICED) add(idAt(n));
  for (const id of crowd) cancel(id);
  // Of what ends the growth, a quarter.
  for (let i = 0; i < 1_000; i++) add(idAt(n));
  // The id 0, which looks like a free slot, was never there. The others are of both places.
  for (let i = 0; i < 2; i++) cancel(0n);
  for (let i = 128; i < SUFFICED; i += 64) for (let twice = 0; twice < 2; twice++) cancel(idAt(i));
  end();
  for (let i = 128; i < SUFFICED; i += 128) add(idAt(i));
  add(0n);
  end();
  // A Clear forgets both places.
  flow.clear();
  resting.clear();
  for (let i = 128; i < SUFFICED; i += 64) cancel(idAt(i));
  for (let i = 128; i < SUFFICED; i += 128) add(idAt(i));
  end();
});

Deno.test("orders of a table that is being moved when warm-up begins are all counted", () => {
  const flow = new Flow();
  flow.add(1n, "A".charCodeAt(0), 80_001n * TICK);
  for (let i = 1; i < SUFFICED + 600; i++) flow.add(BigInt(i + 1) * 7_919n, BID, 80_000n * TICK);
  // The clock of a flow: a microsecond a record.
  const warmupNs = MIDNIGHT_NS + 1_000_000n + 1_000n * BigInt(SUFFICED + 500);
  let grids = 0;
  drive(
    {
      ...SESSION,
      bytes: flow.file(),
      startNs: warmupNs + BigInt(WARMUP_NS),
      throttleNs: 0n,
    },
    (frame, { book, core }) => {
      // Behind the depth of both sides.
      const orders = core.views.extras.subarray(2 * GRID_ROWS, 3 * GRID_ROWS);
      assert.equal(orders.reduce((sum, count) => sum + count), book.orderCount, `${frame.eventId}`);
      grids++;
    },
    undefined,
    undefined,
    { totals: true, historyNs: WARMUP_NS },
  );
  assert.ok(grids > 0);
});
