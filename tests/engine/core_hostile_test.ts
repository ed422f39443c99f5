/** Files that are made to be slow cost no more work than others, and sums stay exact. */
import assert from "node:assert/strict";
import { EngineCore } from "../../engine/core.ts";
import { WORK } from "../../engine/core/layout.ts";
import { bookProblems } from "../book_integrity.ts";
import { ordersOf } from "../book_orders.ts";
import { Flow, HOSTILE, plainFile } from "../hostile_files.ts";
import type { Execution } from "../../engine/pipeline.ts";
import { dbn, flow, join, mappingRecord } from "../made_session.ts";
import { drive, type DriveInput } from "../drive.ts";

function session(bytes: Uint8Array, throttleNs = 10n ** 15n): DriveInput {
  const common = { dt: "2026-02-06", productType: "future_mbo", symbol: "MNQH6" } as const;
  return { ...common, bytes, tickInt: 250_000_000n, startNs: null, throttleNs };
}

/** Work beside that of the records themselves, by record. */
function workPerRecord(bytes: Uint8Array): number {
  const { core, source } = drive(session(bytes), () => {});
  return core.number(WORK) / source.counters.mbo;
}

/** A heap of 50,000 levels has 16 steps, and three tables that are full to three quarters some probes. */
const MOST_WORK = 64;

Deno.test("a plain file costs little work beside its records", () => {
  const work = workPerRecord(plainFile(100_000));
  assert.ok(work < 6, `${work}`);
});

for (const [name, make] of Object.entries(HOSTILE)) {
  Deno.test(`${name}: at most ${MOST_WORK} units of work a record`, () => {
    const work = workPerRecord(make());
    assert.ok(work < MOST_WORK, `${work}`);
  });
}

Deno.test("a call ends when its work is done, however few records that were", () => {
  const bytes = HOSTILE["50,000 odd prices that differ in their top bits"]!();
  const { core } = drive(session(bytes), () => {});
  const work = core.number(WORK);
  assert.ok(work > 100_000, `there is other work than records: ${work}`);
  let calls = 0;
  const counted = () => {
    const core = new EngineCore("session");
    const run = core.run.bind(core);
    core.run = (...args) => {
      calls++;
      return run(...args);
    };
    return core;
  };
  drive(session(bytes), () => {}, { piece: Infinity, budget: 50 }, counted);
  // A record that costs more than a call may work is one call, and how many do is the key's chance. Were
  // records all that counted there would be a tenth of the calls at most.
  assert.ok(calls * 50 > work / 6, `${calls} calls`);
});

const TICK = 250_000_000n;
const END = 2n ** 63n;

Deno.test("prices at both ends of i64 keep their orders, levels and best prices", () => {
  // A tick that is large enough for every price to be within 2^53 ticks of 0.
  const tickInt = 10_000_000_000n;
  const prices = [-END, -END + 1n, -END + 7n, -1n, 0n, 1n, END - 3n, END - 2n];
  const records = prices.flatMap((price, i) => [
    flow({ action: "A", side: "B", at: BigInt(i), price, size: i + 1, orderId: BigInt(i) }),
    flow({ action: "A", side: "A", at: BigInt(i), price, size: 9, orderId: 100n + BigInt(i) }),
  ]);
  const cancels = prices.slice(2).map((_price, i) =>
    flow({ action: "C", side: "B", at: 99n, size: i + 3, orderId: BigInt(i + 2) })
  );
  const mids: number[] = [];
  const { book } = drive(
    { ...session(dbn([...records, ...cancels]), 0n), tickInt },
    (frame, on) => {
      assert.deepEqual(bookProblems(on.book), []);
      mids.push(frame.midPrice);
    },
  );
  assert.equal(book.bestBid, -END + 1n);
  assert.equal(book.bestAsk, -END);
  assert.equal(mids[1], Number(-END - END) / 2 * 1e-9);
});

Deno.test("a large book is whole while its table grows, orders coming, changing and going", () => {
  const flow = new Flow();
  const resting = new Map<bigint, bigint>();
  const bid = "B".charCodeAt(0);
  // 131,072 slots are full to three quarters at 98,304 orders, and moved with the next 4,096 of them.
  for (let i = 0n; i < 104_000n; i++) {
    const id = i * 7_919n;
    flow.add(id, bid, (80_000n - i % 50n) * TICK);
    resting.set(id, (80_000n - i % 50n) * TICK);
    if (i < 98_000n || i % 3n === 0n) continue;
    const gone = (i % 2n === 0n ? i - 90_000n : i - 5n) * 7_919n;
    if (resting.delete(gone)) flow.cancel(gone, bid, TICK);
  }
  for (const budget of [Infinity, 1_000]) {
    const { book } = drive(session(flow.file()), () => {}, { piece: Infinity, budget });
    assert.deepEqual(bookProblems(book), []);
    const found = new Map(ordersOf(book).map(({ id, price }) => [id, price]));
    assert.deepEqual(found, resting);
    assert.equal(book.counters.unknownCancels, 0);
  }
});

Deno.test("levels on both sides of the last tick that a key holds keep their depth when the window moves", () => {
  const most = 2n ** 28n;
  for (const sign of [1n, -1n]) {
    const add = (id: bigint, side: string, tick: bigint) =>
      flow({ action: "A", side, at: id, orderId: id, price: sign * tick, size: Number(id) });
    const cancel = (id: bigint) => flow({ action: "C", at: 100n, orderId: id, size: 100 });
    const [below, above] = sign > 0n ? ["B", "A"] as const : ["A", "B"] as const;
    const records = [
      // The window begins far off, so that those at the edge are in it only once it has moved.
      add(1n, below, most - 100_000n),
      ...[-2n, -1n, 0n, 1n, 2n].map((i) => add(10n + i, below, most + i)),
      ...[3n, 4n, 5n].map((i) => add(10n + i, above, most + i)),
      ...[12n, 13n, 10n, 9n].map(cancel),
    ];
    const { book } = drive({ ...session(dbn(records), 0n), tickInt: 1n }, (_frame, on) => {
      assert.deepEqual(bookProblems(on.book), []);
    });
    const [near, far] = [sign * (most + 1n), sign * (most + 4n)];
    assert.deepEqual([book.bestBid, book.bestAsk], sign > 0n ? [near, far] : [far, near]);
  }
});

Deno.test("a tick above 2^35 price_int: no price is taken for another that it is modulo 2^64", () => {
  const tickInt = 10n ** 15n;
  const add = (id: bigint, side: string, price: bigint) =>
    flow({ action: "A", side, at: id, orderId: id, price, size: 3 });
  // As many ticks modulo 2^64, but 8,446 below 0.
  const wrapped = 10_000n * tickInt - 2n * END;
  const records = [
    add(1n, "B", 5_000n * tickInt),
    add(2n, "A", 6_000n * tickInt),
    add(3n, "B", wrapped),
    add(4n, "A", END / tickInt * tickInt),
    add(5n, "A", END - 2n),
  ];
  const { book } = drive({ ...session(dbn(records), 0n), tickInt }, (frame, on) => {
    assert.deepEqual(bookProblems(on.book), []);
    if (frame.eventId > 1) assert.equal(frame.spot, 5_500n * tickInt);
  });
  assert.equal(book.bestBid, 5_000n * tickInt);
});

Deno.test("executions flagged as of a snapshot are handed out as they find room", () => {
  const records = Array.from(
    { length: 10_000 },
    (_, i) => flow({ action: "T", at: 1n, price: TICK, size: i + 1, flags: 32 }),
  );
  const last = flow({ action: "A", side: "B", at: 1n, price: TICK, size: 1, flags: 160 });
  const sizes: number[] = [];
  const cut = { piece: Infinity, budget: Infinity, capacity: 20_000 * 56 };
  const trades = { trade: ({ size }: Execution) => void sizes.push(size) };
  const { book } = drive(session(join(dbn(records), last)), () => {}, cut, undefined, { trades });
  assert.deepEqual(sizes, records.map((_, i) => i + 1));
  assert.deepEqual(bookProblems(book), []);
});

Deno.test("a file of mapping records takes work in proportion to its length", () => {
  const COUNT = 40_000;
  const records = Array.from({ length: COUNT }, (_, i) => mappingRecord(i + 1, "MNQH6"));
  const head = dbn(records.slice(0, 1), { symbol: null, schema: 0xffff });
  const add = flow({ action: "A", side: "B", at: 1n, price: TICK, size: 1, instrumentId: COUNT });
  let calls = 0;
  const counted = () => {
    const core = new EngineCore("session");
    const { addInstrument } = core.exports;
    Object.defineProperty(core, "exports", {
      value: { ...core.exports, addInstrument: (id: number) => void (calls++, addInstrument(id)) },
    });
    return core;
  };
  const bytes = join(head, ...records.slice(1), add);
  const { book } = drive(session(bytes), () => {}, undefined, counted);
  assert.equal(book.orderCount, 1);
  assert.equal(calls, COUNT);
});

Deno.test("depth above 2^53 is exact: what was added is taken away again", () => {
  const size = 2 ** 32 - 2;
  const count = 2_200_000;
  const flow = new Flow();
  for (let i = 0; i < count; i++) flow.add(BigInt(i), "B".charCodeAt(0), TICK, size);
  flow.add(2n ** 40n, "B".charCodeAt(0), TICK, 1);
  const { book } = drive(session(flow.file()), () => {});
  let depth = 0n;
  book.forEachLevel(true, (_price, contracts) => depth += contracts);
  assert.equal(depth, BigInt(count) * BigInt(size) + 1n);
  assert.ok(depth > 2n ** 53n);
});
